//! MON-01: agents that answer a monitoring server.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "MON-01",
    severity: Severity::Medium,
    summary: "an agent answers a monitoring server about this host",
    verdict: Fate::Drop,
    mechanism: "probes of the pods, and alerts on their metrics",
    person: "Go through its list of checks: each is a probe, an alert, or no longer of use.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/probes/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "nagios-nrpe-server",
        "nrpe",
        "nagios*",
        "zabbix-agent*",
        "munin-node",
        "collectd",
        "snmpd",
        "gmond",
        "sensu*",
        "icinga*",
        "check-mk-agent*",
        "check_mk*",
        "xymon*",
        "monitorix",
    ],
    packages: &[
        "nagios-nrpe-server",
        "nrpe",
        "nagios*",
        "monitoring-plugins*",
        "zabbix-agent*",
        "munin-node",
        "munin-plugins*",
        "collectd*",
        "snmpd",
        "net-snmp",
        "ganglia-monitor",
        "sensu*",
        "icinga*",
        "check-mk-agent",
    ],
    users: &["nagios", "nrpe", "zabbix", "munin", "Debian-snmp", "snmp", "collectd", "ganglia", "sensu", "icinga"],
    files: &[
        "/etc/nagios/*",
        "/etc/nagios-plugins/*",
        "*/nagios/plugins/*",
        "/etc/zabbix/*",
        "/etc/munin/*",
        "/etc/collectd*",
        "/etc/snmp/*",
        "/etc/sensu/*",
        "/etc/icinga*",
        "/etc/check_mk/*",
        "/etc/ganglia/*",
    ],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
