//! NET-06: what is reached over the loopback.

use super::address::local_ports;
use super::statement::{Statement, statements};
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-06",
    severity: Severity::High,
    summary: "a setting leads to a port on the same host",
    verdict: Fate::Adapt,
    mechanism: "the same pod, whose containers share the loopback; or a Service and its name",
    person: "Decide where the other side runs: see the tenancy.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let waits_itself = |said: &Statement<'_>| said.one.name().ends_with("/listen") || said.text.starts_with("listen");
    for said in statements(host).filter(|said| !waits_itself(said)) {
        for port in local_ports(&said.text) {
            let waits = ["tcp", "tcp6"].iter().find_map(|p| host.get("port", &format!("{p}:{port}")));
            let Some(waits) = waits else { continue };
            let by = waits.text("service").or_else(|| waits.text("process")).unwrap_or_default();
            let proposal = out.propose(said.one, format!("{by} at port {port}, in: {}", said.short()));
            proposal.reach(Reach::Rest);
            if let Some(place) = said.place.clone() {
                proposal.at(place);
            }
        }
    }
}
