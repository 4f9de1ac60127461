//! BAS-01: what packages brought and nobody changed.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "BAS-01",
    severity: Severity::Low,
    summary: "a package brought it and nobody changed it: the same package brings it into the image",
    verdict: Fate::Keep,
    mechanism: "the same packages in the image of the component that needs them",
    person: "Nothing.",
    source: Source::Convention,
    unseen: None,
    apply,
};

/// Kinds that live in an image.
const KINDS: &[&str] = &[
    "package",
    "file",
    "php-ini",
    "php-extension",
    "php-pool",
    "nginx",
    "postfix",
    "env",
    "locale",
    "timezone",
    "user",
    "group",
    "certificate",
    "mail-alias",
    "git-config",
    "limit",
    "sudo-rule",
    "resolver",
    "sshd",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in KINDS.iter().flat_map(|kind| host.of(kind)) {
        if !one.is_site() {
            out.propose(one, "as it was brought").reach(Reach::Rest);
        } else if one.id.kind == "timezone" {
            out.propose(one, "UTC, as containers have it").reach(Reach::Rest);
        } else if one.id.kind == "package" {
            let why = "somebody asked for it: it goes into the image of the component that needs it";
            out.propose(one, format!("the package {}", one.name())).because(why).reach(Reach::Rest);
        }
    }
}
