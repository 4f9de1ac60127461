//! MON-02: the agent of Datadog.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "MON-02",
    severity: Severity::Medium,
    summary: "the agent of Datadog watches this host",
    verdict: Fate::Replace,
    mechanism: "the agent as a DaemonSet, autodiscovery annotations in the place of conf.d, DD_AGENT_HOST from status.hostIP",
    person: "Give the key as a Secret, and name each check of conf.d as an annotation of the pod that it is of.",
    source: Source::Page("https://docs.datadoghq.com/containers/kubernetes/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["datadog-agent*", "dd-agent"],
    packages: &["datadog-agent*", "datadog-php-tracer"],
    users: &["dd-agent"],
    files: &["/etc/datadog-agent/*", "/etc/dd-agent/*", "/opt/datadog*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    for one in host.of("env").filter(|one| one.is_site()) {
        if one.name().rsplit('/').next().is_some_and(|name| name.starts_with("DD_") || name.starts_with("DATADOG_")) {
            out.propose(one, format!("the variable {}", one.name()));
        }
    }
}
