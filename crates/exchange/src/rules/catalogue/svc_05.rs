//! SVC-05: one job of cron on several hosts.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-05",
    severity: Severity::High,
    summary: "every host of the role runs this job; a CronJob runs it once",
    verdict: Fate::Block,
    mechanism: "a CronJob once, or one for each where each host has its own work",
    person: "Say whether it is to run once or as many times as there were hosts.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    if host.hosts < 2 {
        return;
    }
    for one in host.of("cron").filter(|one| one.is_set("command") && one.flag("enabled") != Some(false)) {
        let is_of_one = one.entry.place.file.contains("/hosts/");
        if !is_of_one {
            out.propose(one, format!("{} hosts run {}", host.hosts, one.text("command").unwrap_or_default()));
        }
    }
}
