//! Tests over HTTP as a person runs them, against a server that does what servers do at their worst. Needs `hurl`, which
//! `make test-fast` installs.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod apache;
mod bad_input;
mod flows;
mod pods;
mod secrets;
mod server;
mod suite;
mod tracing;
