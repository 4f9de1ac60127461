//! An entry of a spec as this generator asks it: values without the claims around them.

use crate::generate::Want;
use model::id::ResourceId;
use model::origin::Origin;
use model::spec::Entry;
use model::value::Value;

/// An entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'w> {
    pub(crate) id: &'w ResourceId,
    pub(crate) entry: &'w Entry,
}

/// The file that captures write what packages brought to.
const BASELINE: &str = "baseline.yaml";

/// The entries of a kind that are to be there.
pub(crate) fn of<'w>(want: &Want<'w>, kind: &'static str) -> impl Iterator<Item = Item<'w>> + use<'w> {
    let all = want.spec.entries.iter().filter(move |(id, _)| id.kind == kind);
    all.map(|(id, entry)| Item { id, entry }).filter(|item| item.is_wanted())
}

/// One entry that is to be there.
pub(crate) fn one<'w>(want: &Want<'w>, kind: &str, name: &str) -> Option<Item<'w>> {
    let (id, entry) = want.spec.entries.get_key_value(&ResourceId::new(kind, name))?;
    Some(Item { id, entry }).filter(|item| item.is_wanted())
}

impl<'w> Item<'w> {
    pub(crate) fn name(&self) -> &'w str {
        &self.id.name
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.entry.presence.as_ref().is_none_or(|(wanted, _)| *wanted)
    }

    pub(crate) fn value(&self, property: &str) -> Option<Value> {
        self.entry.claims.get(property)?.claim.value()
    }

    pub(crate) fn text(&self, property: &str) -> Option<String> {
        match self.value(property)? {
            Value::Text(text) => Some(text),
            Value::Int(n) => Some(n.to_string()),
            Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    pub(crate) fn number(&self, property: &str) -> Option<u64> {
        self.text(property)?.parse().ok()
    }

    pub(crate) fn flag(&self, property: &str) -> Option<bool> {
        self.value(property)?.as_bool()
    }

    pub(crate) fn texts(&self, property: &str) -> Vec<String> {
        match self.value(property) {
            Some(Value::List(items)) => items.iter().filter_map(|v| v.as_text().map(str::to_owned)).collect(),
            Some(Value::Text(text)) => vec![text],
            Some(Value::Bool(_) | Value::Int(_) | Value::Map(_)) | None => Vec::new(),
        }
    }

    /// Whether people made something of it: it is claimed outside of the baseline.
    pub(crate) fn is_site(&self) -> bool {
        let presence = self.entry.presence.as_ref().and_then(|(_, note)| note.place.as_ref());
        let claims = self.entry.claims.values().filter_map(|c| c.note.place.as_ref());
        claims.chain(presence).chain([&self.entry.place]).any(|p| p.file.rsplit('/').next() != Some(BASELINE))
    }

    /// The file on the host that set it, where it is known.
    pub(crate) fn set_in(&self) -> Option<&'w str> {
        let notes = [&self.entry.note].into_iter().chain(self.entry.claims.values().map(|c| &c.note));
        notes.filter_map(|n| n.from.as_ref()).find_map(|from| match from {
            Origin::Observed(Some(place)) => Some(place.file.as_str()),
            Origin::Observed(None) | Origin::Imported(_) | Origin::Authored | Origin::Packaged => None,
        })
    }
}
