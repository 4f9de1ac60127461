//! Text to facts and claims, and back. Everything here is pure: text and facts come in, text goes out.

#![recursion_limit = "256"]

pub mod explain;
pub mod generate;
pub mod import;
pub mod page;
pub mod project_file;
pub mod ran;
pub mod reference;
pub mod report;
pub mod rules;
pub mod schema;
pub mod spec_file;
