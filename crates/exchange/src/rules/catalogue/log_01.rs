//! LOG-01: logs in files.
//!
//! What it does not see: files that a process has open below /var/log: no kind shows open files.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "LOG-01",
    severity: Severity::High,
    summary: "a program writes its log to a file; in a cluster logs are what a container prints",
    verdict: Fate::Adapt,
    mechanism: "stdout and stderr (/dev/stdout, /dev/stderr); else a streaming sidecar",
    person: "Check that what reads these files today reads the collected logs.",
    source: Source::Page("https://kubernetes.io/docs/concepts/cluster-administration/logging/"),
    unseen: Some("files that a process has open below /var/log: no kind shows open files"),
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let is_file = |value: &str| value.starts_with('/') && !value.starts_with("/dev/");
    for one in host.of("nginx").filter(|one| one.is_site()) {
        let directive = one.name().rsplit('/').next().unwrap_or_default();
        let value = one.text("value").unwrap_or_default();
        if matches!(directive, "access_log" | "error_log") && is_file(&value) {
            out.propose(one, format!("{directive} {value}"));
        }
    }
    for one in host.of("php-ini").filter(|one| one.name().ends_with(":error_log")) {
        if let Some(value) = one.text("value").filter(|v| is_file(v)) {
            out.propose(one, format!("error_log = {value}"));
        }
    }
    for one in host.of("php-pool") {
        for property in ["access-log", "slowlog"] {
            if let Some(value) = one.text(property).filter(|v| is_file(v)) {
                out.propose(one, format!("{property} = {value}")).reach(Reach::Beside);
            }
        }
        for other in one.texts("others").iter().filter(|o| o.starts_with("error_log=/")) {
            out.propose(one, other.clone()).reach(Reach::Beside);
        }
    }
    for one in host.of("file").filter(|one| one.is_site()) {
        if one.name().starts_with("/var/log/") || one.name().ends_with(".log") || one.name().ends_with("/log") {
            out.propose(one, one.name());
        }
    }
}
