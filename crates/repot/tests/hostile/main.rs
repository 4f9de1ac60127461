//! Hostile hosts and broken connections: every case ends in time, with a clear message, with the rest of the facts
//! kept, and undecided where nobody could look.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod connections;
mod host;
mod mounts;
mod roots;
