//! sed -i and perl -pi: simple substitutions, deletions and additions of lines.

use super::super::super::conversion::Construct;
use super::super::super::effect::Effect;
use super::super::call::{Call, Said};
use super::super::word::Word;
use super::Family;

pub(super) const FAMILY: Family = Family {
    name: "sed",
    summary: "commands that change lines of files in place",
    programs: &["sed", "perl", "python", "python2", "python3", "php", "ruby", "node"],
    constructs: &[
        Construct::yes(
            "sed -i 's/OLD/NEW/[gI]' FILE, -E, -r, -e …, other delimiters",
            "the lines that matched, as they are now",
        ),
        Construct::yes("sed -i '/PATTERN/d' FILE", "no line matches any more"),
        Construct::yes("sed -i '/PATTERN/a TEXT', '$ a TEXT', 'N i TEXT', '/PATTERN/c TEXT'", "the line is there"),
        Construct::partly(
            "sed -i '/FROM/,/TO/s/…/…/', several commands with ;",
            "the substitution, wherever it matches",
        ),
        Construct::partly("perl -pi -e 's/OLD/NEW/' FILE", "as sed -E"),
        Construct::partly("sed -i with y, w, r, labels", "that the file was changed"),
        Construct::no("python|php|ruby|node SCRIPT", "scripts of other languages"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    match call.program {
        "sed" if call.has(&["-i", "--in-place"]) || call.args.iter().any(|w| w.text.starts_with("-i")) => {
            in_place(call, said)
        }
        "sed" => {}
        "perl" if call.args.iter().any(|w| w.text.starts_with("-pi") || w.text.starts_with("-i")) => {
            in_place(call, said)
        }
        program => match call.args.first().map(|w| w.text.as_str()) {
            None | Some("-v" | "-V" | "--version" | "-m" | "-i" | "-l" | "-r" | "--ri" | "--ini") => {}
            Some(script) => said.unresolved(format!("what {program} {script} does")),
        },
    }
}

fn in_place(call: &Call<'_>, said: &mut Said) {
    let is_perl = call.program == "perl";
    let is_extended = is_perl || call.has(&["-E", "-r", "--regexp-extended"]);
    let mut scripts: Vec<Word> = Vec::new();
    let mut files: Vec<&Word> = Vec::new();
    let mut words = call.args.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        match text {
            "-e" | "--expression" | "-pe" | "-ne" | "-pie" => scripts.extend(words.next().cloned()),
            _ if text.starts_with("--expression=") => {
                scripts.push(Word { text: text["--expression=".len()..].to_owned(), ..word.clone() });
            }
            _ if text.starts_with('-') && text.len() > 1 => {}
            _ => files.push(word),
        }
    }
    if scripts.is_empty() && !files.is_empty() {
        scripts.push(files.remove(0).clone());
    }
    for file in files {
        let Some(path) = call.path_of(file, said) else { continue };
        for script in &scripts {
            let Some(text) = said.known(script).map(str::to_owned) else {
                said.effect(Effect::Touched { path: path.clone() });
                continue;
            };
            match commands(&text, &path, is_extended) {
                Some(effects) => said.effects.extend(effects),
                None => {
                    said.guessed();
                    said.effect(Effect::Touched { path: path.clone() });
                }
            }
        }
    }
}

/// The effects of a script, if all of it is understood.
fn commands(script: &str, path: &str, is_extended: bool) -> Option<Vec<Effect>> {
    let mut effects = Vec::new();
    let mut rest = script.trim_start_matches([' ', '\n', ';']);
    while !rest.is_empty() {
        let (effect, after) = command(rest, path, is_extended)?;
        effects.extend(effect);
        rest = after.trim_start_matches([' ', '\n', ';', '\t']);
    }
    Some(effects)
}

fn command<'t>(text: &'t str, path: &str, is_extended: bool) -> Option<(Option<Effect>, &'t str)> {
    let (address, mut rest) = address(text)?;
    // A range: what it covers is not known, what is done in it is.
    if let Some(second) = rest.strip_prefix(',') {
        rest = self::address(second.trim_start())?.1;
    }
    rest = rest.trim_start();
    let letter = rest.chars().next()?;
    let body = &rest[letter.len_utf8()..];
    match letter {
        's' => {
            let delimiter = body.chars().next()?;
            let (old, after) = until(&body[delimiter.len_utf8()..], delimiter)?;
            let (new, after) = until(after, delimiter)?;
            let flags =
                after.len() - after.trim_start_matches(|c: char| "gIipm".contains(c) || c.is_ascii_digit()).len();
            let is_insensitive = after[..flags].contains(['I', 'i']);
            let pattern = expression(&old, is_extended);
            let pattern = if is_insensitive { format!("(?i){pattern}") } else { pattern };
            regex::Regex::new(&pattern).ok()?;
            let effect = Effect::Substitution { path: path.to_owned(), pattern, replacement: replacement(&new) };
            Some((Some(effect), &after[flags..]))
        }
        'd' => {
            let pattern = expression(&address?, is_extended);
            regex::Regex::new(&pattern).ok()?;
            let effect = Effect::Substitution {
                path: path.to_owned(),
                pattern: format!("^.*(?:{pattern}).*$"),
                replacement: String::new(),
            };
            Some((Some(effect), body))
        }
        'a' | 'i' | 'c' => {
            let line = body.trim_start_matches(['\\', '\n']).trim_start();
            let line = if line.is_empty() { return None } else { line };
            let lines = line.lines().map(|l| l.trim_end_matches('\\').to_owned()).collect();
            let effect = Effect::Lines { path: path.to_owned(), lines, there: true, source: None };
            Some((Some(effect), ""))
        }
        _ => None,
    }
}

