//! MON-03: New Relic for PHP.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "MON-03",
    severity: Severity::Medium,
    summary: "New Relic watches PHP",
    verdict: Fate::Adapt,
    mechanism: "the extension in the image, its daemon as a container of its own, the licence as a Secret",
    person: "Give the licence, and say where the daemon runs: see the tenancy.",
    source: Source::Page(
        "https://docs.newrelic.com/docs/apm/agents/php-agent/advanced-installation/docker-other-container-environments-install-php-agent/",
    ),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["newrelic-daemon", "newrelic-infra", "newrelic-sysmond"],
    packages: &["newrelic-*"],
    users: &["newrelic"],
    files: &["/etc/newrelic/*", "/etc/newrelic-infra*", "*/newrelic.ini"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    let is_ours = |name: &str| name.to_ascii_lowercase().contains("newrelic") || name.contains("NEW_RELIC");
    for one in ["env", "php-extension", "php-ini"].into_iter().flat_map(|kind| host.of(kind)) {
        if is_ours(one.name()) {
            out.propose(one, format!("{} is set", one.id));
        }
    }
}
