//! Brevity: every human act of the truth file is in site.yaml, and at most one entry in ten there is nobody's.

use crate::host::{Project, container, lab, yaml};
use model::id::{ResourceId, glob};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One thing that people did to the host.
#[derive(Debug, Deserialize)]
struct Act {
    id: String,
    what: String,
    how: String,
    /// Where it must show: `kind[name]`, with `.property` where only that was changed; `*` covers anything.
    facts: Vec<Fact>,
    /// What else follows from it.
    #[serde(default)]
    also: Vec<String>,
}

/// A resource, or several of which one is enough.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Fact {
    One(String),
    OneOf(Vec<String>),
}

impl Fact {
    fn all(&self) -> &[String] {
        match self {
            Fact::One(fact) => std::slice::from_ref(fact),
            Fact::OneOf(facts) => facts,
        }
    }
}

type Spec = BTreeMap<String, serde_json::Value>;

#[test]
#[ignore = "needs the lab: make test-lab"]
fn site_says_what_people_did_and_little_else() {
    let project = Project::new();
    project.capture(&container());
    let site: Spec = yaml(&project.path("spec/web/site.yaml"));
    let acts: Vec<Act> = yaml(&lab().join("truth.yaml"));
    let entries = entries(&site);
    let mut forgotten = Vec::new();
    for act in &acts {
        for fact in &act.facts {
            let is_shown = |f: &String| entries.iter().any(|(id, properties)| shows(f, id, properties));
            if !fact.all().iter().any(is_shown) {
                forgotten.push(format!("{} ({}, {}): {}", act.id, act.how, act.what, fact.all().join(" or ")));
            }
        }
    }
    let explained =
        |id: &str| acts.iter().any(|a| a.facts.iter().flat_map(Fact::all).chain(&a.also).any(|f| glob(whole(f), id)));
    let noise: Vec<&String> = entries.keys().filter(|id| !explained(id)).collect();
    let adhoc = acts.iter().filter(|a| a.how == "adhoc").count();
    println!("{} acts ({adhoc} ad hoc), {} entries, {} of nobody", acts.len(), entries.len(), noise.len());
    assert!(adhoc >= 25);
    assert!(forgotten.is_empty(), "{} facts forgotten:\n{}", forgotten.len(), forgotten.join("\n"));
    assert!(
        noise.len() * 10 <= entries.len(),
        "{} of {} entries are nobody's:\n{noise:#?}",
        noise.len(),
        entries.len()
    );
}

fn entries(site: &Spec) -> BTreeMap<String, Vec<String>> {
    let mut entries = BTreeMap::new();
    for (kind, names) in site {
        for (name, properties) in names.as_object().into_iter().flatten() {
            let properties = properties.as_object().map(|p| p.keys().cloned().collect()).unwrap_or_default();
            entries.insert(ResourceId::new(kind, name).to_string(), properties);
        }
    }
    entries
}

/// `kind[name]` of a fact that may name a property.
fn whole(fact: &str) -> &str {
    fact.rfind(']').map_or(fact, |at| &fact[..=at])
}

fn shows(fact: &str, id: &str, properties: &[String]) -> bool {
    let property = fact[whole(fact).len()..].strip_prefix('.');
    glob(whole(fact), id) && property.is_none_or(|p| properties.iter().any(|q| q == p))
}
