//! KRN-03: kernel parameters of the node, and such as the kernel has no more.

use super::sysctl::{Class, parameters, seen};
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-03",
    severity: Severity::Medium,
    summary: "a kernel parameter that all pods of a node share",
    verdict: Fate::Node,
    mechanism: "the node's image or its tuning (a tuned profile, a privileged DaemonSet)",
    person: "Ask whoever runs the nodes for it, or show that the application does without.",
    source: Source::Page("https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for (one, class) in parameters(host, out.platform) {
        match class {
            Class::Node => drop(out.propose(one, seen(one))),
            Class::Visible => {
                out.propose(one, seen(one)).because("a pod sees it as if it were its own, and it is the node's");
            }
            Class::Dead => {
                let why = "Linux has it no more since 4.12";
                out.propose(one, seen(one)).fate(Fate::Drop).by("none").because(why);
            }
            Class::Safe | Class::SafeLater(_) | Class::Unsafe => {}
        }
    }
}
