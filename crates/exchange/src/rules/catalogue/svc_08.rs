//! SVC-08: the ssh daemon.

use super::copy::is_copy;
use super::family::is_one_of;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-08",
    severity: Severity::Medium,
    summary: "people log in over ssh; nobody logs in to a pod",
    verdict: Fate::Drop,
    mechanism: "kubectl exec, kubectl debug and RBAC in its place",
    person: "Give who used SFTP a workload of its own.",
    source: Source::Page("https://kubernetes.io/docs/tasks/debug/debug-application/get-shell-running-container/"),
    unseen: None,
    apply,
};

/// What the daemon is called where.
const NAMES: &[&str] = &["ssh", "sshd"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("service").filter(|one| NAMES.contains(&one.name())) {
        out.propose(one, format!("the service {}", one.name()));
    }
    for one in host.of("port") {
        let is_ssh = one.text("process").is_some_and(|p| p == "sshd")
            || one.text("service").is_some_and(|s| NAMES.contains(&s.as_str()));
        if is_ssh {
            out.propose(one, format!("sshd waits at {}", one.name()));
        }
    }
    let is_on = host.of("sshd").next().is_some() || host.of("service").any(|one| NAMES.contains(&one.name()));
    for one in host.of("file").filter(|one| is_on && one.name().starts_with("/etc/ssh/") && !is_copy(one.name())) {
        out.propose(one, one.name());
    }
    for one in host.of("package").filter(|one| is_one_of(&["openssh-server", "openssh-sftp-server"], one.name())) {
        out.propose(one, format!("the package {}", one.name()));
    }
    for one in host.of("user").filter(|one| one.name() == "sshd") {
        out.propose(one, "it is sshd's own").reach(Reach::Beside);
    }
    for one in host.of("sshd") {
        let value = one.text("value").unwrap_or_default();
        out.propose(one, format!("{} {value}", one.name())).reach(Reach::Kind);
    }
}
