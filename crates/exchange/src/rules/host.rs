//! A host as rules see it: the entries of its spec, and the lines of the files that are kept beside it.

use model::id::ResourceId;
use model::origin::Origin;
use model::place::Place;
use model::spec::{Entry, Note, Spec};
use model::text::from_bytes;
use model::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Contents of files, with fingerprints in the place of secrets, as they are kept beside the spec.
pub type Contents = BTreeMap<ResourceId, Vec<u8>>;

/// A host.
#[derive(Debug)]
pub struct Host<'h> {
    /// Its spec.
    pub spec: &'h Spec,
    /// How many hosts share the spec.
    pub hosts: usize,
    texts: BTreeMap<&'h str, String>,
    kinds: BTreeMap<&'h str, Vec<One<'h>>>,
}

/// One entry.
#[derive(Debug, Clone, Copy)]
pub struct One<'h> {
    /// Its id.
    pub id: &'h ResourceId,
    /// What the spec says of it.
    pub entry: &'h Entry,
}

/// A line of a file on the host.
#[derive(Debug, Clone)]
pub struct Line<'h> {
    /// The file it stands in.
    pub file: One<'h>,
    /// The line, from 1.
    pub number: u32,
    /// What it says, without the blanks around.
    pub text: &'h str,
}

/// The file that captures write what packages brought to.
const BASELINE: &str = "baseline.yaml";

impl<'h> Host<'h> {
    /// A host, its files' contents, and how many hosts share the spec.
    pub fn new(spec: &'h Spec, contents: &'h Contents, hosts: usize) -> Self {
        let mut kinds: BTreeMap<&str, Vec<One<'_>>> = BTreeMap::new();
        for (id, entry) in &spec.entries {
            kinds.entry(&id.kind).or_default().push(One { id, entry });
        }
        let files = contents.iter().filter(|(id, _)| id.kind == "file");
        let texts = files.map(|(id, bytes)| (id.name.as_str(), from_bytes(bytes))).collect();
        Self { spec, hosts: hosts.max(1), texts, kinds }
    }

    /// The entries of a kind, also those of what is not to be there.
    pub fn all<'s>(&'s self, kind: &str) -> impl Iterator<Item = One<'h>> + use<'s, 'h> {
        self.kinds.get(kind).map_or(&[][..], Vec::as_slice).iter().copied()
    }

    /// The entries of a kind of what is there.
    pub fn of<'s>(&'s self, kind: &str) -> impl Iterator<Item = One<'h>> + use<'s, 'h> {
        self.all(kind).filter(|one| one.is_there())
    }

    /// The entry of what is there.
    pub fn get(&self, kind: &str, name: &str) -> Option<One<'h>> {
        let (id, entry) = self.spec.entries.get_key_value(&ResourceId::new(kind, name))?;
        Some(One { id, entry }).filter(|one| one.is_there())
    }

    /// The text of a file, where it is kept.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// The lines of the files that are kept, without empty ones.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.texts.keys().filter_map(|path| self.get("file", path)).flat_map(|file| self.lines_of(file))
    }

    /// The lines of one file, without empty ones.
    pub fn lines_of<'s>(&'s self, file: One<'h>) -> impl Iterator<Item = Line<'s>>
    where
        'h: 's,
    {
        let text = self.texts.get(file.name()).map_or("", String::as_str);
        let numbered = (1..).zip(text.lines()).map(move |(number, line)| Line { file, number, text: line.trim() });
        numbered.filter(|line| !line.text.is_empty())
    }

    /// The kinds of which the spec has entries.
    pub fn kinds(&self) -> impl Iterator<Item = &'h str> {
        self.kinds.keys().copied()
    }

    /// Whether a service runs or is started at boot.
    pub fn is_service_in_use(&self, name: &str) -> bool {
        let is = |one: One<'_>| one.flag("running") == Some(true) || one.flag("enabled") == Some(true);
        self.get("service", name).is_some_and(is)
    }

    /// The host's own addresses, without the loopback's.
    pub fn addresses(&self) -> BTreeSet<String> {
        let of = |one: One<'_>| one.texts("addrs");
        let bare = |addr: String| addr.split('/').next().map(str::to_owned);
        let all: BTreeSet<String> = self.of("interface").flat_map(of).filter_map(bare).collect();
        all.into_iter().filter(|a| !a.starts_with("127.") && a != "::1" && !a.starts_with("fe80:")).collect()
    }
}

impl<'h> One<'h> {
    /// Its name.
    pub fn name(self) -> &'h str {
        &self.id.name
    }

    /// Whether it is to be there.
    pub fn is_there(self) -> bool {
        self.entry.presence.as_ref().is_none_or(|(wanted, _)| *wanted)
    }

    /// The value claimed of a property, where the claim names one.
    pub fn value(self, property: &str) -> Option<Value> {
        self.entry.claims.get(property)?.claim.value()
    }

    /// The same as text; a number is its digits.
    pub fn text(self, property: &str) -> Option<String> {
        match self.value(property)? {
            Value::Text(text) => Some(text),
            Value::Int(n) => Some(n.to_string()),
            Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The same as yes or no.
    pub fn flag(self, property: &str) -> Option<bool> {
        self.value(property)?.as_bool()
    }

    /// The same as texts; a single text is one.
    pub fn texts(self, property: &str) -> Vec<String> {
        match self.value(property) {
            Some(Value::List(items)) => items.iter().filter_map(|v| v.as_text().map(str::to_owned)).collect(),
            Some(Value::Text(text)) => vec![text],
            Some(Value::Map(map)) => map.iter().map(|(k, v)| format!("{k}={v}")).collect(),
            Some(Value::Bool(_) | Value::Int(_)) | None => Vec::new(),
        }
    }

    /// Whether people made something of it, and not only a package: it is claimed outside of the baseline.
    pub fn is_site(self) -> bool {
        self.notes().filter_map(|note| note.place.as_ref()).chain([&self.entry.place]).any(|p| !is_baseline(p))
    }

    /// Whether people set this property.
    pub fn is_set(self, property: &str) -> bool {
        let place = |note: &Note| note.place.clone().unwrap_or_else(|| self.entry.place.clone());
        self.entry.claims.get(property).is_some_and(|c| !is_baseline(&place(&c.note)))
    }

    /// The file and line on the host that set it, where that is known; else where the spec says it.
    pub fn place(self) -> Option<Place> {
        let seen = self.notes().filter_map(|note| note.from.as_ref()).find_map(|from| match from {
            Origin::Observed(place) => place.clone(),
            Origin::Imported(place) => Some(place.clone()),
            Origin::Authored | Origin::Packaged => None,
        });
        let written = || {
            let places = || self.notes().filter_map(|n| n.place.clone()).chain([self.entry.place.clone()]);
            places().find(|place| !is_baseline(place)).or_else(|| places().next())
        };
        seen.or_else(written).filter(|place| !place.file.is_empty())
    }

    fn notes(self) -> impl Iterator<Item = &'h Note> {
        let presence = self.entry.presence.as_ref().map(|(_, note)| note);
        [&self.entry.note].into_iter().chain(self.entry.claims.values().map(|c| &c.note)).chain(presence)
    }
}

impl Line<'_> {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place::line(self.file.name(), self.number)
    }

    /// Whether it is a comment, as most files write them.
    pub fn is_comment(&self) -> bool {
        self.text.starts_with(['#', ';']) || self.text.starts_with("//")
    }
}

fn is_baseline(place: &Place) -> bool {
    place.file.rsplit('/').next() == Some(BASELINE)
}
