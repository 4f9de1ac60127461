//! A specification: what people vouch for, wherever it was written.

use crate::claim::Claim;
use crate::coverage::Coverage;
use crate::fact::Fact;
use crate::facts::{Facts, KindFacts, Resource};
use crate::id::{ResourceId, glob};
use crate::origin::Origin;
use crate::place::Place;
use crate::value::Value;
use std::collections::BTreeMap;

/// What is vouched for, from all files of a role.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// The entries.
    pub entries: BTreeMap<ResourceId, Entry>,
    /// Kinds of which the entries are all there is, and where that is written: what else is found is extra.
    pub closed: BTreeMap<String, Place>,
    /// What is known to move by itself, or could not be looked at when it was captured: never extra.
    pub open: Vec<Open>,
    /// Differences that are accepted, by `kind[name]` or `kind[name].property`; a pattern, see [`glob`].
    pub waived: Vec<(String, Waiver)>,
    /// The id of the key with which secrets in it are fingerprinted.
    pub key: Option<String>,
}

/// One resource of a spec.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Where the entry begins.
    pub place: Place,
    /// Whether the resource is to be there; none is taken as "yes" as soon as anything else is claimed.
    pub presence: Option<(bool, Note)>,
    /// What is claimed of its properties.
    pub claims: BTreeMap<String, Claimed>,
    /// What the question needs to be asked: a command line, a time limit.
    pub inputs: BTreeMap<String, Value>,
    /// Origin, reason and waiver of the whole entry.
    pub note: Note,
    /// Whether the name is a pattern that stands for every resource it covers.
    pub glob: bool,
}

/// What is claimed of one property.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// What is claimed.
    pub claim: Claim,
    /// Origin, reason, waiver and place of this claim.
    pub note: Note,
}

/// What stands beside a claim: where it is written, where it comes from, why, and whether it is waived.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// Where it is written.
    pub place: Option<Place>,
    /// Where it comes from.
    pub from: Option<Origin>,
    /// Why it is so.
    pub why: Option<String>,
    /// Why a difference is accepted.
    pub waive: Option<Waiver>,
}

/// An accepted difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is accepted, as YYYY-MM-DD.
    pub until: Option<String>,
}

impl Waiver {
    /// Whether the waiver still holds on a day, given as YYYY-MM-DD.
    pub fn holds_on(&self, today: &str) -> bool {
        self.until.as_deref().is_none_or(|until| today <= until)
    }
}

/// Something a closed spec does not speak of, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// `kind[name]` or `kind[name].property`; a pattern, see [`glob`].
    pub what: String,
    /// Why: it moves, or it could not be looked at.
    pub why: String,
}

impl Spec {
    /// Whether a property (or, with none, the resource as a whole) is left open.
    pub fn leaves_open(&self, id: &ResourceId, property: Option<&str>) -> bool {
        let whole = id.to_string();
        self.open
            .iter()
            .any(|open| glob(&open.what, &whole) || property.is_some_and(|p| glob(&open.what, &format!("{whole}.{p}"))))
    }

    /// The waiver of a resource, or of a property of it, that holds on a day (YYYY-MM-DD).
    pub fn waiver(&self, id: &ResourceId, property: Option<&str>, today: &str) -> Option<&Waiver> {
        let whole = id.to_string();
        let subject = property.map(|p| format!("{whole}.{p}"));
        let covers = |what: &str| glob(what, &whole) || subject.as_ref().is_some_and(|s| glob(what, s));
        self.waived.iter().find(|(what, waiver)| covers(what) && waiver.holds_on(today)).map(|(_, waiver)| waiver)
    }

    /// How many claims the spec makes.
    pub fn len(&self) -> usize {
        self.entries.values().map(|e| e.claims.len() + usize::from(e.presence.is_some())).sum()
    }

    /// The claims that name one value, as if a machine had shown them: for comparing specs.
    pub fn as_facts(&self) -> Facts {
        let mut facts = Facts { key: self.key.clone(), ..Facts::default() };
        for (id, entry) in &self.entries {
            let kind = facts
                .kinds
                .entry(id.kind.clone())
                .or_insert_with(|| KindFacts { coverage: Coverage::Complete, resources: BTreeMap::new() });
            let absent = matches!(entry.presence, Some((false, _)));
            let values = entry.claims.iter().filter_map(|(property, claimed)| {
                let fact = Fact::is(claimed.claim.value()?);
                let place = claimed.note.place.clone().unwrap_or_else(|| entry.place.clone());
                Some((property.clone(), fact.at(place)))
            });
            let resource = Resource { absent, facts: values.collect(), ..Resource::default() };
            kind.resources.insert(id.name.clone(), resource);
        }
        facts
    }

    /// Whether the spec claims nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.closed.is_empty()
    }
}
