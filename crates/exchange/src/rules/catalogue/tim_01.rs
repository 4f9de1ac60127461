//! TIM-01: keeping the time.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "TIM-01",
    severity: Severity::Low,
    summary: "a daemon keeps the clock; in a pod the clock is the node's",
    verdict: Fate::Drop,
    mechanism: "the node's clock",
    person: "Watch the skew from outside, and ask whoever runs the nodes which servers they follow.",
    source: Source::Convention,
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["ntp", "ntpd", "ntpsec", "chrony", "chronyd", "openntpd", "systemd-timesyncd"],
    packages: &["ntp", "ntpsec", "chrony", "openntpd", "systemd-timesyncd", "ntpdate"],
    users: &["ntp", "ntpsec", "_chrony", "chrony", "systemd-timesync"],
    files: &["/etc/ntp.conf", "/etc/ntpsec/*", "/etc/chrony*", "/etc/chrony/*", "/etc/systemd/timesyncd.conf*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
