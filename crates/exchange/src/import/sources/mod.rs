//! The list of sources, in the order in which they choose their files: those that say most of what others are for first.

use super::source::Source;

mod capistrano;
mod fabric;
mod runbook;
mod script;

/// Every source.
pub const SOURCES: &[&dyn Source] = &[&capistrano::Capistrano, &fabric::Fabric, &runbook::Runbook, &script::Script];
