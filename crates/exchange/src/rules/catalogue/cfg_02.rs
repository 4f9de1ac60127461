//! CFG-02: settings of people.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "CFG-02",
    severity: Severity::Medium,
    summary: "people set it otherwise than it is shipped",
    verdict: Fate::Adapt,
    mechanism: "the image where it is the same everywhere; a ConfigMap (up to 1 MiB) where it differs by stage",
    person: "Say which of the settings differ between staging and production.",
    source: Source::Page("https://kubernetes.io/docs/concepts/configuration/configmap/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in ["nginx", "php-ini", "php-pool"].into_iter().flat_map(|kind| host.of(kind)).filter(|one| one.is_site()) {
        let value = one.text("value").unwrap_or_default();
        out.propose(one, format!("{} {value}", one.name()).trim_end().to_owned()).reach(Reach::Kind);
    }
    for one in host.of("php-extension").filter(|one| one.is_site()) {
        out.propose(one, one.name()).reach(Reach::Kind).fate(Fate::Keep).by("the same extension in the image");
    }
    for one in host.of("file").filter(|one| one.is_site() && one.name().starts_with("/etc/")) {
        out.propose(one, one.name()).reach(Reach::Kind);
    }
}
