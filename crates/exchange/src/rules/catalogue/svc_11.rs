//! SVC-11: daemons that run as root.

use super::family::is_in_use;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-11",
    severity: Severity::High,
    summary: "a daemon with a port runs as root",
    verdict: Fate::Adapt,
    mechanism: "runAsNonRoot: true and runAsUser; a port above 1023",
    person: "Check that the daemon works without root: paths, sockets, its own change of user.",
    source: Source::Page("https://kubernetes.io/docs/concepts/security/pod-security-standards/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let waits = |service: &str| host.of("port").any(|p| p.text("service").as_deref() == Some(service));
    for one in host.of("service").filter(|one| is_in_use(*one) && one.entry.claims.contains_key("command")) {
        let user = one.text("user").unwrap_or_else(|| "root".to_owned());
        if user == "root" && waits(one.name()) {
            out.propose(one, format!("{} is started as root", one.name())).reach(Reach::Rest);
        }
    }
    for one in host.of("process").filter(|one| one.texts("user").iter().any(|u| u == "root")) {
        out.propose(one, format!("{} runs as root", one.name())).reach(Reach::Rest);
    }
}
