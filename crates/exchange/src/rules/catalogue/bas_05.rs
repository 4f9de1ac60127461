//! BAS-05: copies that editors, packages and people left.

use super::copy::is_copy;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-05",
    severity: Severity::Low,
    summary: "a copy of an older state that nothing reads",
    verdict: Fate::Drop,
    mechanism: "none: history is in version control",
    person: "Look once whether it says why something was changed.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("file").filter(|one| one.is_site() && is_copy(one.name())) {
        out.propose(one, one.name());
    }
}
