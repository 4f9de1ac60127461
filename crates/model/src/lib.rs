//! What repot talks about: facts a machine vouches for, claims a person vouches for, and the difference.
//!
//! This crate does no I/O and knows no kind by name. Everything else in repot depends on it and it depends on
//! nothing of repot. The parts that judge (claims, specs, comparing) stand behind the feature `judge`, so that the
//! agent which travels to a host carries only facts and events.

pub mod answer;
pub mod coverage;
pub mod event;
pub mod fact;
pub mod facts;
pub mod id;
pub mod place;
pub mod plan;
pub mod standing;
pub mod text;
pub mod value;
pub mod vocabulary;

#[cfg(feature = "judge")]
pub mod claim;
#[cfg(feature = "judge")]
pub mod compare;
#[cfg(feature = "judge")]
pub mod decision;
#[cfg(feature = "judge")]
pub mod diff;
#[cfg(feature = "judge")]
pub mod draft;
#[cfg(feature = "judge")]
pub mod exit;
#[cfg(feature = "judge")]
pub mod finding;
#[cfg(feature = "judge")]
pub mod origin;
#[cfg(feature = "judge")]
pub mod pattern;
#[cfg(feature = "judge")]
pub mod proven;
#[cfg(feature = "judge")]
pub mod semver_range;
#[cfg(feature = "judge")]
pub mod spec;
#[cfg(feature = "judge")]
pub mod version;
