//! What a probe's silence means.

use crate::answer::Why;
use serde::{Deserialize, Serialize};

/// What it means that a resource is not among those a probe showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// Everything of the kind was shown: what is not shown is not there.
    Complete,
    /// Only what was asked for was looked at: of the rest nothing is known.
    Asked,
    /// It could not be looked at: nothing follows from silence.
    Unknown(Why),
}
