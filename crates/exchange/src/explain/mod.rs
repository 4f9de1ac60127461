//! Who asked for what: every statement of every source against a host's facts, and every fact against the statements.
//!
//! A statement agrees with the host, is stale (the host shows otherwise), was superseded by another one, or cannot be
//! compared. A fact is a packaged default, was asked for at a place, was done by hand and left a trace, or nobody knows.

mod elsewhere;
mod follows;
mod host;
mod judge;
mod origin;
mod report;
mod rule;
mod scope;
mod superseded;

pub use origin::{Because, FactOrigin};
pub use report::{ID_SCHEMA, counted, human, human_of, human_statements, json, schema};
pub use superseded::Conflict;

use crate::import::record::Recorded;
use host::Host;
use judge::Judged;
use model::facts::Facts;
use model::id::ResourceId;

/// What is said of a host and what it shows, matched.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The statements, as they were recorded.
    pub statements: &'a [Recorded],
    /// What became of each, in the same order.
    pub standing: Vec<Standing>,
    /// Every fact that capture writes down, and why it is so.
    pub facts: Vec<FactOrigin>,
    /// Where sources contradict each other.
    pub conflicts: Vec<Conflict>,
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The host shows it.
    Agreed,
    /// The host shows otherwise, and what.
    Stale(String),
    /// The host shows otherwise, and another statement says so: its index.
    Superseded(usize, String),
    /// There is nothing on the host to compare it with, and why.
    Unknown(String),
    /// It depends on what only a run could tell.
    Unresolved(String),
    /// No reader understands it.
    NotUnderstood(String),
    /// It says nothing that lasts.
    Nothing,
    /// It is words for people.
    Prose,
    /// It is for other hosts, and for which.
    Elsewhere(String),
}

impl Standing {
    /// The name used in every output.
    pub fn name(&self) -> &'static str {
        match self {
            Standing::Agreed => "agreed",
            Standing::Stale(_) => "stale",
            Standing::Superseded(..) => "superseded",
            Standing::Unknown(_) => "unknown",
            Standing::Unresolved(_) => "unresolved",
            Standing::NotUnderstood(_) => "not-understood",
            Standing::Nothing => "nothing",
            Standing::Prose => "prose",
            Standing::Elsewhere(_) => "elsewhere",
        }
    }

    /// The same for people.
    pub fn words(&self) -> &'static str {
        match self {
            Standing::NotUnderstood(_) => "not understood",
            Standing::Prose => "in words only",
            Standing::Nothing => "without lasting effect",
            Standing::Unknown(_) => "with nothing to compare",
            Standing::Elsewhere(_) => "for other hosts",
            Standing::Agreed | Standing::Stale(_) | Standing::Superseded(..) | Standing::Unresolved(_) => self.name(),
        }
    }

    /// Whether the host shows otherwise than it says.
    pub fn is_stale(&self) -> bool {
        matches!(self, Standing::Stale(_) | Standing::Superseded(..))
    }
}

/// Matches statements with what a host showed.
pub fn explain<'a>(statements: &'a [Recorded], facts: &Facts) -> Explained<'a> {
    let host = Host::new(facts);
    let elsewhere = scope::Scopes::new(statements, &host);
    let judged: Vec<Judged> = statements
        .iter()
        .map(|s| match elsewhere.of(&s.statement) {
            Some(whose) => Judged::elsewhere(whose),
            None => judge::statement(&s.statement, &host),
        })
        .collect();
    let (standing, conflicts) = superseded::settle(statements, &judged);
    let facts = origin::of_facts(statements, &judged, &host);
    Explained { statements, standing, facts, conflicts }
}

impl Explained<'_> {
    /// The statements that speak of a resource, in the order of time as far as it is known.
    pub fn about(&self, covers: &dyn Fn(&ResourceId) -> bool) -> Vec<usize> {
        let mut found: Vec<usize> = (0..self.statements.len())
            .filter(|at| {
                let statement = &self.statements[*at].statement;
                statement.what().iter().any(|e| e.ids().iter().any(covers))
                    || self.facts.iter().any(|f| covers(&f.id) && f.said_by.contains(at))
            })
            .collect();
        found.sort_by(|a, b| superseded::order(self.statements, *a, *b));
        found
    }
}
