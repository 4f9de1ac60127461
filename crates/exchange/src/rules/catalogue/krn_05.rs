//! KRN-05: kernel modules that people load or forbid, and modules built on the host.

use super::family::is_one_of;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-05",
    severity: Severity::High,
    summary: "people decide which modules the kernel loads; a pod has no kernel of its own",
    verdict: Fate::Node,
    mechanism: "the node's image",
    person: "Ask whoever runs the nodes; where a module is not in their kernel, the part that needs it stays outside.",
    source: Source::Convention,
    unseen: None,
    apply,
};

/// Where people say which modules are loaded.
const FILES: &[&str] = &["/etc/modules", "/etc/modules-load.d/*", "/etc/modprobe.d/*", "/etc/modprobe.conf"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("kernel-module").filter(|one| one.is_site()) {
        let is = |property| one.flag(property) == Some(true);
        let what = match (is("persisted"), is("blacklisted") || is("disabled")) {
            (true, _) => "it is loaded at boot",
            (false, true) => "it is kept from loading",
            (false, false) => "it is set",
        };
        out.propose(one, format!("{}: {what}", one.name()));
    }
    for one in host.of("package").filter(|one| is_one_of(&["dkms", "*-dkms"], one.name())) {
        let why = "a module is built for this host's kernel; a node's kernel has no such builder";
        out.propose(one, format!("the package {}", one.name())).fate(Fate::Block).because(why);
    }
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(FILES, one.name())) {
        out.propose(one, one.name());
    }
}
