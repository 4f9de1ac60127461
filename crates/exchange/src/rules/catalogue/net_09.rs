//! NET-09: how names are looked up.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-09",
    severity: Severity::Medium,
    summary: "resolv.conf has servers, domains or options of its own",
    verdict: Fate::Adapt,
    mechanism: "dnsPolicy and dnsConfig of the pod",
    person: "Write names in full, or carry over the search domains; the cluster asks its own servers.",
    source: Source::Page("https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("resolver") {
        // Where a database of nsswitch.conf is looked up, a package brings, unless people changed it.
        if one.name() != "resolv.conf" && !one.is_site() {
            continue;
        }
        let parts = ["nameservers", "search", "options", "sources"];
        let what: Vec<String> = parts.iter().map(|p| format!("{p} {}", one.texts(p).join(" "))).collect();
        out.propose(one, what.join(", "));
    }
    for one in host.of("file").filter(|one| one.is_site() && one.name().starts_with("/etc/resolv")) {
        out.propose(one, one.name());
    }
}
