//! What a file is to say after a merge, against which the merged file is held before it is handed out.

use super::entry::Spot;
use super::node::Source;
use super::parse;
use super::problem::Problem;
use model::draft::Drafted;
use model::fact::Fact;
use model::id::ResourceId;
use model::place::Place;
use model::spec::{Entry, Spec};
use model::value::Value;
use std::collections::BTreeMap;

/// What is to be said of one property; of the resource's being there under an empty name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Want {
    /// What was said before.
    Before(String),
    /// Exactly this value.
    Value(Value),
}

/// What a file is to say.
pub(crate) struct Intended {
    entries: BTreeMap<ResourceId, BTreeMap<String, Want>>,
}

impl Intended {
    /// What a file says.
    pub(crate) fn of(source: Source<'_>) -> Result<Self, Vec<Problem>> {
        let spec = spec(source)?;
        let before = |entry: &Entry| said(entry).map(|(name, text)| (name, Want::Before(text))).collect();
        Ok(Self { entries: spec.entries.iter().map(|(id, entry)| (id.clone(), before(entry))).collect() })
    }

    pub(crate) fn set(&mut self, id: &ResourceId, property: &str, want: Want) {
        self.entries.entry(id.clone()).or_default().insert(property.to_owned(), want);
    }

    /// An entry that was gone says again what it said.
    pub(crate) fn says_again(&mut self, id: &ResourceId, spots: &[Spot<'_>]) {
        let name = |spot: &Spot<'_>| if spot.is_presence { String::new() } else { spot.property.to_owned() };
        let said = spots.iter().filter(|s| !s.is_gone).map(|s| (name(s), Want::Before(s.claim.to_string())));
        self.entries.insert(id.clone(), said.collect());
    }

    /// How many resources and claims there are.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.entries.len(), self.entries.values().map(BTreeMap::len).sum())
    }

    pub(crate) fn unset(&mut self, id: &ResourceId, property: &str) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.remove(property);
        }
    }

    pub(crate) fn remove(&mut self, id: &ResourceId) {
        self.entries.remove(id);
    }

    pub(crate) fn gone(&mut self, id: &ResourceId) {
        self.entries.insert(id.clone(), [(String::new(), Want::Value(false.into()))].into());
    }

    pub(crate) fn add(&mut self, id: &ResourceId, drafted: &Drafted) {
        let value = |fact: &Fact| fact.value().cloned().map(Want::Value);
        let mut wants: BTreeMap<String, Want> =
            drafted.facts.iter().filter_map(|(name, fact)| Some((name.clone(), value(fact)?))).collect();
        if drafted.absent || wants.is_empty() {
            wants.insert(String::new(), Want::Value((!drafted.absent).into()));
        }
        self.entries.insert(id.clone(), wants);
    }

    /// Reads the merged file and holds it against what it is to say.
    pub(crate) fn check(&self, merged: Source<'_>) -> Result<(), Vec<Problem>> {
        let spec = spec(merged)?;
        for id in self.entries.keys().chain(spec.entries.keys()) {
            let is_right = match (self.entries.get(id), spec.entries.get(id)) {
                (Some(wants), Some(entry)) => fulfils(entry, wants),
                (wants, entry) => wants.is_none() && entry.is_none(),
            };
            if !is_right {
                let place = Place::file(merged.path);
                let what = format!("merging would not say of {id} what it should: a bug in repot; nothing was written");
                return Err(vec![Problem { place, width: 0, what, line: String::new(), hints: Vec::new() }]);
            }
        }
        Ok(())
    }
}

fn spec(source: Source<'_>) -> Result<Spec, Vec<Problem>> {
    parse::parse(&[(source.path.to_owned(), source.text.to_owned())]).map(|parsed| parsed.spec)
}

/// What an entry says, property by property.
fn said(entry: &Entry) -> impl Iterator<Item = (String, String)> {
    let presence = entry.presence.as_ref().map(|(wanted, _)| (String::new(), wanted.to_string()));
    presence.into_iter().chain(entry.claims.iter().map(|(name, claimed)| (name.clone(), claimed.claim.to_string())))
}

fn fulfils(entry: &Entry, wants: &BTreeMap<String, Want>) -> bool {
    let said: BTreeMap<String, String> = said(entry).collect();
    said.len() == wants.len()
        && wants.iter().all(|(name, want)| match (want, entry.claims.get(name)) {
            (Want::Before(text), _) => said.get(name) == Some(text),
            (Want::Value(value), Some(claimed)) => {
                claimed.claim.value().is_some() && claimed.claim.holds(Some(value), None) == Ok(true)
            }
            (Want::Value(value), None) => said.get(name) == Some(&value.to_string()),
        })
}
