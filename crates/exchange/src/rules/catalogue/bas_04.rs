//! BAS-04: what is not there.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-04",
    severity: Severity::Low,
    summary: "it is not on the host, and is not to be in the pod",
    verdict: Fate::Keep,
    mechanism: "nothing brings it: the same check holds in the pod",
    person: "Nothing.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for kind in host.kinds() {
        for one in host.all(kind).filter(|one| !one.is_there()) {
            out.propose(one, format!("{} is not there", one.id));
        }
    }
}
