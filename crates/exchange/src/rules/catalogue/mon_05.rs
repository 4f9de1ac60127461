//! MON-05: watchers of the machine.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "MON-05",
    severity: Severity::Medium,
    summary: "something watches the machine for intruders, viruses or failing parts",
    verdict: Fate::Node,
    mechanism: "the nodes: an agent as a DaemonSet, or none",
    person: "Ask who answers for the security of the cluster what takes its place.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "clamav*",
        "freshclam",
        "ossec*",
        "wazuh*",
        "falcon-sensor",
        "ds_agent",
        "smartd",
        "smartmontools",
        "ipmi*",
        "openipmi",
        "rkhunter",
        "aide*",
        "tripwire",
        "fail2ban",
        "crowdsec",
        "samhain",
        "auditbeat",
        "osqueryd",
    ],
    packages: &[
        "clamav*",
        "ossec*",
        "wazuh*",
        "falcon-sensor",
        "smartmontools",
        "ipmitool",
        "openipmi",
        "rkhunter",
        "chkrootkit",
        "aide*",
        "tripwire",
        "fail2ban",
        "crowdsec",
        "samhain",
        "osquery",
    ],
    users: &["clamav", "ossec", "wazuh"],
    files: &[
        "/etc/fail2ban/*",
        "/etc/clamav/*",
        "/etc/aide/*",
        "/etc/tripwire/*",
        "/var/ossec/*",
        "/etc/smartd.conf",
        "/etc/rkhunter*",
    ],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
