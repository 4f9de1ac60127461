//! What is wrong in a file a person wrote: the place, the line itself, and what to do.

use model::place::Place;
use model::text::{for_terminal, unsafe_on_terminals};
use std::fmt;

/// Something wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// How many characters the marked part has.
    pub width: usize,
    /// What.
    pub what: String,
    /// The line itself.
    pub line: String,
    /// What to do.
    pub hints: Vec<String>,
}

impl Problem {
    /// The same with one more thing to do.
    pub(crate) fn hinted(mut self, hint: &str) -> Self {
        self.hints.push(hint.to_owned());
        self
    }
}

/// A line as a terminal may show it: every character that would act on the terminal gives way to one that does not,
/// so that the mark stands below what it marks.
fn shown(line: &str) -> String {
    let one = |c| match c {
        '\t' => ' ',
        c if unsafe_on_terminals(c) => '\u{fffd}',
        c => c,
    };
    line.chars().map(one).collect()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, for_terminal(&self.what))?;
        if !self.line.is_empty() {
            let number = self.place.line.to_string();
            let gutter = " ".repeat(number.len());
            let before = usize::try_from(self.place.column.saturating_sub(1)).unwrap_or_default();
            let indent = " ".repeat(before);
            let room = self.line.chars().count().saturating_sub(before).max(1);
            let marks = "^".repeat(self.width.clamp(1, room));
            write!(f, "\n {number} | {}\n {gutter} | {indent}{marks}", shown(&self.line))?;
        }
        for hint in &self.hints {
            write!(f, "\n   hint: {}", for_terminal(hint))?;
        }
        Ok(())
    }
}

/// The name that was probably meant, if one is near.
pub fn meant<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, name)| *distance <= (name.len().max(typed.len()) / 3).max(1))
        // What shares nothing with it was not meant.
        .filter(|(distance, name)| *distance < name.chars().count().min(typed.chars().count()))
        .min()
        .map(|(_, name)| name)
}
