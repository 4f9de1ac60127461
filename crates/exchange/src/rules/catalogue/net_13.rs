//! NET-13: addresses that move between hosts, and balancers.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-13",
    severity: Severity::High,
    summary: "an address that moves between hosts, or a balancer on the host",
    verdict: Fate::Drop,
    mechanism: "a Service of type LoadBalancer",
    person: "Find who reaches the application by this address.",
    source: Source::Page("https://kubernetes.io/docs/concepts/services-networking/service/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["keepalived", "haproxy", "heartbeat", "corosync", "pacemaker", "ucarp", "vrrpd", "ipvsadm"],
    packages: &["keepalived", "haproxy", "heartbeat", "corosync", "pacemaker", "ucarp", "ipvsadm"],
    users: &["haproxy"],
    files: &["/etc/keepalived/*", "/etc/haproxy/*", "/etc/corosync/*", "/etc/ha.d/*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    for one in host.of("interface").filter(|one| one.name() == "lo") {
        let is_more = |addr: &String| !addr.starts_with("127.") && !addr.starts_with("::1");
        let more: Vec<String> = one.texts("addrs").into_iter().filter(is_more).collect();
        if !more.is_empty() {
            out.propose(one, format!("the loopback has {}", more.join(", ")));
        }
    }
}
