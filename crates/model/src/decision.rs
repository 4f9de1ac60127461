//! What becomes of a resource on a platform. Kept apart from the spec, so that a new capture never overwrites it.

use crate::id::ResourceId;
use serde::{Deserialize, Serialize};

/// What becomes of a resource on a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Carried over as it is.
    Keep,
    /// Carried over in another form.
    Adapt,
    /// The platform has its own means.
    Replace,
    /// Not needed any more.
    Drop,
    /// Belongs to the node or the cluster.
    Node,
    /// A person must decide before anything is generated.
    Block,
}

impl Fate {
    /// Every one, in the order in which they are told.
    pub const ALL: [Fate; 6] = [Fate::Keep, Fate::Adapt, Fate::Replace, Fate::Drop, Fate::Node, Fate::Block];

    /// The word used in every file and output.
    pub fn name(self) -> &'static str {
        match self {
            Fate::Keep => "keep",
            Fate::Adapt => "adapt",
            Fate::Replace => "replace",
            Fate::Drop => "drop",
            Fate::Node => "node",
            Fate::Block => "block",
        }
    }

    /// The fate of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.name() == word)
    }

    /// Whether the resource itself is to hold on the platform: what is kept or adapted is proven there.
    pub fn holds(self) -> bool {
        matches!(self, Fate::Keep | Fate::Adapt)
    }
}

/// One decision about one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The resource.
    pub id: ResourceId,
    /// The platform, such as `kubernetes`.
    pub platform: String,
    /// What becomes of it.
    pub fate: Fate,
    /// The platform's means, where a rule named one.
    pub mechanism: String,
    /// Why.
    pub because: String,
    /// The rule that proposed it, if one did.
    pub rule: Option<String>,
    /// Who decided.
    pub author: String,
    /// The day, as YYYY-MM-DD.
    pub date: String,
}
