//! NET-17: checks of health.
//!
//! What it does not see: checks of a balancer or a monitoring server: they are not on the host.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-17",
    severity: Severity::High,
    summary: "something asks whether the application is well",
    verdict: Fate::Keep,
    mechanism: "readinessProbe, livenessProbe and startupProbe of the container",
    person: "Say which of these URLs says that the pod may get requests, and which that it must be restarted.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/probes/"),
    unseen: Some("checks of a balancer or a monitoring server: they are not on the host"),
    apply,
};

/// Beginnings of paths that say how an application is.
const HEALTH: &[&str] = &[
    "/health",
    "/ping",
    "/status",
    "/ready",
    "/live",
    "/alive",
    "/heartbeat",
    "/_health",
    "/server-status",
    "/nginx_status",
    "/fpm-ping",
    "/fpm-status",
];

/// Words of checks over the network.
const CHECKS: &[&str] = &["check_http", "check_tcp", "httpcheck", "failed host", "failed port", "failed url"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("nginx").filter(|one| one.is_site()) {
        let name = one.name();
        if HEALTH
            .iter()
            .any(|word| name.contains(&format!("location[{word}")) || name.contains(&format!("location[= {word}")))
        {
            out.propose(one, name).reach(Reach::Rest);
        }
    }
    for one in host.of("php-pool") {
        for property in ["ping-path", "pm-status-path"] {
            if let Some(path) = one.text(property) {
                out.propose(one, format!("{property} {path}")).reach(Reach::Rest);
            }
        }
    }
    for line in host.lines().filter(|line| line.file.is_site() && !line.is_comment()) {
        if CHECKS.iter().any(|check| line.text.contains(check)) {
            let proposal = out.propose(line.file, line.text).at(line.place()).reach(Reach::Rest);
            proposal.fate(Fate::Replace).because("a check from outside or of the host: a candidate for a probe");
        }
    }
}
