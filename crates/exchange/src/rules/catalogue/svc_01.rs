//! SVC-01: units of systemd and init scripts.

use super::copy::is_copy;
use super::family::is_in_use;
use super::machine::is_of_machine;
use super::unit::unit_of;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-01",
    severity: Severity::Medium,
    summary: "a unit starts and keeps a daemon; in a pod the kubelet does",
    verdict: Fate::Adapt,
    mechanism: "a container: ExecStart as its command in the foreground, User as runAsUser, EnvironmentFile as ConfigMap or Secret, ExecStartPre as initContainer, Restart by the kubelet, WatchdogSec as a liveness probe",
    person: "Check that the command stays in the foreground; Type=forking and PIDFile have no meaning in a container.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/init-containers/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("service").filter(|one| is_in_use(*one)) {
        let how = one.text("type").unwrap_or_else(|| "simple".to_owned());
        let command = one.texts("command").join("; ");
        let proposal = out.propose(one, format!("{} ({how}): {command}", one.name())).reach(Reach::Kind);
        if how == "forking" {
            proposal.by("a container; the daemon must be told to stay in the foreground");
        }
    }
    for one in host.of("port") {
        if let Some(service) = one.text("service") {
            let what = format!("{service} waits at {}", one.name());
            out.propose(one, what).by("containerPort of its container, port of its Service").reach(Reach::Kind);
        }
    }
    for one in host.of("file").filter(|one| one.is_site() && !is_copy(one.name())) {
        let Some(("service", name)) = unit_of(one.name()) else { continue };
        let is_used = host.get("service", name).is_some_and(is_in_use);
        if is_used && !is_of_machine(name) {
            out.propose(one, one.name());
        }
    }
}
