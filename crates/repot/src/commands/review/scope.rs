//! What a change of the decisions reaches: which entries end otherwise, what follows for middleware, and which generated
//! files come out otherwise. It is shown before anything is written.

use crate::deciding::Deciding;
use exchange::rules::decisions::{Change, Decisions};
use exchange::rules::report::{Reviewed, consequences};
use exchange::rules::tenancy::{Tenancy, middleware};
use exchange::rules::{Outcome, Review};
use model::id::ResourceId;
use model::text::for_terminal;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How many entries are named.
const NAMED: usize = 20;

/// How many files are named.
const NAMED_FILES: usize = 40;

/// The files that say of every entry where it ended.
const ACCOUNTS: &[&str] = &["ACCOUNT.md", "account.json"];

/// The generator's files, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// What a change reaches.
#[derive(Debug)]
pub(super) struct Scope {
    /// Entries with what they were and what they become.
    pub(super) entries: Vec<(ResourceId, String, String)>,
    /// What follows for middleware, as lines.
    places: String,
    /// Files of the generator that come out otherwise, each with a word for how.
    files: Vec<(&'static str, String)>,
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
            let before = deciding.decisions.tenancy.get(one.service.name());
            // Until a person decides it stays with the application.
            let was = before.map_or(Tenancy::Container, |placed| placed.tenancy).name();
            consequences(reviewed, one, one.tenancy(decisions), &format!("was {was}"))
        });
        let files =
            files(&deciding.generated(before, &deciding.decisions).files, &deciding.generated(after, decisions).files);
        Self { entries: changed.collect(), places: places.collect(), files, all: after.outcomes.len() }
    }
}

/// What two outputs differ in. The account names every entry, so that it says nothing here.
fn files(before: &Files, after: &Files) -> Vec<(&'static str, String)> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let how = |name: &&String| match (before.get(*name), after.get(*name)) {
        (Some(was), Some(now)) if was == now => None,
        (Some(_), Some(_)) => Some("changes"),
        (None, _) => Some("is new"),
        (_, None) => Some("goes away"),
    };
    let told = names.into_iter().filter(|name| !ACCOUNTS.contains(&name.as_str()));
    told.filter_map(|name| how(&name).map(|how| (how, name.clone()))).collect()
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
        f.write_str(&self.places)?;
        match self.files.len() {
            0 => writeln!(f, "no file of `repot generate kubernetes` changes but the account of entries")?,
            n => writeln!(f, "of the files of `repot generate kubernetes` {n} come out otherwise")?,
        }
        for (how, name) in self.files.iter().take(NAMED_FILES) {
            writeln!(f, "  {name} {how}")?;
        }
        if self.files.len() > NAMED_FILES {
            writeln!(f, "  and {} more", self.files.len() - NAMED_FILES)?;
        }
        Ok(())
    }
}
