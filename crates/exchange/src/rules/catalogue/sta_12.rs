//! STA-12: backups.

use super::address::has_word;
use super::family::Family;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-12",
    severity: Severity::High,
    summary: "something is saved from this host",
    verdict: Fate::Replace,
    mechanism: "a CronJob that dumps, VolumeSnapshots of the claims",
    person: "Say what must be saved in the cluster, and prove once that it can be brought back.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/volume-snapshots/"),
    unseen: None,
    apply,
};

/// Programs that save.
const TOOLS: &[&str] = &[
    "mysqldump",
    "mariadb-dump",
    "mariabackup",
    "xtrabackup",
    "innobackupex",
    "pg_dump",
    "pg_dumpall",
    "pg_basebackup",
    "mongodump",
    "borg",
    "borgmatic",
    "restic",
    "duplicity",
    "duply",
    "rsnapshot",
    "automysqlbackup",
    "bacula-fd",
    "tarsnap",
    "rdiff-backup",
];

static FAMILY: Family = Family {
    services: &["bacula*", "bareos*", "borgmatic", "restic*", "duplicati", "amanda*", "veeam*", "automysqlbackup"],
    packages: &[
        "bacula*",
        "bareos*",
        "borgbackup",
        "borgmatic",
        "restic",
        "duplicity",
        "rsnapshot",
        "automysqlbackup",
        "backupninja",
        "rdiff-backup",
    ],
    users: &[],
    files: &["/etc/bacula/*", "/etc/bareos/*", "/etc/borgmatic*", "/etc/rsnapshot*", "/etc/backup.d/*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    for one in host.of("cron").filter(|one| one.is_set("command")) {
        let command = one.text("command").unwrap_or_default();
        if is_backup(&command) {
            out.propose(one, command);
        }
    }
    for one in host.of("timer").filter(|one| one.is_set("schedule") && is_backup(one.name())) {
        out.propose(one, one.name());
    }
    for one in host.of("file").filter(|one| one.is_site() && one.name().starts_with("/etc/cron")) {
        if is_backup(one.name()) {
            out.propose(one, one.name()).reach(Reach::Beside);
        }
    }
}

/// Whether a command or a name speaks of a backup.
fn is_backup(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains("backup") || TOOLS.iter().any(|tool| has_word(&lower, tool))
}
