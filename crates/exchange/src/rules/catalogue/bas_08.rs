//! BAS-08: checks that people wrote.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-08",
    severity: Severity::Low,
    summary: "people check it: the same check holds on every form of the system",
    verdict: Fate::Keep,
    mechanism: "the same check, in the pod",
    person: "See that its addresses mean the same in the cluster.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in ["addr", "command", "dns", "http", "matching", "trace"].into_iter().flat_map(|kind| host.of(kind)) {
        out.propose(one, format!("{} is checked", one.id));
    }
}
