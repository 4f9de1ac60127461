//! What becomes of a resource: what was decided where a person or a rule spoke, and else what this generator makes of it.

use model::id::ResourceId;
use std::collections::BTreeMap;

/// What becomes of a resource, in the words of the catalogue of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fate {
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
    /// The word used in every file and output.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Fate::Keep => "keep",
            Fate::Adapt => "adapt",
            Fate::Replace => "replace",
            Fate::Drop => "drop",
            Fate::Node => "node",
            Fate::Block => "block",
        }
    }

    /// Whether the resource itself is to hold on the platform.
    pub(crate) fn holds(self) -> bool {
        matches!(self, Fate::Keep | Fate::Adapt)
    }
}

/// What was decided of a resource, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fated {
    /// What becomes of it.
    pub(crate) fate: Fate,
    /// Why, and who says so.
    pub(crate) because: String,
}

/// What was decided, by resource; of what is not in it the generator says itself.
pub(crate) type Fates = BTreeMap<ResourceId, Fated>;
