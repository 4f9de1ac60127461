//! NET-02: the host's own address in settings.

use super::address::name_machines;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-02",
    severity: Severity::High,
    summary: "a setting names the host's own address, which a pod has not got",
    verdict: Fate::Adapt,
    mechanism: "0.0.0.0 or [::]; status.podIP of the downward API where it must be the address itself",
    person: "Change each place.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/downward-api/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let own = host.addresses();
    for one in host.of("port") {
        let ips = one.texts("ip");
        let is_own = !ips.is_empty() && ips.iter().all(|ip| own.contains(ip));
        if is_own {
            out.propose(one, format!("{} is bound to {}", one.name(), ips.join(", "))).reach(Reach::Beside);
        }
    }
    name_machines(host, out, Reach::Kind, &[], |address| own.contains(address));
}
