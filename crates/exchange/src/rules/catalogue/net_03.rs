//! NET-03: addresses of other machines in settings.
//!
//! What it does not see: peers of connections that are open: no kind shows them, only what is written.

use super::address::machines;
use super::family::is_one_of;
use super::statement::statements;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-03",
    severity: Severity::High,
    summary: "a setting names another machine by its address",
    verdict: Fate::Replace,
    mechanism: "a name in a ConfigMap: a Service, ExternalName, or a Service with an EndpointSlice",
    person: "Name each of these machines, and say what becomes of it.",
    source: Source::Page("https://kubernetes.io/docs/concepts/services-networking/service/"),
    unseen: Some("peers of connections that are open: no kind shows them, only what is written"),
    apply,
};

/// Where addresses belong: other rules are about these.
const OTHERS: &[&str] = &[
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/network/*",
    "/etc/netplan/*",
    "/etc/sysconfig/network*",
    "/etc/systemd/network/*",
    "/etc/nftables*",
    "/etc/iptables/*",
    "/etc/rc.local",
    "*allow",
    "*deny",
    "*set_real_ip_from",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let own = host.addresses();
    for said in statements(host).filter(|said| !is_one_of(OTHERS, said.one.name())) {
        for address in machines(&said.text).iter().map(ToString::to_string).filter(|a| !own.contains(a)) {
            let proposal = out.propose(said.one, format!("{address} in: {}", said.short())).reach(Reach::Rest);
            if let Some(place) = said.place.clone() {
                proposal.at(place);
            }
        }
    }
}
