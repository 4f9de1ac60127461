//! BAS-07: programs that jobs and units call.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-07",
    severity: Severity::Low,
    summary: "a job, a unit or a script calls it",
    verdict: Fate::Keep,
    mechanism: "the image of what calls it has it, at the same path",
    person: "See that the image of each job has all that it calls.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("executable") {
        out.propose(one, format!("{} is {}", one.name(), one.text("path").unwrap_or_default()));
    }
}
