//! LOG-04: the daemon of syslog and the journal.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "LOG-04",
    severity: Severity::Low,
    summary: "the daemon that takes in and sorts the logs of the host",
    verdict: Fate::Drop,
    mechanism: "the cluster's logging",
    person: "Carry over rules that send lines somewhere or sort them out.",
    source: Source::Page("https://kubernetes.io/docs/concepts/cluster-administration/logging/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["rsyslog", "syslog-ng", "sysklogd", "syslog", "busybox-syslogd"],
    packages: &["rsyslog*", "syslog-ng*", "sysklogd"],
    users: &["syslog"],
    files: &["/etc/rsyslog*", "/etc/syslog-ng/*", "/etc/syslog.conf", "/etc/systemd/journald.conf*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
