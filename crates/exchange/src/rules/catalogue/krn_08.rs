//! KRN-08: swap.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-08",
    severity: Severity::Medium,
    summary: "the host swaps; by default a pod does not",
    verdict: Fate::Drop,
    mechanism: "none: pods do without, unless the nodes have LimitedSwap",
    person: "Set memory requests and limits that the application keeps without swap.",
    source: Source::Page("https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("swap") {
        out.propose(one, format!("swap at {}", one.name()));
    }
    for one in host.of("fstab").filter(|one| one.text("filesystem").as_deref() == Some("swap")) {
        out.propose(one, format!("{} in /etc/fstab", one.name()));
    }
}
