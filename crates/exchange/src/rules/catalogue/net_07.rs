//! NET-07: Unix sockets between programs.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-07",
    severity: Severity::High,
    summary: "two programs speak over a socket in the file system",
    verdict: Fate::Adapt,
    mechanism: "an emptyDir that both containers of one pod mount; or TCP",
    person: "Choose: one pod with a shared directory, or a port.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/volumes/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("nginx").filter(|one| one.is_site()) {
        if let Some(value) = one.text("value").filter(|v| v.contains("unix:/")) {
            out.propose(one, format!("it asks {value}"));
        }
    }
    for one in host.of("php-pool") {
        if let Some(listen) = one.text("listen").filter(|l| l.starts_with('/')) {
            out.propose(one, format!("the pool {} waits at {listen}", one.name())).reach(Reach::Beside);
        }
    }
    for one in host.of("php-ini").filter(|one| one.is_site()) {
        if one.name().ends_with(".default_socket") && one.text("value").is_some_and(|v| v.starts_with('/')) {
            out.propose(one, format!("{} = {}", one.name(), one.text("value").unwrap_or_default()));
        }
    }
}
