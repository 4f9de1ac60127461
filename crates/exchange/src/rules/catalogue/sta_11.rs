//! STA-11: files kept the same over hosts.

use super::address::has_word;
use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-11",
    severity: Severity::Medium,
    summary: "something keeps files the same on several hosts",
    verdict: Fate::Drop,
    mechanism: "the image, or one volume for all",
    person: "Say which host is the source, and take what it has.",
    source: Source::Convention,
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["lsyncd", "unison*", "csync2", "glusterfs-client", "rsync", "rsyncd", "syncthing*"],
    packages: &["lsyncd", "unison*", "csync2", "syncthing"],
    users: &[],
    files: &["/etc/lsyncd*", "/etc/rsyncd.conf", "/etc/csync2*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    let tools = ["lsyncd", "unison", "csync2", "osync"];
    for one in host.of("cron").filter(|one| one.is_set("command")) {
        let command = one.text("command").unwrap_or_default();
        let is_sync = tools.iter().any(|tool| has_word(&command, tool)) || is_to_brother(&command);
        if is_sync {
            out.propose(one, command);
        }
    }
}

/// Whether rsync brings files to or from another host, and not to a backup.
fn is_to_brother(command: &str) -> bool {
    has_word(command, "rsync") && command.contains(':') && !command.to_ascii_lowercase().contains("backup")
}
