//! The names of things: `kind[name]` and `kind[name].property`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One resource: `kind[name]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceId {
    /// The kind's name, such as `service`.
    pub kind: String,
    /// The resource's name within its kind, such as `nginx`.
    pub name: String,
}

impl ResourceId {
    /// The resource `kind[name]`.
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: name.into() }
    }

    /// Reads `kind[name]`; the name may itself hold brackets. `None` if the text is not of that form.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once('[')?;
        let name = rest.strip_suffix(']')?;
        (!kind.is_empty()).then(|| Self::new(kind, name))
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.kind, self.name)
    }
}

/// One place of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Any,
    One,
    Char(char),
}

/// The steps of a pattern; a backslash takes their meaning from `*`, `?` and a backslash.
fn steps(pattern: &str) -> Vec<Step> {
    let mut steps = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        steps.push(match c {
            '*' => Step::Any,
            '?' => Step::One,
            '\\' => Step::Char(chars.next_if(|c| matches!(c, '*' | '?' | '\\')).unwrap_or('\\')),
            c => Step::Char(c),
        });
    }
    steps
}

/// Whether a text, read as a pattern, stands for more than one name.
pub fn is_pattern(text: &str) -> bool {
    steps(text).iter().any(|step| !matches!(step, Step::Char(_)))
}

/// A name as a pattern that covers it and nothing else.
pub fn literal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let is_special = matches!(c, '*' | '?') || (c == '\\' && matches!(chars.peek(), Some('*' | '?' | '\\')));
        if is_special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The one name that a pattern without `*` and `?` covers.
pub fn unescaped(pattern: &str) -> String {
    let char = |step| match step {
        Step::Any => '*',
        Step::One => '?',
        Step::Char(c) => c,
    };
    steps(pattern).into_iter().map(char).collect()
}

/// Whether a pattern with `*` (anything, also slashes) and `?` (one character) covers a text. `\*`, `\?` and `\\` in
/// it stand for those characters themselves.
pub fn glob(pattern: &str, text: &str) -> bool {
    // Most texts are told apart by what stands before the first sign of a pattern.
    let fixed = pattern.find(['*', '?', '\\']).unwrap_or(pattern.len());
    if !text.starts_with(&pattern[..fixed]) {
        return false;
    }
    let (pattern, text) = (&pattern[fixed..], &text[fixed..]);
    let (p, t): (Vec<Step>, Vec<char>) = (steps(pattern), text.chars().collect());
    let (mut i, mut j) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while j < t.len() {
        match p.get(i) {
            Some(Step::Any) => {
                star = Some((i, j));
                i += 1;
                continue;
            }
            Some(step) if *step == Step::One || *step == Step::Char(t[j]) => {
                i += 1;
                j += 1;
                continue;
            }
            Some(_) | None => {}
        }
        let Some((si, sj)) = star else { return false };
        star = Some((si, sj + 1));
        i = si + 1;
        j = sj + 1;
    }
    p[i..].iter().all(|step| *step == Step::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_brackets() {
        let id = ResourceId::parse("port[tcp6:[::]:80]").unwrap();
        assert_eq!((id.kind.as_str(), id.name.as_str()), ("port", "tcp6:[::]:80"));
        assert_eq!(id.to_string(), "port[tcp6:[::]:80]");
        assert_eq!(ResourceId::parse("nginx"), None);
        assert_eq!(ResourceId::parse("[x]"), None);
    }

    #[test]
    fn globs() {
        assert!(glob("/etc/php/*/fpm/*", "/etc/php/8.2/fpm/pool.d/www.conf"));
        assert!(glob("*", ""));
        assert!(!glob("/etc/?", "/etc/"));
        assert!(glob("a*b*c", "aXbXbc"));
        assert!(!glob("a*b", "ac"));
        assert!(glob("a\\*b", "a*b") && !glob("a\\*b", "axb"));
    }

    #[test]
    fn a_name_that_looks_like_a_pattern_is_still_one_name() {
        for name in ["/tmp/*", "a\\*", "a\\\\b", "\\xff?", "\\", "\\\\", "*", "a\\\\*"] {
            let pattern = literal(name);
            assert!(glob(&pattern, name) && !is_pattern(&pattern), "{name} as {pattern}");
            assert_eq!(unescaped(&pattern), name);
        }
        assert_eq!(literal("/etc/a\\xff"), "/etc/a\\xff", "what needs no escape has none");
        assert!(is_pattern("a?") && !is_pattern("a\\?"));
    }
}
