//! SVC-06: timers of systemd.

use super::family::is_one_of;
use super::machine::is_of_machine;
use super::unit::unit_of;
use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-06",
    severity: Severity::Medium,
    summary: "a timer starts a service at its time; in a cluster a CronJob does",
    verdict: Fate::Replace,
    mechanism: "a CronJob of the unit it starts",
    person: "OnBootSec and Persistent have no twin: say what is to happen instead.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"),
    unseen: None,
    apply,
};

/// Where at(1) keeps what waits.
const QUEUES: &[&str] = &["/var/spool/cron/atjobs/*", "/var/spool/at/*"];

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
    let is_ours = |timer: &One<'_>| timer.is_set("schedule") && !is_of_machine(timer.name());
    let timers: Vec<One<'_>> = host.of("timer").filter(is_ours).collect();
    for one in host.of("file").filter(|one| one.is_site()) {
        let is_of = |timer: &One<'_>| match unit_of(one.name()) {
            Some(("timer", name)) => timer.name() == name,
            Some((_, name)) => timer.text("unit").is_some_and(|unit| unit == format!("{name}.service")),
            None => false,
        };
        if timers.iter().any(is_of) {
            out.propose(one, one.name()).reach(Reach::Beside);
        }
    }
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(QUEUES, one.name())) {
        out.propose(one, format!("{} waits for its time", one.name())).by("a Job, at that time or now");
    }
}
