//! DEP-02: what fetches the code.

use super::family::is_one_of;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "DEP-02",
    severity: Severity::Medium,
    summary: "the host fetches code with a key, a token or settings of its own",
    verdict: Fate::Drop,
    mechanism: "a secret of the CI",
    person: "Take the key away where the code lies, once the host is gone.",
    source: Source::Convention,
    unseen: None,
    apply,
};

/// Keys and tokens for fetching code, and settings of what fetches it.
const FILES: &[&str] = &[
    "*/.ssh/id_*",
    "*/.ssh/config",
    "*/.ssh/known_hosts",
    "*/.gitconfig",
    "/etc/gitconfig",
    "*/.git-credentials",
    "*/.netrc",
    "*/.docker/config.json",
    "*/.npmrc",
    "*/.composer/*",
    "*/.config/composer/*",
    "*/.pypirc",
    "*/.gem/credentials",
    "*/.bundle/config",
    "*/.config/git/*",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("git-config").filter(|one| one.is_site()) {
        out.propose(one, format!("{} = {}", one.name(), one.texts("values").join(", ")));
    }
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(FILES, one.name())) {
        out.propose(one, one.name());
    }
}
