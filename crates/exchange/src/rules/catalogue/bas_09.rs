//! BAS-09: ports whose holder is not known.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-09",
    severity: Severity::Medium,
    summary: "something waits at a port, and no service is known to hold it",
    verdict: Fate::Adapt,
    mechanism: "containerPort of its container, port of its Service",
    person: "Find what waits there, and make it a container.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("port").filter(|one| one.text("service").is_none()) {
        let by = one.text("process").unwrap_or_else(|| "nobody known".to_owned());
        out.propose(one, format!("{by} waits at {}", one.name())).reach(Reach::Rest);
    }
}
