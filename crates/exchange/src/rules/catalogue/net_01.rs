//! NET-01: addresses that the host keeps.
//!
//! What it does not see: a public address that the provider gives the host (elastic IP): it is not on the host.

use super::family::is_one_of;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-01",
    severity: Severity::Medium,
    summary: "the host has an address of its own that stays; that of a pod does not",
    verdict: Fate::Drop,
    mechanism: "a Service or load balancer towards the pods, a NAT or egress gateway from them",
    person: "Find who has this address in their allow lists: they need that of the egress.",
    source: Source::Page("https://kubernetes.io/docs/concepts/services-networking/service/"),
    unseen: Some("a public address that the provider gives the host (elastic IP): it is not on the host"),
    apply,
};

/// Where addresses are given.
const FILES: &[&str] = &[
    "/etc/network/*",
    "/etc/netplan/*",
    "/etc/sysconfig/network*",
    "/etc/systemd/network/*",
    "/etc/NetworkManager/*",
    "/etc/dhcp/*",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("interface").filter(|one| one.text("method").as_deref() == Some("static")) {
        out.propose(one, format!("{} has {}", one.name(), one.texts("addrs").join(", ")));
    }
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(FILES, one.name())) {
        out.propose(one, one.name());
    }
}
