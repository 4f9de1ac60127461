//! SVC-12: what keeps the machine itself.

use super::family::is_one_of;
use super::machine::is_of_machine;
use super::unit::unit_of;
use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-12",
    severity: Severity::Low,
    summary: "it keeps the machine itself: devices, logins, updates, disks",
    verdict: Fate::Drop,
    mechanism: "the node and its image; updates of programs are new images",
    person: "Nothing, unless people changed it for a reason of the application.",
    source: Source::Convention,
    unseen: None,
    apply,
};

/// Jobs of cron that packages bring and people only gave other variables.
const JOBS: &[&str] = &[
    "*/usr/lib/apt/*",
    "cron.daily/apt-compat",
    "cron.daily/dpkg",
    "cron.daily/man-db",
    "cron.*/0anacron",
    "cron.*/.placeholder",
];

/// What greets people who log in, and what edits and pages for them.
const FILES: &[&str] = &[
    "/etc/motd",
    "/etc/issue*",
    "/etc/update-motd.d/*",
    "/etc/alternatives/*",
    "/etc/udev/*",
    "/etc/lvm/*",
    "/etc/bash.bashrc",
    "/etc/inputrc",
    "/etc/vim/*",
    "/etc/skel/*",
    "/etc/sysctl.conf",
    "/etc/sysctl.d/*",
    "/etc/hostname",
    "/etc/fstab",
    "/etc/gai.conf",
    "/etc/logind.conf",
    "/etc/systemd/logind.conf*",
    "/etc/systemd/system.conf*",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let kinds = ["service", "timer"];
    for one in kinds.into_iter().flat_map(|kind| host.of(kind)).filter(|one| is_of_machine(one.name())) {
        out.propose(one, format!("{} is of the machine", one.id));
    }
    for one in host.of("cron").filter(|one| !one.is_site() || is_one_of(JOBS, one.name())) {
        out.propose(one, format!("{} is a package's own job", one.name())).reach(Reach::Rest);
    }
    for one in host.of("timer").filter(|one| !one.is_set("schedule") && !one.is_set("unit")) {
        out.propose(one, format!("{} is a package's own timer", one.name())).reach(Reach::Rest);
    }
    let is_its_unit = |one: &One<'_>| unit_of(one.name()).is_some_and(|(_, name)| is_of_machine(name));
    for one in host.of("file").filter(|one| one.is_site() && (is_one_of(FILES, one.name()) || is_its_unit(one))) {
        out.propose(one, one.name());
    }
}
