//! Spec files: YAML keyed by kind, then name, in the spelling Goss made common. A plain gossfile is one too.

mod claim;
pub mod emit;
mod entry;
pub mod merge;
pub mod node;
pub mod parse;
pub mod problem;
mod scalar;

/// The version of spec files that this repot writes and the newest it reads.
pub const VERSION: i64 = 1;
