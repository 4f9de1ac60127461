//! The kinds of resources repot reads, and what a probe may ask of a system.
//!
//! A kind is one file under `kinds/` and one line in the list of `kinds/mod.rs`. It describes itself as data
//! ([`kind::Property`]); the spec parser, the JSON Schema, the reference pages, redaction and the laws over the list
//! are derived from that description. A probe asks through [`sys::Sys`] and nothing else.

mod accounts;
pub mod crontab;
mod far_mounts;
mod files;
mod firewall;
pub mod kind;
pub mod kinds;
pub mod listing;
mod mapped;
pub mod memo;
mod network_config;
pub mod nginx;
pub mod origin;
pub mod out;
mod packages;
pub mod php;
pub mod postfix;
mod processes;
pub mod read;
pub mod redact;
mod script;
mod selection;
pub mod shipped;
pub mod sockets;
mod sqlite;
pub mod sshd_config;
pub mod sys;
mod systemd;
pub mod unit_environment;
pub mod x509;

use kind::{Life, Shape};
use model::answer::{Answer, Why, WhyCode};
use model::value::Value;

pub use files::attributes::{raw_acl, raw_capabilities};
pub use kinds::{KINDS, kind_named};

/// What comparing must know of the kinds, answered from their descriptions.
#[derive(Debug, Clone, Copy, Default)]
pub struct KnownKinds;

impl model::vocabulary::Vocabulary for KnownKinds {
    fn pins(&self, kind: &str, property: &str) -> bool {
        kind_named(kind).and_then(|k| k.property(property)).is_some_and(kind::Property::is_pinned)
    }

    /// What capture writes down and any target can show is not set where a probe says nothing of it. Of what only
    /// running machines show, and of what is shown on request, silence says nothing.
    fn unshown(&self, kind: &str, property: &str) -> Answer<Value> {
        match kind_named(kind).and_then(|k| k.property(property)) {
            Some(p) if p.is_pinned() && p.life == Life::Static => Ok((p.shape == Shape::Bool).then(|| false.into())),
            _ => Err(Why::new(WhyCode::NotAsked, format!("the probe does not show {property} here"))),
        }
    }
}
