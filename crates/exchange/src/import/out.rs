//! Where readers put what they read.

use super::statement::Statement;
use model::place::Place;

/// The most statements that one import keeps.
const MOST: usize = 200_000;

/// Where readers put what they read.
#[derive(Debug, Clone, Default)]
pub struct Out {
    statements: Vec<(&'static str, Statement)>,
    problems: Vec<Problem>,
    made: Vec<(String, String)>,
    source: &'static str,
    is_full: bool,
}

/// What a reader has to say of a file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub what: String,
}

impl Out {
    pub(super) fn begin(&mut self, source: &'static str) {
        self.source = source;
    }

    /// One more statement. When there are more than any source has, the rest is left out and that is said.
    pub fn say(&mut self, statement: Statement) {
        if self.statements.len() < MOST {
            return self.statements.push((self.source, statement));
        }
        if !self.is_full {
            self.is_full = true;
            self.problem(statement.place, format!("more than {MOST} statements; the rest is left out"));
        }
    }

    /// Takes in what was put elsewhere first, each statement changed.
    pub(super) fn take(&mut self, other: Out, change: impl Fn(Statement) -> Statement) {
        for (_, statement) in other.statements {
            self.say(change(statement));
        }
        self.problems.extend(other.problems);
        self.made.extend(other.made);
    }

    /// Something that is wrong with a file as a whole, or a part of it that was left out.
    pub fn problem(&mut self, place: Place, what: impl Into<String>) {
        self.problems.push(Problem { place, what: what.into() });
    }

    /// A file that a source becomes, with its name.
    pub fn make(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.made.push((name.into(), text.into()));
    }

    /// The files that sources became: tests over HTTP.
    pub fn made(&self) -> &[(String, String)] {
        &self.made
    }

    /// What was read, with the name of its source.
    pub fn statements(&self) -> &[(&'static str, Statement)] {
        &self.statements
    }

    /// What was wrong.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}
