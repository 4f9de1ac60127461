//! NET-14: tunnels.

use super::family::{Family, is_one_of};
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-14",
    severity: Severity::High,
    summary: "the host is one end of a tunnel",
    verdict: Fate::Block,
    mechanism: "a gateway, or the nodes",
    person: "Say where the tunnel ends when the host is gone, and what goes through it.",
    source: Source::Convention,
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "openvpn*",
        "wg-quick@*",
        "strongswan*",
        "ipsec",
        "libreswan",
        "tinc*",
        "autossh*",
        "stunnel*",
        "zerotier-one",
        "tailscaled",
        "vpnc*",
        "openconnect*",
        "xl2tpd",
    ],
    packages: &[
        "openvpn",
        "wireguard*",
        "strongswan*",
        "libreswan",
        "tinc",
        "autossh",
        "stunnel4",
        "zerotier-one",
        "tailscale",
    ],
    users: &[],
    files: &["/etc/openvpn/*", "/etc/wireguard/*", "/etc/ipsec.*", "/etc/strongswan*", "/etc/tinc/*", "/etc/stunnel/*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    for one in
        host.of("interface").filter(|one| is_one_of(&["wg*", "tun*", "tap*", "ipsec*", "gre*", "ppp*"], one.name()))
    {
        out.propose(one, format!("{} with {}", one.name(), one.texts("addrs").join(", ")));
    }
}
