//! LOG-05: rotation of logs.

use super::address::has_word;
use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "LOG-05",
    severity: Severity::Low,
    summary: "logs are rotated here; the kubelet rotates what containers print",
    verdict: Fate::Drop,
    mechanism: "the kubelet: containerLogMaxSize, containerLogMaxFiles",
    person: "See that nothing but rotation was done in postrotate.",
    source: Source::Page("https://kubernetes.io/docs/concepts/cluster-administration/logging/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["logrotate"],
    packages: &["logrotate"],
    users: &[],
    files: &["/etc/logrotate.conf", "/etc/logrotate.d/*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    let kinds = ["timer", "cron"];
    for one in kinds.into_iter().flat_map(|kind| host.of(kind)) {
        if has_word(one.name(), "logrotate") {
            out.propose(one, format!("{} rotates logs", one.id));
        }
    }
    for one in host.of("service").filter(|one| one.name() == "logrotate") {
        out.propose(one, "it rotates logs");
    }
}
