//! LOG-02: daemons that collect logs.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "LOG-02",
    severity: Severity::High,
    summary: "a daemon collects the logs of this host",
    verdict: Fate::Replace,
    mechanism: "Fluentd or Fluent Bit as a DaemonSet, with the parsers and tags of its rules; a sidecar where a file must be read",
    person: "Carry over each parser and tag, and see that a stack trace of several lines stays one record.",
    source: Source::Page("https://kubernetes.io/docs/concepts/cluster-administration/logging/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "td-agent*",
        "fluentd",
        "fluent-bit",
        "td-agent-bit",
        "filebeat",
        "metricbeat",
        "awslogs",
        "awslogsd",
        "amazon-cloudwatch-agent",
        "promtail",
        "vector",
        "logstash",
        "nxlog",
        "SplunkForwarder",
        "splunk*",
        "rsyslog-relp",
        "google-fluentd",
        "google-cloud-ops-agent*",
        "alloy",
    ],
    packages: &[
        "td-agent*",
        "fluentd*",
        "fluent-bit",
        "filebeat",
        "metricbeat",
        "awslogs",
        "amazon-cloudwatch-agent",
        "promtail",
        "vector",
        "logstash",
        "nxlog*",
        "splunkforwarder",
        "google-fluentd*",
        "gem:fluentd",
        "alloy",
    ],
    users: &["td-agent", "fluentd", "_fluentd"],
    files: &[
        "/etc/td-agent/*",
        "/etc/fluent/*",
        "/etc/fluentd/*",
        "/etc/fluent-bit/*",
        "/etc/td-agent-bit/*",
        "/etc/filebeat/*",
        "/etc/awslogs/*",
        "/etc/promtail/*",
        "/etc/vector/*",
        "/etc/logstash/*",
        "/opt/aws/amazon-cloudwatch-agent/*",
    ],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
