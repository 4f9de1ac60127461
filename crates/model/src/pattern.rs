//! Patterns over text in the spelling Goss made common: `text`, `!text`, `/regex/`, `!/regex/`, line by line.

use regex::Regex;
use std::fmt;

/// One pattern over the lines of a text.
#[derive(Debug, Clone)]
pub struct Pattern {
    written: String,
    negated: bool,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    Substring(String),
    Regex(Regex),
}

/// A pattern whose regular expression cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPattern(pub String);

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadPattern {}

impl Pattern {
    /// Reads a pattern. A text that really begins with `!` or `/` is written with a backslash before it.
    pub fn parse(written: &str) -> Result<Self, BadPattern> {
        let (negated, body) = match written.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, written),
        };
        let inner = body.strip_prefix('/').and_then(|b| b.strip_suffix('/')).filter(|_| body.len() > 1);
        let matcher = match inner {
            Some(inner) => Matcher::Regex(Regex::new(inner).map_err(|e| BadPattern(e.to_string()))?),
            None => Matcher::Substring(unescaped(body).to_owned()),
        };
        Ok(Self { written: written.to_owned(), negated, matcher })
    }

    /// Whether the text has a line that matches, or, negated, has none.
    pub fn holds(&self, text: &str) -> bool {
        if self.written.is_empty() {
            return true;
        }
        let found = text.lines().any(|line| match &self.matcher {
            Matcher::Substring(s) => line.contains(s.as_str()),
            Matcher::Regex(r) => r.is_match(line),
        });
        found != self.negated
    }
}

fn unescaped(body: &str) -> &str {
    match body.strip_prefix('\\') {
        Some(rest) if rest.starts_with('!') || rest.starts_with('/') => rest,
        _ => body,
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern).unwrap().holds(text)
    }

    #[test]
    fn goss_spelling() {
        assert!(holds("foo", "a\nxfoox"));
        assert!(!holds("!foo", "a\nxfoox"));
        assert!(holds("/^x.*x$/", "a\nxfoox"));
        assert!(holds("!/^y/", "a\nxfoox"));
        assert!(holds("\\!x", "a!x"));
        assert!(holds("\\/x/", "/x/"));
        assert!(!holds("a b", "a\nb"), "patterns do not cross lines");
    }

    #[test]
    fn a_bad_expression_is_an_error() {
        assert!(Pattern::parse("/(/").is_err());
    }
}
