//! CFG-01: environment variables.
//!
//! What it does not see: variables that a running process has and no file sets (/proc/PID/environ): no kind shows them.

use super::family::is_one_of;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "CFG-01",
    severity: Severity::Medium,
    summary: "programs are configured by variables of the host",
    verdict: Fate::Adapt,
    mechanism: "env of the container from a ConfigMap or Secret; PHP-FPM needs clear_env = no, or env[] in the pool",
    person: "Give each variable to the container that reads it; a login shell's are not read by a container.",
    source: Source::Page(
        "https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/",
    ),
    unseen: Some("variables that a running process has and no file sets (/proc/PID/environ): no kind shows them"),
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("env").filter(|one| one.is_site()) {
        out.propose(one, format!("{} is set", one.name())).reach(Reach::Kind);
    }
    let files = ["/etc/environment", "/etc/profile", "/etc/profile.d/*", "/etc/environment.d/*"];
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(&files, one.name())) {
        out.propose(one, one.name());
    }
}
