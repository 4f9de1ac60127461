//! What of a spec does not hold on a base: only that needs code.

use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::origin::Origin;
use model::place::Place;
use model::spec::{Entry, Spec};
use model::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A resource of the spec that is not as claimed on the base.
#[derive(Debug, Clone)]
pub struct Lack<'a> {
    /// The resource.
    pub id: &'a ResourceId,
    /// What the spec says of it.
    pub entry: &'a Entry,
    /// The properties that are not as claimed; all of them where the resource is not there.
    pub properties: BTreeSet<&'a str>,
    /// Whether the resource as a whole is not as claimed: not there, or there against the spec.
    pub whole: bool,
    /// Whether it was still so on a host that was built before: what usually follows by itself did not.
    pub still: bool,
}

/// The resources that are not as claimed on a base, by what comparing gave; and still, on a host built before.
pub fn lacking<'a>(spec: &'a Spec, base: &[Finding], built: Option<&[Finding]>) -> Vec<Lack<'a>> {
    let mut by_id: BTreeMap<&ResourceId, Lack<'a>> = BTreeMap::new();
    for finding in base.iter().chain(built.unwrap_or_default()) {
        let Some((id, entry)) = spec.entries.get_key_value(&finding.id) else { continue };
        if matches!(finding.verdict, Verdict::Same) {
            continue;
        }
        let lack = by_id.entry(id).or_insert_with(|| Lack {
            id,
            entry,
            properties: BTreeSet::new(),
            whole: false,
            still: false,
        });
        match finding.property.as_deref().and_then(|p| entry.claims.get_key_value(p)) {
            Some((property, _)) => {
                lack.properties.insert(property);
            }
            None => {
                lack.whole = true;
                lack.properties.extend(entry.claims.keys().map(String::as_str));
            }
        }
    }
    // What is not to be there may come with a package that the base has not got yet.
    for (id, entry) in spec.entries.iter().filter(|(_, e)| matches!(e.presence, Some((false, _)))) {
        let lack = Lack { id, entry, properties: BTreeSet::new(), whole: true, still: false };
        by_id.entry(id).or_insert(lack);
    }
    for finding in built.unwrap_or_default().iter().filter(|f| !matches!(f.verdict, Verdict::Same)) {
        if let Some(lack) = by_id.get_mut(&finding.id) {
            lack.still = true;
        }
    }
    by_id.into_values().collect()
}

impl Lack<'_> {
    /// Whether the resource is to be there.
    pub fn is_wanted(&self) -> bool {
        self.entry.presence.as_ref().is_none_or(|(wanted, _)| *wanted)
    }

    /// The value claimed of a property, where the claim names one.
    pub fn value(&self, property: &str) -> Option<Value> {
        self.entry.claims.get(property)?.claim.value()
    }

    /// The same as text; a number is its digits.
    pub fn text(&self, property: &str) -> Option<String> {
        match self.value(property)? {
            Value::Text(text) => Some(text),
            Value::Int(n) => Some(n.to_string()),
            Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The same as yes or no.
    pub fn flag(&self, property: &str) -> Option<bool> {
        self.value(property)?.as_bool()
    }

    /// The same as texts.
    pub fn texts(&self, property: &str) -> Option<Vec<String>> {
        let text = |v: &Value| v.as_text().map(str::to_owned);
        self.value(property)?.as_list()?.iter().map(text).collect()
    }

    /// Whether the property is not as claimed.
    pub fn lacks(&self, property: &str) -> bool {
        self.properties.contains(property)
    }

    /// The subjects that are to be met.
    pub fn subjects(&self) -> Vec<String> {
        if self.properties.is_empty() {
            return vec![self.id.to_string()];
        }
        let presence = self.entry.presence.as_ref().filter(|_| self.whole).map(|_| self.id.to_string());
        presence.into_iter().chain(self.properties.iter().map(|p| format!("{}.{p}", self.id))).collect()
    }

    /// Whether people made something of it, and not only a package: it is claimed outside of the baseline.
    pub fn is_site(&self) -> bool {
        let presence = self.entry.presence.as_ref().and_then(|(_, note)| note.place.as_ref());
        let claims = self.entry.claims.values().filter_map(|c| c.note.place.as_ref());
        claims.chain(presence).chain([&self.entry.place]).any(is_site)
    }

    /// The files and lines on the host that set it, where they are known.
    pub fn set_at(&self) -> BTreeSet<Place> {
        let claims = self.entry.claims.values().filter_map(|c| c.note.from.as_ref());
        claims.chain(&self.entry.note.from).filter_map(|from| observed(from)).cloned().collect()
    }

    /// Where the entry comes from: what asks for it, or what it was seen in.
    pub fn origins(&self) -> Vec<String> {
        let notes = self.entry.claims.values().map(|c| &c.note).chain([&self.entry.note]);
        let from: BTreeSet<&Origin> = notes.filter_map(|n| n.from.as_ref()).collect();
        let asked: Vec<String> =
            from.iter().filter(|f| matches!(f, Origin::Imported(_))).map(|f| f.to_string()).collect();
        let seen = || from.iter().map(|f| f.to_string()).collect::<Vec<_>>();
        let origins = if asked.is_empty() { seen() } else { asked };
        if origins.is_empty() { vec![self.written_at().to_string()] } else { origins }
    }

    /// Where the spec says it: people's part of it, where there is one.
    fn written_at(&self) -> &Place {
        let places = self.entry.claims.values().filter_map(|c| c.note.place.as_ref()).chain([&self.entry.place]);
        places.clone().find(|place| is_site(place)).unwrap_or(&self.entry.place)
    }

    /// Why it is so, as people wrote.
    pub fn why(&self) -> Option<&str> {
        let of = self.entry.claims.values().find_map(|c| c.note.why.as_deref());
        self.entry.note.why.as_deref().or(of)
    }
}

/// The file that captures write what packages brought to.
const BASELINE: &str = "baseline.yaml";

fn is_site(place: &Place) -> bool {
    place.file.rsplit('/').next() != Some(BASELINE)
}

fn observed(from: &Origin) -> Option<&Place> {
    match from {
        Origin::Observed(place) => place.as_ref(),
        Origin::Imported(_) | Origin::Authored | Origin::Packaged => None,
    }
}
