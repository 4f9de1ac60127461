//! Runs probes where they are: on this machine, or over a root directory on it.
//!
//! The binary of this crate is what repot copies to a target; the library is what it uses itself for `local` and
//! `rootfs:DIR`. It reads and never writes.

pub mod answer_of_http;
pub mod command;
pub mod fetch;
mod heard;
pub mod machine;
mod printed;
mod reach;
pub mod redaction;
pub mod serve;
mod within;
