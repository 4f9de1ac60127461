//! The names of things: `kind[name]` and `kind[name].property`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One resource: `kind[name]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// Whether a pattern with `*` (anything, also slashes) and `?` (one character) covers a text.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut i, mut j) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while j < t.len() {
        if i < p.len() && p[i] == '*' {
            star = Some((i, j));
            i += 1;
        } else if i < p.len() && (p[i] == '?' || p[i] == t[j]) {
            i += 1;
            j += 1;
        } else if let Some((si, sj)) = star {
            star = Some((si, sj + 1));
            i = si + 1;
            j = sj + 1;
        } else {
            return false;
        }
    }
    p[i..].iter().all(|c| *c == '*')
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
    }
}
