//! KRN-09: limits of sessions and services.

use super::family::is_one_of;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-09",
    severity: Severity::High,
    summary: "a limit of open files or processes is raised; a pod has no field for it",
    verdict: Fate::Adapt,
    mechanism: "the container runtime's default, or `ulimit` in the entrypoint up to the runtime's hard limit",
    person: "Compare the limit with that of the runtime on the nodes.",
    source: Source::Page("https://github.com/kubernetes/kubernetes/issues/3595"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("limit").filter(|one| one.is_site()) {
        out.propose(one, format!("{} = {}", one.name(), one.text("value").unwrap_or_default()));
    }
    for one in host.of("service").filter(|one| one.is_set("limits")) {
        for limit in one.texts("limits").iter().filter(|limit| limit.starts_with("Limit")) {
            out.propose(one, format!("{limit} of {}", one.name())).reach(Reach::Rest);
        }
    }
    let files = ["/etc/security/limits.conf", "/etc/security/limits.d/*"];
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(&files, one.name())) {
        out.propose(one, one.name());
    }
}
