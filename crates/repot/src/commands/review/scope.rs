//! What a change of the decisions reaches: which entries end otherwise, and what follows for middleware. It is shown
//! before anything is written.

use crate::deciding::Deciding;
use exchange::rules::decisions::{Change, Decisions};
use exchange::rules::report::{Reviewed, consequences};
use exchange::rules::tenancy::middleware;
use exchange::rules::{Outcome, Review};
use model::id::ResourceId;
use model::text::for_terminal;
use std::fmt;

/// How many entries are named.
const NAMED: usize = 20;

/// What a change reaches.
#[derive(Debug)]
pub(super) struct Scope {
    /// Entries with what they were and what they become.
    pub(super) entries: Vec<(ResourceId, String, String)>,
    /// What follows for middleware, as lines.
    places: String,
    all: usize,
}

impl Scope {
    /// What differs between two reviews of one host.
    pub(super) fn between(
        deciding: &Deciding,
        before: &Review,
        after: &Review,
        decisions: &Decisions,
        changes: &[Change],
    ) -> Self {
        let changed = after.outcomes.iter().filter_map(|(id, now)| {
            let was = said(before.outcomes.get(id)?);
            let now = said(now);
            (was != now).then(|| (id.clone(), was, now))
        });
        let host = deciding.host();
        let reviewed = Reviewed { host: &host, review: after, decisions };
        let placed = |name: &str| changes.iter().any(|c| matches!(c, Change::Tenancy(service, _) if service == name));
        let all = middleware(&host, after);
        let places = all.iter().filter(|one| placed(one.service.name())).map(|one| {
            let was = one.tenancy(&deciding.decisions).name();
            consequences(reviewed, one, one.tenancy(decisions), &format!("was {was}"))
        });
        Self { entries: changed.collect(), places: places.collect(), all: after.outcomes.len() }
    }
}

fn said(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Decided(decision) => decision.fate.name().to_owned(),
        Outcome::Undecided(_) => "undecided".to_owned(),
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} of {} entries end otherwise", self.entries.len(), self.all)?;
        for (id, was, now) in self.entries.iter().take(NAMED) {
            writeln!(f, "  {}: {was} → {now}", for_terminal(&id.to_string()))?;
        }
        if self.entries.len() > NAMED {
            writeln!(f, "  and {} more", self.entries.len() - NAMED)?;
        }
        f.write_str(&self.places)
    }
}
