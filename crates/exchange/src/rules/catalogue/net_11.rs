//! NET-11: ports below 1024.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-11",
    severity: Severity::High,
    summary: "a port below 1024; a container that is not root may not take one",
    verdict: Fate::Adapt,
    mechanism: "a high port with a Service in front; or net.ipv4.ip_unprivileged_port_start; or NET_BIND_SERVICE",
    person: "Choose one; what the runtime allows by itself differs, so prove it.",
    source: Source::Page("https://kubernetes.io/docs/concepts/security/pod-security-standards/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("port") {
        let number = one.name().rsplit(':').next().and_then(|n| n.parse::<u16>().ok());
        if number.is_some_and(|n| n < 1024) {
            let by = one.text("process").unwrap_or_default();
            out.propose(one, format!("{by} waits at {}", one.name())).reach(Reach::Kind);
        }
    }
}
