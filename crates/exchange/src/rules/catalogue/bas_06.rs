//! BAS-06: programs and files by hand.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-06",
    severity: Severity::Medium,
    summary: "people put it there by hand; no package brings it",
    verdict: Fate::Adapt,
    mechanism: "COPY into the image of the component that uses it",
    person: "Find where it comes from, and keep it with the code.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("file").filter(|one| one.is_site() && !one.name().starts_with("/etc/")) {
        out.propose(one, one.name()).reach(Reach::Rest);
    }
}
