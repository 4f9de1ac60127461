//! LOG-03: programs that speak to syslog.
//!
//! What it does not see: programs that call syslog(3) themselves: no kind shows their sockets.

use super::address::has_word;
use super::statement::statements;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "LOG-03",
    severity: Severity::High,
    summary: "a program logs to syslog; a pod has no /dev/log",
    verdict: Fate::Adapt,
    mechanism: "stdout, or a sidecar that takes syslog",
    person: "Find every program that logs so: without /dev/log its lines are lost in silence.",
    source: Source::Page("https://kubernetes.io/docs/concepts/cluster-administration/logging/"),
    unseen: Some("programs that call syslog(3) themselves: no kind shows their sockets"),
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("php-ini").filter(|one| one.name().ends_with(":error_log")) {
        if one.text("value").as_deref() == Some("syslog") {
            out.propose(one, "error_log = syslog");
        }
    }
    for one in host.of("nginx").filter(|one| one.text("value").is_some_and(|v| v.starts_with("syslog:"))) {
        out.propose(one, one.text("value").unwrap_or_default());
    }
    for one in host.of("php-pool") {
        for other in one.texts("others").iter().filter(|o| *o == "error_log=syslog") {
            out.propose(one, other.clone());
        }
    }
    let calls = |text: &str| has_word(text, "logger") && !text.contains("rsyslog");
    for said in statements(host).filter(|s| matches!(s.one.id.kind.as_str(), "cron" | "service" | "file")) {
        let is_program = said.one.id.kind != "file" || is_run(said.one.name());
        if is_program && calls(&said.text) {
            let proposal = out.propose(said.one, said.short()).reach(Reach::Rest);
            if let Some(place) = said.place {
                proposal.at(place);
            }
        }
    }
}

/// Whether a file is a program or starts one.
fn is_run(path: &str) -> bool {
    ["/bin/", "/sbin/", "/etc/cron", "/etc/rc.local", "/libexec/", "/lib/"].iter().any(|part| path.contains(part))
}
