//! TIM-02: the time zone.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "TIM-02",
    severity: Severity::Medium,
    summary: "the host is in a time zone; a container is in UTC",
    verdict: Fate::Adapt,
    mechanism: "tzdata and TZ in the image, timeZone of each CronJob",
    person: "Say whether programs need the local time, or only their schedules.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let is_other = |zone: &str| !matches!(zone, "UTC" | "Etc/UTC" | "Etc/UCT" | "Universal" | "");
    for one in host.of("timezone") {
        if let Some(zone) = one.text("zone").filter(|zone| is_other(zone)) {
            out.propose(one, format!("the zone {zone}"));
        }
    }
    for one in host.of("php-ini").filter(|one| one.name().ends_with(":date.timezone") && one.is_site()) {
        let zone = one.text("value").unwrap_or_default();
        out.propose(one, format!("{} = {zone}", one.name())).by("the same value in the image's ini file");
    }
    for one in host.of("cron").filter(|one| one.is_site()) {
        if let Some(zone) = one.texts("env").into_iter().find(|v| v.starts_with("CRON_TZ=") || v.starts_with("TZ=")) {
            out.propose(one, zone).by("timeZone of the CronJob").reach(Reach::Rest);
        }
    }
}
