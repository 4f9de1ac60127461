//! SVC-10: more rights by sudo, setuid and file capabilities.

use super::people::workers;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-10",
    severity: Severity::High,
    summary: "a program gets more rights than its user has; a restricted pod allows none",
    verdict: Fate::Block,
    mechanism: "none under the restricted standard: allowPrivilegeEscalation false, all capabilities dropped",
    person: "Say whether the program still needs it; if so the namespace cannot be restricted, or the work moves elsewhere.",
    source: Source::Page("https://kubernetes.io/docs/concepts/security/pod-security-standards/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let workers = workers(host);
    for one in host.of("sudo-rule").filter(|one| one.is_site()) {
        let whom = one.name().split(" #").next().unwrap_or_default();
        if workers.contains(whom) {
            out.propose(one, one.text("rule").unwrap_or_default());
        }
    }
    for one in host.of("file") {
        if one.is_set("capabilities") {
            out.propose(one, format!("{} has {}", one.name(), one.texts("capabilities").join(", ")));
        }
        let mode = one.text("mode").unwrap_or_default();
        let is_program = one.text("filetype").as_deref() != Some("directory");
        if one.is_set("mode") && is_program && mode.len() == 4 && mode.starts_with(['4', '6']) {
            out.propose(one, format!("{} has mode {mode}", one.name()));
        }
    }
}
