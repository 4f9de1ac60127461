//! What a file is to say after a merge, against which the merged file is held before it is handed out.

use super::entry::Spot;
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

/// What a file is to say: what it said before, but for what is changed.
pub(crate) struct Intended<'a> {
    before: &'a Spec,
    changed: BTreeMap<ResourceId, BTreeMap<String, Want>>,
}

impl<'a> Intended<'a> {
    /// What a file said.
    pub(crate) fn of(before: &'a Spec) -> Self {
        Self { before, changed: BTreeMap::new() }
    }

    fn entry(&mut self, id: &ResourceId) -> &mut BTreeMap<String, Want> {
        let before = self.before;
        let said = || before.entries.get(id).map(said).unwrap_or_default();
        self.changed
            .entry(id.clone())
            .or_insert_with(|| said().into_iter().map(|(name, text)| (name, Want::Before(text))).collect())
    }

    pub(crate) fn set(&mut self, id: &ResourceId, property: &str, want: Want) {
        self.entry(id).insert(property.to_owned(), want);
    }

    /// An entry that was gone says again what it said.
    pub(crate) fn says_again(&mut self, id: &ResourceId, spots: &[Spot<'_>]) {
        let name = |spot: &Spot<'_>| if spot.is_presence { String::new() } else { spot.property.to_owned() };
        let said = spots.iter().filter(|s| !s.is_gone).map(|s| (name(s), Want::Before(s.claim.to_string())));
        self.changed.insert(id.clone(), said.collect());
    }

    pub(crate) fn unset(&mut self, id: &ResourceId, property: &str) {
        self.entry(id).remove(property);
    }

    pub(crate) fn remove(&mut self, id: &ResourceId) {
        self.changed.insert(id.clone(), BTreeMap::new());
    }

    pub(crate) fn gone(&mut self, id: &ResourceId) {
        self.changed.insert(id.clone(), [(String::new(), Want::Value(false.into()))].into());
    }

    pub(crate) fn add(&mut self, id: &ResourceId, drafted: &Drafted) {
        let value = |fact: &Fact| fact.value().cloned().map(Want::Value);
        let mut wants: BTreeMap<String, Want> =
            drafted.facts.iter().filter_map(|(name, fact)| Some((name.clone(), value(fact)?))).collect();
        if drafted.absent || wants.is_empty() {
            wants.insert(String::new(), Want::Value((!drafted.absent).into()));
        }
        self.changed.insert(id.clone(), wants);
    }

    /// Holds what the merged file says against what it is to say.
    pub(crate) fn check(&self, path: &str, merged: &Spec) -> Result<(), Vec<Problem>> {
        let ids = self.changed.keys().chain(self.before.entries.keys()).chain(merged.entries.keys());
        match ids.into_iter().find(|id| !self.is_right(id, merged.entries.get(id))) {
            None => Ok(()),
            Some(id) => {
                let what = format!("merging would not say of {id} what it should: a bug in repot; nothing was written");
                let place = Place::file(path);
                Err(vec![Problem { place, width: 0, what, line: String::new(), hints: Vec::new() }])
            }
        }
    }

    fn is_right(&self, id: &ResourceId, entry: Option<&Entry>) -> bool {
        match (self.changed.get(id), self.before.entries.get(id), entry) {
            (Some(wants), _, None) => wants.is_empty(),
            (Some(wants), _, Some(entry)) => fulfils(entry, wants),
            (None, Some(before), Some(entry)) => said(before) == said(entry),
            (None, None, None) => true,
            (None, Some(_), None) | (None, None, Some(_)) => false,
        }
    }
}

/// What an entry says, property by property.
fn said(entry: &Entry) -> BTreeMap<String, String> {
    let presence = entry.presence.as_ref().map(|(wanted, _)| (String::new(), wanted.to_string()));
    let claims = entry.claims.iter().map(|(name, claimed)| (name.clone(), claimed.claim.to_string()));
    presence.into_iter().chain(claims).collect()
}

fn fulfils(entry: &Entry, wants: &BTreeMap<String, Want>) -> bool {
    let said = said(entry);
    said.len() == wants.len()
        && wants.iter().all(|(name, want)| match (want, entry.claims.get(name)) {
            (Want::Before(text), _) => said.get(name) == Some(text),
            (Want::Value(value), Some(claimed)) => {
                claimed.claim.value().is_some() && claimed.claim.holds(Some(value), None) == Ok(true)
            }
            (Want::Value(value), None) => said.get(name) == Some(&value.to_string()),
        })
}
