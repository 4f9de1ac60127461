//! DEP-01: releases of Capistrano.

use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "DEP-01",
    severity: Severity::High,
    summary: "the application is deployed as releases with a link to the current one",
    verdict: Fate::Drop,
    mechanism: "COPY of the release at its revision into the image; linked files as Secret or ConfigMap, linked directories as volumes or stdout",
    person: "Build the image in CI from the same revision.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let roots: BTreeSet<String> = host.of("file").filter_map(root).collect();
    for one in host.of("file").filter(|one| one.is_site()) {
        let Some(root) = roots.iter().find(|root| one.name().starts_with(root.as_str())) else { continue };
        let rest = one.name().get(root.len()..).unwrap_or_default();
        let linked = one.text("linked-to").unwrap_or_default();
        match rest {
            "/current" => drop(out.propose(one, format!("it leads to {linked}"))),
            "" | "/releases" | "/repo" | "/shared" | "/revisions.log" => {
                let what = format!("a part of the layout below {root}");
                out.propose(one, what).by("none: the image has one release");
            }
            _ if rest.starts_with("/releases/") => {
                let revision = one.text("revision").unwrap_or_else(|| "unknown".to_owned());
                let proposal = out.propose(one, format!("the release at revision {revision}")).fate(Fate::Adapt);
                proposal.by("COPY of this release into the image").because("this is the application itself");
            }
            _ if rest.starts_with("/shared/") => {
                let is_dir = one.text("filetype").as_deref() == Some("directory");
                let by =
                    if is_dir { "a volume, or stdout for logs" } else { "a Secret or ConfigMap mounted at its path" };
                let proposal = out.propose(one, format!("shared over releases: {rest}")).fate(Fate::Adapt);
                proposal.by(by).because("the application finds it in every release").reach(Reach::Kind);
            }
            _ => {}
        }
    }
}

/// The directory that a link named `current` leads from, where it leads to one of its releases.
fn root(one: One<'_>) -> Option<String> {
    let root = one.name().strip_suffix("/current")?;
    let linked = one.text("linked-to")?;
    let is_release = linked.starts_with(&format!("{root}/releases/")) || linked.starts_with("releases/");
    is_release.then(|| root.to_owned())
}
