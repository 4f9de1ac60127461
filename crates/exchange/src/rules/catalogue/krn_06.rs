//! KRN-06: huge pages, the command line of the kernel, and tuning profiles.
//!
//! What it does not see: the running kernel's command line and /sys/kernel/mm: no kind shows them, only the files that set them.

use super::family::{Family, is_one_of};
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-06",
    severity: Severity::Medium,
    summary: "memory pages or the command line of the kernel are tuned",
    verdict: Fate::Node,
    mechanism: "the nodes' pool; huge pages as the resource hugepages-SIZE",
    person: "Ask whoever runs the nodes for the profile, and request huge pages where a program maps them.",
    source: Source::Page("https://kubernetes.io/docs/tasks/manage-hugepages/scheduling-hugepages/"),
    unseen: Some(
        "the running kernel's command line and /sys/kernel/mm: no kind shows them, only the files that set them",
    ),
    apply,
};

static FAMILY: Family = Family {
    services: &["tuned", "ktune", "tuned-*"],
    packages: &["tuned"],
    users: &[],
    files: &["/etc/default/grub", "/etc/default/grub.d/*", "/etc/tuned/*", "/etc/sysfs.conf", "/etc/sysfs.d/*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("kernel-param").filter(|one| one.is_set("value") || one.is_set("persisted")) {
        if is_one_of(&["vm.nr_hugepages*", "vm.nr_overcommit_hugepages"], one.name()) {
            out.propose(one, format!("{} is set", one.name()));
        }
    }
    for line in host.lines().filter(|line| line.file.is_site() && !line.is_comment()) {
        if line.text.contains("transparent_hugepage") {
            out.propose(line.file, line.text).at(line.place());
        }
    }
    FAMILY.propose(host, out);
}
