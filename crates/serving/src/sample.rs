//! Texts that an expression matches, made of the expression. Whether they really do is for PCRE to say: what it has and
//! others do not is left out here.

use regex_syntax::hir::{Class, Hir, HirKind};

/// How many texts are made of one expression.
const MOST: usize = 24;

/// The longest text that is made.
const LONGEST: usize = 200;

/// Texts that an expression may match, the plainest first.
pub fn samples(source: &str) -> Vec<String> {
    let plain = without_looks(source);
    let parsed = regex_syntax::ParserBuilder::new().utf8(false).unicode(true).build().parse(&plain);
    let Ok(hir) = parsed else { return Vec::new() };
    let mut all = made(&hir);
    all.retain(|text| text.len() <= LONGEST);
    all.dedup();
    all
}

/// The expression without what only looks ahead or behind.
fn without_looks(source: &str) -> String {
    let mut out = String::new();
    let mut rest = source;
    while let Some(at) = ["(?=", "(?!", "(?<=", "(?<!"].iter().filter_map(|s| rest.find(s)).min() {
        out.push_str(&rest[..at]);
        rest = &rest[at + closing(&rest[at..])..];
    }
    out.push_str(rest);
    out
}

/// How long the group is that a text begins with.
fn closing(text: &str) -> usize {
    let (mut depth, mut is_escaped) = (0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

fn made(hir: &Hir) -> Vec<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).into_owned()],
        HirKind::Class(class) => of_class(class).into_iter().map(String::from).collect(),
        HirKind::Capture(capture) => made(&capture.sub),
        HirKind::Repetition(repetition) => {
            let inner = made(&repetition.sub);
            let least = usize::try_from(repetition.min).unwrap_or(LONGEST);
            let most = repetition.max.map_or(usize::MAX, |m| usize::try_from(m).unwrap_or(usize::MAX));
            // Of what may be left out, with it and without it; of the rest, a little.
            let mut counts = vec![least.max(1).min(most)];
            if least == 0 {
                counts.push(0);
            }
            if least <= 1 && most >= 3 {
                counts.push(3);
            }
            let texts = counts.iter().flat_map(|n| inner.iter().map(|text| text.repeat(*n)));
            texts.filter(|t| t.len() <= LONGEST).take(MOST).collect()
        }
        HirKind::Concat(parts) => parts.iter().fold(vec![String::new()], |begun, part| {
            let ends = made(part);
            let both = ends.iter().flat_map(|end| begun.iter().map(move |begin| format!("{begin}{end}")));
            both.filter(|t| t.len() <= LONGEST).take(MOST).collect()
        }),
        HirKind::Alternation(parts) => {
            let each: Vec<Vec<String>> = parts.iter().map(made).collect();
            let longest = each.iter().map(Vec::len).max().unwrap_or(0);
            // One of each first.
            (0..longest).flat_map(|n| each.iter().filter_map(move |texts| texts.get(n).cloned())).take(MOST).collect()
        }
    }
}

/// Characters of a class: a letter, a digit, and its first one.
fn of_class(class: &Class) -> Vec<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|r| (char::from(r.start()), char::from(r.end()))).collect(),
    };
    let has = |c: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
    let mut chosen: Vec<char> = ['a', 'x', '1', 'A', '-'].into_iter().filter(|c| has(*c)).collect();
    if chosen.is_empty() {
        chosen.extend(('!'..='~').find(|c| has(*c)).or_else(|| ranges.first().map(|r| r.0)));
    }
    chosen.truncate(3);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    #[test]
    fn what_is_made_is_matched() {
        for source in [
            r"\.(png|jpe?g|gif)$",
            r"^/(?<year>20[0-9]{2})/archive",
            r"/\.(?!well-known)",
            r"^/fpm-(status|ping)$",
            r"\.php(/|$)",
            r"^/files/([0-9a-f]{32}\.[a-z]{3,4})$",
            r"^chat(?<n>[0-9]+)\.example\.test$",
            r"^/(a|b(c|d))/?$",
            r"(?i)^/x",
            r"^/[^/]+/edit$",
        ] {
            let pattern = Pattern::new(source, false).unwrap();
            let all = samples(source);
            let good = all.iter().filter(|t| pattern.matches(t.as_bytes())).count();
            assert!(good > 0 && good * 2 >= all.len(), "{source}: {all:?}");
        }
    }

    #[test]
    fn every_branch_is_made() {
        let all = samples("^/(css|js|img)/");
        assert_eq!(all, ["/css/", "/js/", "/img/"]);
    }

    #[test]
    fn what_only_pcre_has_makes_nothing() {
        assert!(samples(r"(?|a|b)").is_empty());
        assert!(samples(&"(a{1,100}){100}".repeat(3)).len() <= MOST);
    }
}
