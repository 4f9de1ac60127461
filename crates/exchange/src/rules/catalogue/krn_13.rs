//! KRN-13: the architecture of the processor.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-13",
    severity: Severity::Medium,
    summary: "the packages are of another architecture than most nodes have",
    verdict: Fate::Adapt,
    mechanism: "images of that platform, and nodeSelector kubernetes.io/arch",
    person: "Build the images for the architecture of the nodes, or have nodes of this one.",
    source: Source::Page("https://kubernetes.io/docs/reference/labels-annotations-taints/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let is_other = |arch: &String| !matches!(arch.as_str(), "amd64" | "x86_64" | "all" | "noarch" | "any");
    for one in host.of("package") {
        let others: Vec<String> = one.texts("arch").into_iter().filter(is_other).collect();
        if !others.is_empty() {
            out.propose(one, format!("{} is of {}", one.name(), others.join(", "))).reach(Reach::Rest);
        }
    }
}
