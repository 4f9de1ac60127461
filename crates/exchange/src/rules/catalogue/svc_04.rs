//! SVC-04: jobs of cron.

use super::family::{Family, is_one_of};
use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-04",
    severity: Severity::High,
    summary: "cron runs a job; in a cluster a CronJob does",
    verdict: Fate::Replace,
    mechanism: "a CronJob",
    person: "Make sure that a job may run twice or not at all, and that its output is seen by somebody.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["cron", "crond", "anacron"],
    packages: &["cron", "cronie", "anacron", "cron-daemon-common"],
    users: &["crontab"],
    files: &[
        "/etc/crontab",
        "/etc/cron.d/*",
        "/etc/anacrontab",
        "/var/spool/cron/crontabs/*",
        "/var/spool/cron/tabs/*",
        "/etc/default/cron",
    ],
};

/// Scripts that cron starts.
const SCRIPTS: &[&str] = &["/etc/cron.hourly/*", "/etc/cron.daily/*", "/etc/cron.weekly/*", "/etc/cron.monthly/*"];

/// The longest name of a CronJob, so that those of its Jobs still fit.
const LONGEST: usize = 52;

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("cron").filter(|one| one.is_set("command") || one.is_set("schedule")) {
        let (schedule, command) = (one.text("schedule").unwrap_or_default(), one.text("command").unwrap_or_default());
        let notes = notes(one, &schedule, &command, out.platform.minor);
        let proposal = out.propose(one, format!("{schedule} {command}")).reach(Reach::Kind);
        if one.flag("enabled") == Some(false) {
            proposal.fate(Fate::Drop).by("none").because("cron does not heed it: its file's name, owner or mode");
        } else if schedule == "@reboot" {
            proposal.fate(Fate::Adapt).by("an initContainer: a CronJob has no @reboot");
        } else {
            proposal.by(format!("a CronJob{}", notes.iter().map(|n| format!("; {n}")).collect::<String>()));
        }
    }
    for one in host.of("cron").filter(|one| one.is_site() && !one.is_set("command") && !one.is_set("schedule")) {
        let why = "a job that a package brought; the jobs that it starts are entries of their own";
        let proposal = out.propose(one, one.name()).reach(Reach::Kind);
        proposal.fate(Fate::Drop).by("none").because(why);
    }
    FAMILY.propose_as(host, out, Some(Fate::Drop));
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(SCRIPTS, one.name())) {
        let why = "the script of a job: what the CronJob runs";
        out.propose(one, one.name())
            .fate(Fate::Adapt)
            .by("COPY into the image of the CronJob")
            .because(why)
            .reach(Reach::Kind);
    }
}

/// What is to be heeded when the job becomes a CronJob.
fn notes(one: One<'_>, schedule: &str, command: &str, minor: u32) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |is: bool, text: &str| {
        if is {
            notes.push(text.to_owned());
        }
    };
    let is_macro = schedule.starts_with('@');
    let known = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    note(is_macro && !known.contains(&schedule), "its schedule has no twin");
    note(command.contains("flock "), "concurrencyPolicy Forbid in the place of flock");
    let is_percent = command.match_indices('%').any(|(at, _)| !command[..at].ends_with('\\'));
    note(is_percent, "an unescaped % ends the command in cron, and does not in a CronJob");
    let env = one.texts("env");
    note(env.iter().any(|v| v.starts_with("MAILTO=")), "MAILTO is dropped: alert on failed Jobs");
    let zone = env.iter().any(|v| v.starts_with("TZ=") || v.starts_with("CRON_TZ="));
    note(zone && minor >= 29, "timeZone: a schedule with TZ= is refused since 1.29");
    note(command.len() > LONGEST, "a short name of its own: at most 52 characters");
    notes
}
