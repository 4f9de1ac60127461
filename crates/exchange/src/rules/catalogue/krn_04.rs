//! KRN-04: kernel parameters that somebody set by hand, and that no file says.

use super::sysctl::{Class, class, seen};
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-04",
    severity: Severity::High,
    summary: "a kernel parameter is not what the kernel or any file says: somebody set it by hand, and a reboot takes it back",
    verdict: Fate::Block,
    mechanism: "none until it is known whether it is wanted; then as a parameter of its class",
    person: "Find out who set it and why: keep, node or drop it by name.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("kernel-param").filter(|one| one.is_set("value")) {
        let (value, persisted) = (one.text("value"), one.text("persisted"));
        if persisted.is_some() && persisted == value {
            continue;
        }
        // What people wrote into a file and the kernel did not take is in that file: the class decides.
        if one.is_set("persisted") {
            continue;
        }
        let by = match class(one.name(), out.platform) {
            Class::Safe => "if it is wanted: securityContext.sysctls of the pod",
            Class::SafeLater(_) | Class::Unsafe => "if it is wanted: as an unsafe parameter of the pod",
            Class::Node | Class::Visible => "if it is wanted: the node's",
            Class::Dead => "none: Linux has it no more",
        };
        out.propose(one, seen(one)).by(by);
    }
}
