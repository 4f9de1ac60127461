//! SVC-13: repositories of packages, their keys, and proxies.

use super::family::is_one_of;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-13",
    severity: Severity::Medium,
    summary: "packages come from repositories that people added",
    verdict: Fate::Adapt,
    mechanism: "the build stage of the image only; credentials as build secrets",
    person: "See that each repository is still there; of an old release, its archive.",
    source: Source::Convention,
    unseen: None,
    apply,
};

/// What tells package managers where to look.
const FILES: &[&str] = &[
    "/etc/apt/*",
    "/etc/yum.repos.d/*",
    "/etc/yum.conf",
    "/etc/dnf/*",
    "/etc/pki/rpm-gpg/*",
    "/usr/share/keyrings/*",
    "/etc/pip.conf",
    "/etc/npmrc",
    "*.deb",
    "*.rpm",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("package-repository") {
        let reach = if one.is_site() { Reach::Exact } else { Reach::Rest };
        out.propose(one, format!("the repository {}", one.name())).reach(reach);
    }
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(FILES, one.name())) {
        out.propose(one, one.name());
    }
}
