//! NET-12: the firewall.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-12",
    severity: Severity::High,
    summary: "packets are let in or kept out on the host",
    verdict: Fate::Replace,
    mechanism: "NetworkPolicy and the security groups of the nodes; a REDIRECT of ports is targetPort of a Service",
    person: "Say for each rule who it is about; what only keeps the host from others falls away with it.",
    source: Source::Page("https://kubernetes.io/docs/concepts/services-networking/network-policies/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["nftables", "netfilter-persistent", "iptables", "ip6tables", "ufw", "firewalld", "shorewall*", "ferm"],
    packages: &[
        "iptables-persistent",
        "netfilter-persistent",
        "ufw",
        "firewalld",
        "shorewall",
        "ferm",
        "iptables",
        "nftables",
    ],
    users: &[],
    files: &[
        "/etc/nftables*",
        "/etc/iptables/*",
        "/etc/sysconfig/iptables*",
        "/etc/ufw/*",
        "/etc/firewalld/*",
        "/etc/shorewall/*",
        "/etc/ferm/*",
    ],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("firewall-rule").filter(|one| one.is_site()) {
        let rules = one.texts("rules");
        let proposal = out.propose(one, format!("{}: {}", one.name(), rules.join("; ")));
        if rules.iter().any(|rule| rule.contains("REDIRECT")) {
            proposal.by("targetPort of the Service in the place of REDIRECT; NetworkPolicy for the rest");
        }
    }
    FAMILY.propose(host, out);
}
