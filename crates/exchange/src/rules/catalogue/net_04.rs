//! NET-04: several interfaces, bonds, VLANs and routes.

use super::family::is_one_of;
use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-04",
    severity: Severity::High,
    summary: "the host reaches networks over interfaces or routes of its own",
    verdict: Fate::Node,
    mechanism: "the node and the CNI of the cluster (Multus for more interfaces)",
    person: "Show that the nodes reach the same networks.",
    source: Source::Page("https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let passing = ["lo", "docker*", "veth*", "br-*", "cni*", "virbr*", "wg*", "tun*", "tap*"];
    let cards: Vec<One<'_>> = host.of("interface").filter(|one| !is_one_of(&passing, one.name())).collect();
    let is_special = |name: &str| is_one_of(&["bond*", "vlan*", "team*", "br*", "*.*"], name);
    for one in cards.iter().filter(|one| cards.len() > 1 || is_special(one.name())) {
        out.propose(*one, format!("{} beside {} more", one.name(), cards.len() - 1)).reach(Reach::Beside);
    }
    for one in host.of("route").filter(|one| one.is_site() && !is_default(one.name())) {
        let via = one.text("via").or_else(|| one.text("rule")).unwrap_or_default();
        out.propose(one, format!("{} by {via}", one.name()));
    }
}

/// Whether a route is the one for everything else, of either version of IP.
fn is_default(name: &str) -> bool {
    name.starts_with("default") || name.starts_with("::/0")
}
