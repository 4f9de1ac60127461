//! What web servers have in common: a request as it comes in, the way that it takes through a configuration, what leads
//! to a part of it, and the expressions that paths are compared with. Pure.

pub mod at;
pub mod glob;
pub mod path;
#[cfg(feature = "patterns")]
pub mod pattern;
pub mod reach;
pub mod request;
#[cfg(feature = "patterns")]
pub mod sample;
