//! From looks at a host to what a spec should say: what people did, what was shipped, and what is left open.

use crate::answer::Why;
use crate::coverage::Coverage;
use crate::fact::{Fact, Seen};
use crate::facts::{Facts, KindFacts, Resource};
use crate::id::{ResourceId, literal};
use crate::spec::Open;
use crate::standing::Standing;
use crate::vocabulary::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// What a spec should say of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// What people did.
    pub site: BTreeMap<ResourceId, Drafted>,
    /// What the OS and its packages brought, with effective defaults.
    pub baseline: BTreeMap<ResourceId, Drafted>,
    /// Kinds of which everything was seen.
    pub closed: BTreeSet<String>,
    /// What moved between the looks, or could not be looked at.
    pub open: Vec<Open>,
    /// What could not be looked at: a kind, a resource or a property, and why.
    pub blind: Vec<(String, Why)>,
}

/// What a spec should say of one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drafted {
    /// The resource was shipped, and people removed it.
    pub absent: bool,
    /// What is seen of it, values only.
    pub facts: BTreeMap<String, Fact>,
}

/// Why a fact is left open when it changed between two looks.
pub const MOVED: &str = "it moved between two looks";

/// Makes a draft of two looks at one host, some seconds apart.
pub fn draft(first: &Facts, second: &Facts, vocabulary: &dyn Vocabulary) -> Draft {
    let mut draft = Draft::default();
    let kinds: BTreeSet<&String> = first.kinds.keys().chain(second.kinds.keys()).collect();
    for kind in kinds {
        match (first.kinds.get(kind), second.kinds.get(kind)) {
            (Some(a), Some(b)) => draft.kind(kind, a, b, vocabulary),
            (a, b) => {
                // Looked at once only: that a value is steady is then not known, and nothing contradicts it.
                if let Some(only) = a.or(b) {
                    draft.kind(kind, only, only, vocabulary);
                }
            }
        }
    }
    draft
}

impl Draft {
    fn kind(&mut self, kind: &str, a: &KindFacts, b: &KindFacts, vocabulary: &dyn Vocabulary) {
        match (&a.coverage, &b.coverage) {
            (Coverage::Unknown(why), _) | (_, Coverage::Unknown(why)) => {
                self.blind.push((kind.to_owned(), why.clone()));
            }
            // The second look may be at the names of the first only.
            (Coverage::Complete, Coverage::Complete | Coverage::Asked) => {
                self.closed.insert(kind.to_owned());
            }
            (Coverage::Asked, _) => {}
        }
        let names: BTreeSet<&String> = a.resources.keys().chain(b.resources.keys()).collect();
        for name in names {
            let id = ResourceId::new(kind, name);
            match (a.resources.get(name), b.resources.get(name)) {
                (Some(x), Some(y)) if x.absent == y.absent => self.resource(&id, x, y, vocabulary),
                _ => self.open.push(Open { what: literal(&id.to_string()), why: MOVED.to_owned() }),
            }
        }
    }

    fn resource(&mut self, id: &ResourceId, a: &Resource, b: &Resource, vocabulary: &dyn Vocabulary) {
        if let Some(why) = a.unknown.as_ref().or(b.unknown.as_ref()) {
            self.open.push(Open { what: id.to_string(), why: why.code.name().to_owned() });
            self.blind.push((id.to_string(), why.clone()));
            return;
        }
        if a.absent {
            self.site.insert(id.clone(), Drafted { absent: true, facts: BTreeMap::new() });
            return;
        }
        let (mut site, mut baseline) = (Drafted::default(), Drafted::default());
        let properties: BTreeSet<&String> = a.facts.keys().chain(b.facts.keys()).collect();
        let moves = |r: &Resource, p: &str| r.facts.get(p).is_some_and(|f| f.moves);
        for property in properties.into_iter().filter(|p| vocabulary.pins(&id.kind, p)) {
            if moves(a, property) || moves(b, property) {
                continue;
            }
            let Some(fact) = self.steady(id, property, a.facts.get(property), b.facts.get(property)) else { continue };
            let side = if fact.standing == Standing::Local { &mut site } else { &mut baseline };
            side.facts.insert(property.clone(), fact.clone());
        }
        if !site.facts.is_empty() {
            self.site.insert(id.clone(), site);
        }
        // A resource of which nothing is pinned is still pinned as being there.
        if !baseline.facts.is_empty() || !self.site.contains_key(id) {
            self.baseline.insert(id.clone(), baseline);
        }
    }

    /// The fact, if both looks gave the same value; otherwise it is noted as open.
    fn steady<'a>(
        &mut self,
        id: &ResourceId,
        property: &str,
        a: Option<&'a Fact>,
        b: Option<&Fact>,
    ) -> Option<&'a Fact> {
        let subject = format!("{id}.{property}");
        let seen = (a.map(|f| &f.seen), b.map(|f| &f.seen));
        if let (Some(Seen::Unknown(why)), _) | (_, Some(Seen::Unknown(why))) = seen {
            self.open.push(Open { what: literal(&subject), why: why.code.name().to_owned() });
            self.blind.push((subject, why.clone()));
            return None;
        }
        let (x, y) = (a.and_then(Fact::value), b.and_then(Fact::value));
        if x != y {
            self.open.push(Open { what: literal(&subject), why: MOVED.to_owned() });
            return None;
        }
        a.filter(|f| f.value().is_some())
    }
}
