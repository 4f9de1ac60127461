//! CFG-03: secrets.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "CFG-03",
    severity: Severity::High,
    summary: "a secret stands in a file or a setting",
    verdict: Fate::Replace,
    mechanism: "a Secret or an ExternalSecret, mounted or as a variable",
    person: "Make a new one: who had the host had the old one.",
    source: Source::Page("https://kubernetes.io/docs/concepts/configuration/secret/"),
    unseen: None,
    apply,
};

/// How a secret is shown in a spec: its fingerprint.
const FINGERPRINT: &str = "secret:v";

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for kind in host.kinds() {
        for one in host.of(kind) {
            let of = |property: &&String| one.texts(property).iter().any(|text| text.contains(FINGERPRINT));
            // A password of a login is the login's.
            let Some(property) = one.entry.claims.keys().filter(|p| *p != "password").find(of) else { continue };
            let reach = match kind {
                "file" => Reach::Beside,
                "env" => Reach::Beside,
                _ => Reach::Rest,
            };
            out.propose(one, format!("a secret in {property}")).reach(reach);
        }
    }
}
