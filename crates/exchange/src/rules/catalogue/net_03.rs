//! NET-03: addresses of other machines in settings.
//!
//! What it does not see: peers of connections that are open: no kind shows them, only what is written.

use super::address::name_machines;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-03",
    severity: Severity::High,
    summary: "a setting names another machine by its address",
    verdict: Fate::Replace,
    mechanism: "a name in a ConfigMap: a Service, ExternalName, or a Service with an EndpointSlice",
    person: "Name each of these machines, and say what becomes of it.",
    source: Source::Page("https://kubernetes.io/docs/concepts/services-networking/service/"),
    unseen: Some("peers of connections that are open: no kind shows them, only what is written"),
    apply,
};

/// Where addresses belong: other rules are about these.
const OTHERS: &[&str] = &["/etc/resolv.conf", "/etc/rc.local", "*allow", "*deny", "*set_real_ip_from"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let own = host.addresses();
    name_machines(host, out, Reach::Rest, OTHERS, |address| !own.contains(address));
}
