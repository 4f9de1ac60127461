//! NET-08: names in /etc/hosts.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-08",
    severity: Severity::Medium,
    summary: "/etc/hosts gives names; in a pod the kubelet writes that file",
    verdict: Fate::Adapt,
    mechanism: "hostAliases of the pod, or better a name in DNS",
    person: "Say for each name whether it is still needed, and where it leads from the cluster.",
    source: Source::Page("https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("hosts-entry") {
        let what = format!("{} is {}", one.name(), one.texts("addresses").join(", "));
        if one.is_site() {
            out.propose(one, what);
        } else {
            let why = "the host's own names and those of the loopback: the kubelet writes them for each pod";
            out.propose(one, what).fate(Fate::Drop).by("the kubelet").because(why).reach(Reach::Rest);
        }
    }
    for one in host.of("file").filter(|one| one.is_site() && one.name() == "/etc/hosts") {
        out.propose(one, one.name());
    }
}
