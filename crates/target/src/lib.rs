//! Everything that touches a machine: how targets are named, how they are reached, how the agent gets there, and how
//! what it said is kept.

pub mod address;
pub mod binary;
pub mod fetch;
pub mod held;
mod listening;
pub mod observe;
pub mod project_key;
pub mod recording;
pub mod shadow;
mod shell;
pub mod side_by_side;
pub mod transport;
pub mod trouble;
pub mod tunnel;
