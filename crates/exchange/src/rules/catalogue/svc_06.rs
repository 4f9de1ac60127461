//! SVC-06: timers of systemd.
//!
//! What it does not see: what waits in the queue of at(1): no kind shows it.

use super::machine::is_of_machine;
use super::unit::unit_of;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-06",
    severity: Severity::Medium,
    summary: "a timer starts a service at its time; in a cluster a CronJob does",
    verdict: Fate::Replace,
    mechanism: "a CronJob of the unit it starts",
    person: "OnBootSec and Persistent have no twin: say what is to happen instead.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"),
    unseen: Some("what waits in the queue of at(1): no kind shows it"),
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("timer").filter(|one| one.is_set("schedule") || one.is_set("unit")) {
        let schedule = one.texts("schedule").join(", ");
        let mut by = RULE.mechanism.to_owned();
        if schedule.contains("OnBootSec") || schedule.contains("OnUnitActiveSec") {
            by.push_str("; it counts from the boot, a CronJob from the clock");
        }
        if one.flag("persistent") == Some(true) {
            by.push_str("; startingDeadlineSeconds for what was missed");
        }
        let is_idle = one.flag("masked") == Some(true)
            || (one.flag("enabled") == Some(false) && one.flag("active") != Some(true));
        let proposal = out.propose(one, format!("{} at {schedule}", one.name())).by(by).reach(Reach::Kind);
        if is_idle {
            proposal.fate(Fate::Drop).by("none").because("it is switched off");
            continue;
        }
        let unit = one.text("unit").unwrap_or_default();
        if let Some(service) = host.get("service", unit.trim_end_matches(".service")) {
            out.propose(service, format!("{} starts it", one.name())).reach(Reach::Kind);
        }
    }
    for one in host.of("file").filter(|one| one.is_site()) {
        if let Some(("timer", name)) = unit_of(one.name())
            && host.get("timer", name).is_some_and(|timer| timer.is_set("schedule"))
            && !is_of_machine(name)
        {
            out.propose(one, one.name()).reach(Reach::Beside);
        }
    }
}
