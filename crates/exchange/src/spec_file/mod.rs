//! Spec files: YAML keyed by kind, then name, in the spelling Goss made common. A plain gossfile is one too.

pub(crate) mod claim;
pub(crate) mod edit;
mod emit;
pub(crate) mod entry;
mod intended;
mod layer;
pub mod merge;
pub mod node;
pub mod origins;
pub mod parse;
pub mod problem;
pub mod role;
pub(crate) mod scalar;
pub mod sums;

/// The version of spec files that this repot writes and the newest it reads.
pub const VERSION: i64 = 1;
