//! KRN-07: SELinux and AppArmor policy of people.
//!
//! What it does not see: whether the policy is enforced (getenforce, aa-status) and which modules are loaded: no kind shows it.

use super::family::is_one_of;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-07",
    severity: Severity::Medium,
    summary: "people wrote a policy of SELinux or AppArmor",
    verdict: Fate::Adapt,
    mechanism: "securityContext.seLinuxOptions, appArmorProfile, seccompProfile RuntimeDefault",
    person: "Have the profile loaded on the nodes, or show that the runtime's default is enough.",
    source: Source::Page("https://kubernetes.io/docs/concepts/security/pod-security-standards/"),
    unseen: Some(
        "whether the policy is enforced (getenforce, aa-status) and which modules are loaded: no kind shows it",
    ),
    apply,
};

/// Where policies stand.
const FILES: &[&str] = &["/etc/apparmor.d/*", "/etc/selinux/*", "/etc/apparmor/*"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(FILES, one.name())) {
        out.propose(one, one.name());
    }
    for one in host.of("file").filter(|one| one.is_set("selinux-label")) {
        out.propose(one, format!("{} is labelled {}", one.name(), one.text("selinux-label").unwrap_or_default()));
    }
}
