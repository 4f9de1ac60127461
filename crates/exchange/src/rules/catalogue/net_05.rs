//! NET-05: two programs at one port.
//!
//! What it does not see: two programs at one port of the same protocol: the kind port names one of them.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-05",
    severity: Severity::High,
    summary: "two programs share a port at different addresses; the containers of a pod share one address",
    verdict: Fate::Adapt,
    mechanism: "a port of its own for each container, or a pod for each",
    person: "Give one of them another port.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/"),
    unseen: Some("two programs at one port of the same protocol: the kind port names one of them"),
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("port") {
        let Some((protocol, number)) = one.name().split_once(':') else { continue };
        let Some(other) = host.get("port", &format!("{protocol}6:{number}")) else { continue };
        let (first, second) = (one.text("process"), other.text("process"));
        if first.is_some() && second.is_some() && first != second {
            let what = format!("{} and {}", first.unwrap_or_default(), second.unwrap_or_default());
            out.propose(one, what.clone()).reach(Reach::Beside);
            out.propose(other, what).reach(Reach::Beside);
        }
    }
}
