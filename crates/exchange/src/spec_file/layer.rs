//! What each file of a role is to say: what all its hosts share, and what each has of its own.

use model::draft::{Draft, Drafted};
use model::fact::Fact;
use model::id::ResourceId;
use model::spec::Open;
use std::collections::{BTreeMap, BTreeSet};

/// Which file of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// What people did.
    Site,
    /// What the OS and its packages brought.
    Baseline,
    /// What one host has of its own.
    Host,
}

/// What one file is to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Layer {
    pub(crate) entries: BTreeMap<ResourceId, Drafted>,
    pub(crate) closed: BTreeSet<String>,
    pub(crate) open: Vec<Open>,
}

/// What the files of a role are to say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layers {
    pub(crate) site: Layer,
    pub(crate) baseline: Layer,
    pub(crate) own: Vec<Layer>,
}

/// What a draft says of a resource, on both sides.
#[derive(Clone, Copy)]
struct Shown<'a> {
    site: Option<&'a Drafted>,
    baseline: Option<&'a Drafted>,
}

impl<'a> Shown<'a> {
    fn of(draft: &'a Draft, id: &ResourceId) -> Self {
        Self { site: draft.site.get(id), baseline: draft.baseline.get(id) }
    }

    fn is_absent(self) -> bool {
        self.site.or(self.baseline).is_some_and(|d| d.absent)
    }

    fn is_there(self) -> bool {
        (self.site.is_some() || self.baseline.is_some()) && !self.is_absent()
    }

    fn fact(self, property: &str) -> Option<&'a Fact> {
        let of = |side: Option<&'a Drafted>| side?.facts.get(property);
        of(self.site).or_else(|| of(self.baseline))
    }

    fn properties(self) -> impl Iterator<Item = &'a String> {
        [self.site, self.baseline].into_iter().flatten().flat_map(|d| d.facts.keys())
    }
}

/// Whether a draft shows a resource.
pub(crate) fn shows(draft: &Draft, id: &ResourceId) -> bool {
    Shown::of(draft, id).is_there()
}

/// Whether a draft says that a resource is not there.
pub(crate) fn lacks(draft: &Draft, id: &ResourceId) -> bool {
    let shown = Shown::of(draft, id);
    shown.is_absent() || (!shown.is_there() && draft.closed.contains(&id.kind) && !leaves_open(draft, id, None))
}

/// Whether a draft could not tell of a resource or a property.
pub(crate) fn leaves_open(draft: &Draft, id: &ResourceId, property: Option<&str>) -> bool {
    let subject = property.map_or_else(|| id.to_string(), |p| format!("{id}.{p}"));
    draft.blind.iter().any(|(what, _)| *what == id.kind || *what == subject)
        || (property.is_none() && draft.open.iter().any(|o| o.what == model::id::literal(&subject)))
}

/// What a draft shows of a property.
pub(crate) fn fact<'d>(draft: &'d Draft, id: &ResourceId, property: &str) -> Option<&'d Fact> {
    Shown::of(draft, id).fact(property)
}

/// What the files are to say of hosts.
pub(crate) fn layers(drafts: &[&Draft]) -> Layers {
    let mut layers = Layers { own: vec![Layer::default(); drafts.len()], ..Layers::default() };
    if let [only] = drafts {
        layers.site.entries = only.site.clone();
        layers.baseline.entries = only.baseline.clone();
        layers.heads(drafts);
        return layers;
    }
    let sides = drafts.iter().flat_map(|d| d.site.keys().chain(d.baseline.keys()));
    for id in sides.collect::<BTreeSet<&ResourceId>>() {
        layers.resource(id, &drafts.iter().map(|d| Shown::of(d, id)).collect::<Vec<_>>());
    }
    layers.heads(drafts);
    layers
}

impl Layers {
    /// Forgets every resource but these, and what is said of whole kinds.
    pub(crate) fn retain(&mut self, only: &BTreeSet<ResourceId>) {
        for layer in [&mut self.site, &mut self.baseline].into_iter().chain(&mut self.own) {
            layer.entries.retain(|id, _| only.contains(id));
            layer.closed.clear();
            layer.open.clear();
        }
    }

    fn resource(&mut self, id: &ResourceId, shown: &[Shown<'_>]) {
        if shown.iter().all(|s| s.is_there()) {
            return self.everywhere(id, shown);
        }
        if shown.iter().all(|s| s.is_absent()) {
            self.site.entries.insert(id.clone(), Drafted { absent: true, ..Drafted::default() });
            return;
        }
        for (own, shown) in self.own.iter_mut().zip(shown) {
            if shown.is_there() || shown.is_absent() {
                let facts = shown.properties().filter_map(|p| Some((p.clone(), shown.fact(p)?.clone()))).collect();
                own.entries.insert(id.clone(), Drafted { absent: shown.is_absent(), facts });
            }
        }
    }

    /// A resource that every host has: what is the same is common, the rest each one's own.
    fn everywhere(&mut self, id: &ResourceId, shown: &[Shown<'_>]) {
        let (mut site, mut baseline) = (Drafted::default(), Drafted::default());
        for property in shown.iter().flat_map(|s| s.properties()).collect::<BTreeSet<_>>() {
            let facts: Vec<Option<&Fact>> = shown.iter().map(|s| s.fact(property)).collect();
            let values: BTreeSet<_> = facts.iter().map(|f| f.and_then(Fact::value)).collect();
            match (values.len(), facts.first()) {
                (1, Some(Some(fact))) => {
                    let is_local = shown.iter().any(|s| s.site.is_some_and(|d| d.facts.contains_key(property)));
                    let side = if is_local { &mut site } else { &mut baseline };
                    side.facts.insert(property.clone(), (*fact).clone());
                }
                _ => self.differing(id, property, &facts),
            }
        }
        // Of what is common in nothing else, that it is there is.
        if !baseline.facts.is_empty() || site.facts.is_empty() {
            self.baseline.entries.insert(id.clone(), baseline);
        }
        if !site.facts.is_empty() {
            self.site.entries.insert(id.clone(), site);
        }
    }

    fn differing(&mut self, id: &ResourceId, property: &str, facts: &[Option<&Fact>]) {
        for (own, fact) in self.own.iter_mut().zip(facts) {
            if let Some(fact) = fact {
                let entry = own.entries.entry(id.clone()).or_default();
                entry.facts.insert(property.to_owned(), (*fact).clone());
            }
        }
    }

    fn heads(&mut self, drafts: &[&Draft]) {
        let Some((first, rest)) = drafts.split_first() else { return };
        self.baseline.closed = first.closed.clone();
        self.baseline.closed.retain(|kind| rest.iter().all(|d| d.closed.contains(kind)));
        for (own, draft) in self.own.iter_mut().zip(drafts) {
            own.closed = draft.closed.difference(&self.baseline.closed).cloned().collect();
        }
        let mut open: BTreeMap<&str, &Open> = BTreeMap::new();
        for one in drafts.iter().flat_map(|d| &d.open) {
            open.entry(&one.what).or_insert(one);
        }
        self.baseline.open = open.into_values().cloned().collect();
    }
}
