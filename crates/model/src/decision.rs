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

/// One decision about one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The resource.
    pub id: ResourceId,
    /// The platform, such as `kubernetes`.
    pub platform: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Why.
    pub because: String,
    /// The rule that proposed it, if one did.
    pub rule: Option<String>,
    /// Who decided.
    pub author: String,
}
