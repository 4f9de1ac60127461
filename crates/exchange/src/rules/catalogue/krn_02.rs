//! KRN-02: kernel parameters that a pod has of its own, and may set only where the node allows it.

use super::sysctl::{Class, parameters, seen};
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-02",
    severity: Severity::High,
    summary: "a kernel parameter that each pod has of its own, and that Kubernetes does not count as safe",
    verdict: Fate::Adapt,
    mechanism: "securityContext.sysctls of the pod, on nodes whose kubelet has --allowed-unsafe-sysctls for it; taint these nodes",
    person: "Say whether the application still needs it; elsewhere the pod is scheduled and fails to start.",
    source: Source::Page("https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for (one, class) in parameters(host, out.platform) {
        match class {
            Class::Unsafe => drop(out.propose(one, seen(one))),
            Class::SafeLater(since) => {
                let (major, minor) = since.kernel;
                let kernel = if major > 0 { format!(" and Linux {major}.{minor}") } else { String::new() };
                let because = format!("safe in a pod from Kubernetes 1.{}{kernel} on, and not before", since.minor);
                out.propose(one, seen(one)).because(because);
            }
            Class::Safe | Class::Node | Class::Visible | Class::Dead => {}
        }
    }
}
