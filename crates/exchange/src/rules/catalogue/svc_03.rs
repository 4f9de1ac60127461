//! SVC-03: supervisors.
//!
//! What it does not see: the programs that the supervisor keeps: they are in its own files, which no kind reads.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-03",
    severity: Severity::Medium,
    summary: "a supervisor starts programs; the kubelet does that",
    verdict: Fate::Drop,
    mechanism: "a container for each program it keeps; the kubelet starts it again",
    person: "Make each of its programs a container of its own.",
    source: Source::Convention,
    unseen: Some("the programs that the supervisor keeps: they are in its own files, which no kind reads"),
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "supervisor",
        "supervisord",
        "monit",
        "god",
        "bluepill",
        "runit",
        "s6*",
        "circusd",
        "pm2*",
        "daemontools",
    ],
    packages: &[
        "supervisor",
        "monit",
        "runit",
        "daemontools",
        "npm:pm2",
        "pip:supervisor",
        "gem:god",
        "gem:bluepill",
        "pip:circus",
    ],
    users: &[],
    files: &[
        "/etc/supervisor*",
        "/etc/supervisor/*",
        "/etc/monit*",
        "/etc/monit/*",
        "/etc/god/*",
        "/etc/service/*",
        "/etc/sv/*",
    ],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
