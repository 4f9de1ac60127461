//! KRN-10: shares of processor and memory that units give.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-10",
    severity: Severity::Medium,
    summary: "a unit bounds the memory or the processor of its service, or its order of importance",
    verdict: Fate::Adapt,
    mechanism: "resources.requests and limits, the QoS class, a PriorityClass",
    person: "Take the bound over as the limit of the container, and check it against what the service uses.",
    source: Source::Page("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"),
    unseen: None,
    apply,
};

/// Settings of units that share out a machine.
const SHARES: &[&str] = &["Memory", "CPU", "Nice=", "OOM", "IO", "Tasks", "AllowedCPUs"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("service").filter(|one| one.is_set("limits")) {
        for limit in one.texts("limits") {
            if SHARES.iter().any(|share| limit.starts_with(share)) {
                out.propose(one, format!("{limit} of {}", one.name())).reach(Reach::Rest);
            }
        }
    }
}
