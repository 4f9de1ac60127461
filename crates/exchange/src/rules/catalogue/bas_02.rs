//! BAS-02: what the kernel and the machine have by themselves.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-02",
    severity: Severity::Low,
    summary: "the machine has it, with no doing of the application",
    verdict: Fate::Node,
    mechanism: "the node has its own",
    person: "Nothing.",
    source: Source::Convention,
    unseen: None,
    apply,
};

/// Kinds that are a machine's.
const KINDS: &[&str] =
    &["kernel-param", "kernel-module", "mount", "fstab", "interface", "route", "firewall-rule", "hostname", "swap"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in KINDS.iter().flat_map(|kind| host.of(kind)) {
        let is_set = one.is_set("value") || one.is_set("persisted");
        let is_ours = (one.id.kind == "kernel-param" && is_set) || (one.id.kind == "kernel-module" && one.is_site());
        if !is_ours {
            out.propose(one, format!("{} of the machine", one.id)).reach(Reach::Rest);
        }
    }
}
