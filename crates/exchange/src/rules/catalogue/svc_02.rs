//! SVC-02: several daemons on one host, and processes that nothing keeps.

use super::machine::is_of_machine;
use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-02",
    severity: Severity::Medium,
    summary: "several daemons share the host; a container has one",
    verdict: Fate::Adapt,
    mechanism: "one container each; helpers as native sidecars (initContainers with restartPolicy Always, on by default since 1.29)",
    person: "Decide for each where it runs: see the tenancy.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("process") {
        let args = one.texts("args").join("; ");
        let why = "a process that no unit keeps: nothing starts it again, unless a container does";
        out.propose(one, format!("{}: {args}", one.name())).because(why);
    }
    let daemons: Vec<One<'_>> =
        host.of("service").filter(|one| one.flag("running") == Some(true) && !is_of_machine(one.name())).collect();
    for one in daemons.iter().filter(|_| daemons.len() > 1) {
        out.propose(*one, format!("{} is one of {} running daemons", one.name(), daemons.len())).reach(Reach::Rest);
    }
}
