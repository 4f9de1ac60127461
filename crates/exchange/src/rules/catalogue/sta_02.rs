//! STA-02: trees that the application writes to.
//!
//! What it does not see: what a process has open for writing, and what changes from day to day: a second capture shows it in part.

use super::family::is_one_of;
use super::people::workers;
use crate::rules::{Host, One, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-02",
    severity: Severity::High,
    summary: "the application writes files that must outlive the pod, and that all pods must see",
    verdict: Fate::Replace,
    mechanism: "an object store, or a PersistentVolumeClaim with ReadWriteMany",
    person: "Say for each directory what is in it, how large it is, and whether two pods may write to it at once.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/persistent-volumes/"),
    unseen: Some(
        "what a process has open for writing, and what changes from day to day: a second capture shows it in part",
    ),
    apply,
};

/// Directories that other rules are about.
const PASSING: &[&str] = &[
    "/var/log/*",
    "*/log",
    "*/log/*",
    "/tmp/*",
    "/var/tmp/*",
    "/run/*",
    "/var/run/*",
    "/var/cache/*",
    "*/cache",
    "*/cache/*",
    "/dev/*",
    "/etc/*",
    "/var/spool/*",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let workers = workers(host);
    let can_write = |one: One<'_>| {
        let mode = one.text("mode").and_then(|m| u32::from_str_radix(&m, 8).ok()).unwrap_or_default();
        let is = |property: &str| one.text(property).is_some_and(|name| workers.contains(&name));
        (is("owner") && mode & 0o200 != 0) || (is("group") && mode & 0o020 != 0) || mode & 0o002 != 0
    };
    let is_passing = |name: &str| is_one_of(PASSING, name);
    for one in host.of("file").filter(|one| one.is_site() && !is_passing(one.name())) {
        let kind = one.text("filetype").unwrap_or_default();
        if matches!(kind.as_str(), "directory" | "file") && can_write(one) {
            let (owner, group) = (one.text("owner").unwrap_or_default(), one.text("group").unwrap_or_default());
            let mode = one.text("mode").unwrap_or_default();
            out.propose(one, format!("{} is {owner}:{group} {mode}", one.name()));
        }
    }
}
