//! KRN-01: kernel parameters that a pod may set for itself.

use super::sysctl::{Class, parameters, seen};
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-01",
    severity: Severity::Medium,
    summary: "a kernel parameter that Kubernetes counts as safe: a pod may set it for itself",
    verdict: Fate::Keep,
    mechanism: "securityContext.sysctls of the pod; not with hostNetwork",
    person: "Nothing, unless the pod uses the node's network.",
    source: Source::Page("https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for (one, class) in parameters(host, out.platform) {
        if class == Class::Safe {
            out.propose(one, seen(one));
        }
    }
}
