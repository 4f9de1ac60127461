//! What was decided of entries, by a person or by a rule: it goes before what this generator would make of them.

use model::decision::Fate;
use model::id::ResourceId;
use std::collections::BTreeMap;

/// What was decided of an entry, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fated {
    /// What becomes of it.
    pub fate: Fate,
    /// Why, and who says so.
    pub because: String,
}

/// What was said of entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fates {
    /// What a person decided.
    pub decided: BTreeMap<ResourceId, Fated>,
    /// What a rule proposes, where nobody decided: the reason of what is left behind anyway.
    pub proposed: BTreeMap<ResourceId, Fated>,
    /// Services that a person put elsewhere than into the pods, and why.
    pub elsewhere: BTreeMap<String, String>,
}