/// An address, if there is one, and what follows it.
fn address(text: &str) -> Option<(Option<String>, &str)> {
    if let Some(rest) = text.strip_prefix('/') {
        let (pattern, after) = until(rest, '/')?;
        return Some((Some(pattern), after.trim_start_matches('I')));
    }
    if let Some(rest) = text.strip_prefix("\\") {
        let delimiter = rest.chars().next()?;
        let (pattern, after) = until(&rest[delimiter.len_utf8()..], delimiter)?;
        return Some((Some(pattern), after));
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '$');
    Some((None, rest))
}

/// The text up to a delimiter that no backslash stands before, and what follows it.
fn until(text: &str, delimiter: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == delimiter {
            return Some((out, &text[at + c.len_utf8()..]));
        }
        if c == '\\' {
            match chars.next() {
                Some((_, next)) if next == delimiter => out.push(next),
                Some((_, next)) => out.extend(['\\', next]),
                None => return None,
            }
        } else {
            out.push(c);
        }
    }
    None
}

/// An expression of sed in the syntax of the regex crate.
fn expression(text: &str, is_extended: bool) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let mut is_first = true;
    while let Some(c) = chars.next() {
        match c {
            '[' => {
                out.push('[');
                class(&mut chars, &mut out);
            }
            '\\' => match chars.next() {
                Some(c @ ('(' | ')' | '{' | '}' | '|' | '+' | '?')) if !is_extended => out.push(c),
                Some('<' | '>') => out.push_str("\\b"),
                Some(c) if "wWsSbBnt".contains(c) => out.extend(['\\', c]),
                Some(c) if c.is_alphanumeric() => out.push(c),
                Some(c) => out.push_str(&regex::escape(&c.to_string())),
                None => out.push_str("\\\\"),
            },
            '(' | ')' | '{' | '}' | '|' | '+' | '?' if !is_extended => out.extend(['\\', c]),
            '*' if is_first && !is_extended => out.push_str("\\*"),
            c => out.push(c),
        }
        is_first = matches!(c, '^') && out.len() == 1;
    }
    out
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    if chars.peek() == Some(&'^') {
        out.extend(chars.next());
    }
    if chars.peek() == Some(&']') {
        chars.next();
        out.push_str("\\]");
    }
    while let Some(c) = chars.next() {
        match c {
            ']' => break,
            // [[:space:]]
            '[' if chars.peek() == Some(&':') => {
                out.push('[');
                for c in chars.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            '[' | '\\' | '&' | '~' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push(']');
}

/// What is put in, in the syntax of the regex crate.
fn replacement(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '&' => out.push_str("${0}"),
            '$' => out.push_str("$$"),
            '\\' => match chars.next() {
                Some(c) if c.is_ascii_digit() => out.push_str(&format!("${{{c}}}")),
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(c) => out.push(c),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(script: &str) -> Effect {
        commands(script, "/f", false).unwrap().remove(0)
    }

    #[test]
    fn substitutions_are_read() {
        let expected = |pattern: &str, replacement: &str| Effect::Substitution {
            path: "/f".into(),
            pattern: pattern.into(),
            replacement: replacement.into(),
        };
        assert_eq!(
            one("s/^memory_limit = .*/memory_limit = 256M/"),
            expected("^memory_limit = .*", "memory_limit = 256M")
        );
        assert_eq!(one("s|/a/b|/c|g"), expected("/a/b", "/c"));
        assert_eq!(one("s/^\\(x *= *\\).*/\\15/"), expected("^(x *= *).*", "${1}5"));
        assert_eq!(one("s/^#\\?Port (a)/$1/"), expected("^#?Port \\(a\\)", "$$1"));
        assert_eq!(one("/^foo/d"), expected("^.*(?:^foo).*$", ""));
        assert_eq!(one("/x/,/y/s/a/b/"), expected("a", "b"));
    }

    #[test]
    fn what_is_not_understood_is_not_half_understood() {
        assert_eq!(commands("s/a/b/; y/abc/def/", "/f", false), None);
        assert_eq!(commands("s/a", "/f", false), None);
    }
}
