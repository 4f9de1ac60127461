//! SVC-07: what people do at boot.
//!
//! What it does not see: the provider's user data, which is not on the host after the first boot.

use super::family::is_one_of;
use crate::rules::{Host, One, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-07",
    severity: Severity::High,
    summary: "people do something at every boot",
    verdict: Fate::Adapt,
    mechanism: "the build of the image, or an initContainer",
    person: "Go through the lines: what configures the machine is the node's, what starts something is a container.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/init-containers/"),
    unseen: Some("the provider's user data, which is not on the host after the first boot"),
    apply,
};

/// What runs at boot and people write.
const FILES: &[&str] =
    &["/etc/rc.local", "/etc/rc.d/rc.local", "/etc/init.d/*", "/etc/boot.d/*", "/var/lib/cloud/scripts/*"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let scripts: Vec<One<'_>> = host.of("file").filter(|f| f.is_site() && is_one_of(FILES, f.name())).collect();
    for one in &scripts {
        let acts = host.lines_of(*one).filter(|line| !line.is_comment() && !line.text.starts_with("exit "));
        let acts: Vec<_> = acts.collect();
        for line in &acts {
            out.propose(*one, line.text).at(line.place());
        }
        if acts.is_empty() {
            out.propose(*one, one.name());
        }
    }
    if scripts.is_empty() {
        return;
    }
    for one in host.of("service").filter(|one| one.name() == "rc-local") {
        out.propose(one, "it runs what people wrote");
    }
    for one in host.of("port").filter(|one| one.text("service").as_deref() == Some("rc-local")) {
        let process = one.text("process").unwrap_or_default();
        let why = "a process that a script started at boot waits there";
        out.propose(one, format!("{process} waits at {}", one.name())).because(why).by("a container of its own");
    }
}
