//! Which names a question is about: all of them in a sweep, else those that it names and those its patterns cover.

use model::id::{glob, is_pattern};
use model::plan::Ask;
use model::text::SECRET;
use std::collections::BTreeSet;

/// The names that a question is about.
pub(crate) struct Selection<'a> {
    ask: &'a Ask,
    patterns: Vec<&'a str>,
    /// Whether a name is asked for as it was shown before, a fingerprint in its secret's place.
    is_redacted: bool,
}

impl<'a> Selection<'a> {
    /// Of a question to a kind whose names may be patterns, or may not.
    pub(crate) fn of(ask: &'a Ask, has_globs: bool) -> Self {
        let names = || ask.names.keys().map(String::as_str);
        let patterns = names().filter(|n| has_globs && n.contains(['*', '?']) && is_pattern(n)).collect();
        Self { ask, patterns, is_redacted: names().any(|n| n.contains(SECRET)) }
    }

    /// Whether it is about a name, as it is shown.
    pub(crate) fn covers(&self, name: &str) -> bool {
        self.ask.sweep || self.ask.names.contains_key(name) || self.patterns.iter().any(|p| glob(p, name))
    }

    /// Whether it may be about a name that is shown without its secrets later.
    pub(crate) fn may_cover(&self, name: &str) -> bool {
        self.is_redacted || self.covers(name)
    }

    /// Whether a name asked for is a pattern that covers one of the names shown.
    pub(crate) fn is_covered(&self, name: &str, shown: &BTreeSet<String>) -> bool {
        self.patterns.contains(&name) && shown.iter().any(|n| glob(name, n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_about_its_names_and_what_its_patterns_cover() {
        let ask = Ask::default().name("php8.2-fpm").name("lib*");
        let selection = Selection::of(&ask, true);
        assert!(selection.covers("php8.2-fpm") && selection.covers("libc6") && !selection.covers("nginx"));
        assert!(!Selection::of(&ask, false).covers("libc6"), "a star is a star where names are no patterns");
        assert!(Selection::of(&Ask::everything(), true).covers("nginx"));
    }

    #[test]
    fn a_name_with_a_secret_is_judged_after_it_lost_it() {
        let ask = Ask::default().name("x secret:v1:AAAAAAAAAAAAAAAAAAAAAA");
        let selection = Selection::of(&ask, false);
        assert!(selection.may_cover("x hunter2") && !selection.covers("x hunter2"));
    }
}
