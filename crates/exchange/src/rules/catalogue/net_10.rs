//! NET-10: the name of the host in settings.

use super::address::has_word;
use super::statement::statements;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "NET-10",
    severity: Severity::Medium,
    summary: "a setting names this host; a pod has another name every time",
    verdict: Fate::Adapt,
    mechanism: "the downward API, or a StatefulSet where the name must stay",
    person: "Change each place that needs a name; see who counts hosts by it.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/downward-api/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let Some(own) = host.get("hostname", "hostname") else { return };
    let names = [own.text("configured"), own.text("running")];
    let names: BTreeSet<String> = names.into_iter().flatten().filter(|n| n.len() > 2 && n != "localhost").collect();
    out.propose(own, format!("it is called {}", names.iter().cloned().collect::<Vec<_>>().join(", ")));
    for said in statements(host).filter(|said| !matches!(said.one.name(), "/etc/hosts" | "/etc/hostname")) {
        if names.iter().any(|name| has_word(&said.text, name)) {
            let proposal = out.propose(said.one, said.short()).reach(Reach::Rest);
            if let Some(place) = said.place {
                proposal.at(place);
            }
        }
    }
    for one in host.of("git-config").filter(|one| one.is_site()) {
        if one.texts("values").iter().any(|v| names.iter().any(|name| has_word(v, name))) {
            out.propose(one, one.texts("values").join(", ")).reach(Reach::Rest);
        }
    }
}
