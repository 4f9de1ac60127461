//! Regular expressions as nginx runs them: PCRE, on bytes.

use pcre2::bytes::{Regex, RegexBuilder};

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
}

/// What an expression captured: by number, and by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// The whole match, then each group; empty where a group took no part.
    pub groups: Vec<Vec<u8>>,
    /// Groups that have a name.
    pub named: Vec<(String, Vec<u8>)>,
}

impl Pattern {
    /// Compiles an expression; the error is PCRE's.
    pub fn new(source: &str, ignores_case: bool) -> Result<Self, String> {
        let mut builder = RegexBuilder::new();
        builder.caseless(ignores_case).jit_if_available(true);
        let regex = builder.build(source).map_err(|e| e.to_string())?;
        Ok(Self { source: source.to_owned(), regex })
    }

    /// The expression as it is written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it matches anywhere. One that exceeds PCRE's own limits does not match, as in nginx.
    pub fn matches(&self, text: &[u8]) -> bool {
        self.regex.is_match(text).unwrap_or(false)
    }

    /// What it captures, if it matches.
    pub fn captures(&self, text: &[u8]) -> Option<Captured> {
        let found = self.regex.captures(text).ok()??;
        let group = |n: usize| found.get(n).map_or_else(Vec::new, |m| m.as_bytes().to_vec());
        let groups = (0..found.len()).map(group).collect();
        let names = self.regex.capture_names().iter().enumerate();
        let named = names.filter_map(|(n, name)| Some((name.clone()?, group(n)))).collect();
        Some(Captured { groups, named })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_pcre_on_bytes() {
        let pattern = Pattern::new(r"^/(?<year>20[0-9]{2})/\Qa.b\E(x)?", false).unwrap();
        let found = pattern.captures(b"/2016/a.b\xff").unwrap();
        assert_eq!(found.groups, [&b"/2016/a.b"[..], b"2016", b""]);
        assert_eq!(found.named, [("year".to_owned(), b"2016".to_vec())]);
        assert!(Pattern::new("A", true).unwrap().matches(b"xa"));
        assert!(Pattern::new("(", false).is_err());
        assert!(Pattern::new(r"^.$", false).unwrap().matches(b"\xff"));
    }
}
