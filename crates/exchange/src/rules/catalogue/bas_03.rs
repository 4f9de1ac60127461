//! BAS-03: services and timers that nobody uses.

use super::unit::unit_of;
use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-03",
    severity: Severity::Low,
    summary: "it is installed, and neither runs nor starts at boot",
    verdict: Fate::Drop,
    mechanism: "none",
    person: "Nothing, unless somebody starts it by hand when it is needed.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in ["service", "timer"].into_iter().flat_map(|kind| host.of(kind)) {
        let is = |property| one.flag(property) == Some(true);
        if !is("running") && !is("enabled") && !is("active") {
            out.propose(one, format!("{} neither runs nor starts at boot", one.id)).reach(Reach::Kind);
        }
    }
    for one in host.of("file").filter(|one| one.is_site()) {
        let Some((kind, name)) = unit_of(one.name()) else { continue };
        let is_idle = |unit: One<'_>| !["running", "enabled", "active"].iter().any(|p| unit.flag(p) == Some(true));
        let is_started = host.of("timer").any(|t| t.text("unit").is_some_and(|u| u == format!("{name}.service")));
        if host.get(kind, name).is_some_and(is_idle) && !is_started {
            out.propose(one, format!("{} is of {name}, which neither runs nor starts at boot", one.name()));
        }
    }
}
