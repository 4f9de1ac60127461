//! MON-04: exporters of metrics.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "MON-04",
    severity: Severity::Low,
    summary: "an exporter shows metrics of a service or of the host",
    verdict: Fate::Adapt,
    mechanism: "a sidecar of the service it is about; the one of the host as a DaemonSet",
    person: "Say which it is about, and have it scraped by annotations or a ServiceMonitor.",
    source: Source::Convention,
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["*exporter", "*_exporter*", "prometheus-*"],
    packages: &["prometheus-*-exporter", "*-exporter"],
    users: &["prometheus", "node_exporter"],
    files: &["/etc/default/prometheus-*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    for one in host.of("port") {
        if one.text("process").is_some_and(|process| process.ends_with("exporter")) {
            out.propose(one, format!("an exporter waits at {}", one.name()));
        }
    }
}
