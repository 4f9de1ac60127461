//! The lab end to end: a hand-built host, read and proven over ssh and in its container. Needs `lab/up web-03`; run by
//! `make test-lab`, one test at a time because they share the host.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]
mod agentless;
mod e2e;
mod faults;
mod host;
mod import;
mod mutations;
mod quiet;
mod readme;
mod review;
mod rights;
mod secrets;
mod session;
mod story;
mod truth;
mod tutorial;
