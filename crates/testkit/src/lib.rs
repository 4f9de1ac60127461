//! For tests only: systems that answer from a folder, systems that answer nothing, and a redaction without a key.

pub mod cli;
pub mod deny;
pub mod probe;
pub mod redact;
pub mod replay;
