//! A new capture into a file that people edited: their comments, order, entries and edits stay.
//!
//! A claim that a capture wrote and nobody edited follows the host; everything else is kept, and said where the host
//! shows otherwise. The file is changed where something is to change and nowhere else; afterwards it is read again and
//! must say what was intended, or nothing is handed out.

use super::claim::{Manner, Reader};
use super::edit::Edits;
use super::emit::{self, Line};
use super::entry::{self, Spot};
use super::intended::{Intended, Want};
use super::layer::{self, Layer, Side};
use super::node::{self, Node, Source, What};
use super::parse;
use super::problem::Problem;
use super::sums::{Captured, Sums};
use kinds::kind::Kind;
use model::draft::{Draft, Drafted, MOVED};
use model::fact::Fact;
use model::id::{ResourceId, literal};
use model::spec::Spec;
use model::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What merging gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// The file's new text.
    pub text: String,
    /// What is new: `kind[name]` or `kind[name].property`.
    pub added: Vec<String>,
    /// Claims whose value followed the host, or that moved to another file of the role.
    pub updated: Vec<String>,
    /// Claims that people wrote and the host does not meet: kept, and said.
    pub kept: Vec<String>,
    /// What the host no longer shows: marked with `gone: true`.
    pub gone: Vec<String>,
    /// How many resources the file speaks of.
    pub resources: usize,
    /// How many claims it makes of them.
    pub claims: usize,
}

/// What is merged into one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Capture<'a> {
    /// The file's name below the role's directory.
    pub(crate) name: &'a str,
    pub(crate) side: Side,
    /// What the file is to say.
    pub(crate) layer: &'a Layer,
    /// The hosts it speaks of.
    pub(crate) drafts: &'a [&'a Draft],
    pub(crate) elsewhere: &'a Elsewhere<'a>,
    /// What earlier captures wrote.
    pub(crate) sums: &'a Sums,
    /// The host or role, for the heading of a new file.
    pub(crate) host: &'a str,
    /// The id of the project's key.
    pub(crate) key: &'a str,
    /// Only these follow the hosts, whoever wrote what stands there.
    pub(crate) only: Option<&'a BTreeSet<ResourceId>>,
}

/// What other files of the role are to say, and what people say in them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Elsewhere<'a> {
    pub(crate) layers: Vec<&'a Layer>,
    pub(crate) people: Vec<&'a People>,
}

/// Claims that people wrote or edited.
pub(crate) type People = BTreeMap<ResourceId, BTreeSet<&'static str>>;

impl Elsewhere<'_> {
    fn has(&self, id: &ResourceId, property: &str) -> bool {
        self.layers.iter().any(|l| l.entries.get(id).is_some_and(|d| d.facts.contains_key(property)))
            || self.people.iter().any(|p| p.get(id).is_some_and(|claims| claims.contains(property)))
    }
}

/// A file as it is.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    /// Its name below the role's directory.
    pub(crate) name: &'a str,
    pub(crate) source: Source<'a>,
    pub(crate) root: Node,
    pub(crate) spec: Spec,
}

impl<'a> Read<'a> {
    pub(crate) fn new(name: &'a str, source: Source<'a>) -> Result<Self, Vec<Problem>> {
        let root = node::read(source)?.unwrap_or_default();
        let spec = parse::of_tree(source, &root)?;
        Ok(Self { name, source, root, spec })
    }
}

/// An entry of a file, its claims, and which of them captures wrote.
pub(crate) struct Item<'n> {
    kind: &'static dyn Kind,
    id: ResourceId,
    title: &'n Node,
    node: &'n Node,
    spots: Vec<Spot<'n>>,
    mine: Vec<bool>,
}

/// Every entry of a file.
pub(crate) fn items<'n>(read: &'n Read<'_>, sums: &Sums) -> Vec<Item<'n>> {
    let reader = Reader { source: read.source, manner: Manner::Exact };
    let item = |(kind, title, node): (&'static dyn Kind, &'n Node, &'n Node)| {
        let id = entry::id(kind, title);
        let spots = entry::spots(reader, kind, node);
        let is_mine = |spot: &Spot<'_>| {
            let captured = |value: &Value| sums.has(Captured { file: read.name, id: &id, what: spot.property, value });
            !node.is_repeated && spot.claim.value().is_some_and(|value| captured(&value))
        };
        let mine = spots.iter().map(is_mine).collect();
        Item { kind, id, title, node, spots, mine }
    };
    entries(&read.root).map(item).collect()
}

/// The claims of a file that people wrote or edited.
pub(crate) fn by_people(items: &[Item<'_>]) -> People {
    let mut people = People::new();
    for item in items {
        for (spot, _) in item.spots.iter().zip(&item.mine).filter(|(_, is_mine)| !**is_mine) {
            people.entry(item.id.clone()).or_default().insert(spot.property);
        }
    }
    people
}

/// What a merge hands out: the file, the digests of what captures wrote in it, and what it says.
pub(crate) struct Done {
    pub(crate) merged: Merged,
    pub(crate) sums: Sums,
    pub(crate) spec: Spec,
}

/// Merges a capture into a file.
pub(crate) fn merge(read: &Read<'_>, items: &[Item<'_>], capture: Capture<'_>) -> Result<Done, Vec<Problem>> {
    if read.root.is_null() {
        return fresh(read, capture);
    }
    check_key(read.source, &read.root, capture.key)?;
    let mut work = Work {
        source: read.source,
        capture,
        edits: Edits::new(read.source.text),
        merged: Merged::default(),
        left: capture.layer.entries.iter().collect(),
        intended: Intended::of(&read.spec),
        wrote: BTreeSet::new(),
    };
    work.file(&read.root, items);
    let Work { edits, mut merged, intended, wrote, .. } = work;
    merged.text = edits.apply();
    let wrote = |id: &ResourceId, what: &str| wrote.contains(&(id.clone(), what.to_owned()));
    if merged.text == read.source.text {
        intended.check(read.source.path, &read.spec)?;
        let sums = sums(capture, items, &read.root, wrote);
        count(&mut merged, &read.spec);
        return Ok(Done { merged, sums, spec: read.spec.clone() });
    }
    let text = merged.text.clone();
    let again = Read::new(read.name, Source { text: &text, ..read.source })?;
    intended.check(read.source.path, &again.spec)?;
    let sums = sums(capture, &self::items(&again, capture.sums), &again.root, wrote);
    count(&mut merged, &again.spec);
    Ok(Done { merged, sums, spec: again.spec })
}

fn count(merged: &mut Merged, spec: &Spec) {
    merged.resources = spec.entries.len();
    merged.claims = spec.entries.values().map(|e| e.claims.len().max(1)).sum();
}

fn fresh(read: &Read<'_>, capture: Capture<'_>) -> Result<Done, Vec<Problem>> {
    let mut text = emit::file(capture.layer, capture.side, capture.host, capture.key);
    // A file of nothing but comments keeps them.
    if !read.source.text.trim().is_empty() {
        text = format!("{}\n{text}", read.source.text.trim_end());
    }
    let again = Read::new(read.name, Source { text: &text, ..read.source })?;
    let nothing = Spec::default();
    let mut intended = Intended::of(&nothing);
    capture.layer.entries.iter().for_each(|(id, drafted)| intended.add(id, drafted));
    intended.check(read.source.path, &again.spec)?;
    let sums = sums(capture, &items(&again, capture.sums), &again.root, |_, _| true);
    let added = capture.layer.entries.keys().map(ToString::to_string).collect();
    let mut merged = Merged { added, ..Merged::default() };
    count(&mut merged, &again.spec);
    let spec = again.spec;
    merged.text = text;
    Ok(Done { merged, sums, spec })
}

/// It must be a spec of repot, and fingerprints of two keys cannot stand in one file.
fn check_key(source: Source<'_>, root: &Node, key: &str) -> Result<(), Vec<Problem>> {
    if root.get("repot").is_none() {
        let problem = source.problem_at(root.at, 1, "a capture cannot be merged into a plain gossfile");
        return Err(vec![
            problem.hinted("write `repot: 1` above it (lists then mean exactly), or give it another name"),
        ]);
    }
    let Some(node) = root.get("key").filter(|n| n.text() != Some(key)) else { return Ok(()) };
    let what = "its secrets are fingerprinted with another key than this project's";
    Err(vec![source.problem(node, what).hinted("take the key the spec was captured with, or capture into a new role")])
}

/// What no claim is called: the pieces of a file that are remembered beside claims.
const OPEN: &str = "open";
const COMPLETE: &str = "complete";
const FROM: &str = "from";

/// The name under which a property's own `from` is remembered.
fn from_of(property: &str) -> String {
    format!("{property} {FROM}")
}

fn no_one() -> ResourceId {
    ResourceId::new("", "")
}

/// The digests of what captures wrote: what was so already and what was written now.
fn sums(capture: Capture<'_>, items: &[Item<'_>], root: &Node, wrote: impl Fn(&ResourceId, &str) -> bool) -> Sums {
    let mut sums = Sums::default();
    let mut put = |id: &ResourceId, what: &str, value: &Value, is_mine: bool| {
        let captured = Captured { file: capture.name, id, what, value };
        if is_mine || wrote(id, what) || capture.sums.has(captured) {
            sums.put(captured);
        }
    };
    for item in items {
        for (spot, is_mine) in item.spots.iter().zip(&item.mine) {
            if let Some(value) = spot.claim.value() {
                put(&item.id, spot.property, &value, *is_mine);
            }
            if let Some(from) = spot.node.get(FROM).and_then(Node::text) {
                put(&item.id, &from_of(spot.property), &from.into(), false);
            }
        }
        if let Some(from) = item.node.get(FROM).and_then(Node::text) {
            put(&item.id, FROM, &from.into(), false);
        }
    }
    for (what, why) in root.get(OPEN).and_then(Node::map).unwrap_or_default() {
        put(&no_one(), OPEN, &pair(what, why), false);
    }
    // A kind that people took out of the list stays out of it.
    for kind in &capture.layer.closed {
        put(&no_one(), COMPLETE, &kind.as_str().into(), false);
    }
    sums
}

fn pair(what: &Node, why: &Node) -> Value {
    Value::List([what, why].into_iter().map(|n| n.text().unwrap_or_default().into()).collect())
}

/// Every entry of a file: its kind, its name, and what it says.
pub(crate) fn entries(root: &Node) -> impl Iterator<Item = (&'static dyn Kind, &Node, &Node)> {
    let kinds = root.map().unwrap_or_default().iter();
    kinds
        .filter_map(|(key, value)| Some((kinds::kind_named(key.text()?)?, value)))
        .flat_map(|(kind, value)| value.map().unwrap_or_default().iter().map(move |(title, node)| (kind, title, node)))
}

struct Work<'a> {
    source: Source<'a>,
    capture: Capture<'a>,
    edits: Edits<'a>,
    merged: Merged,
    /// What the file does not say yet.
    left: BTreeMap<&'a ResourceId, &'a Drafted>,
    intended: Intended<'a>,
    /// What this capture writes.
    wrote: BTreeSet<(ResourceId, String)>,
}

/// What is to become of one entry.
#[derive(Default)]
struct Change {
    /// Nodes that get another text.
    set: Vec<(usize, usize, String)>,
    /// The indices of keys that are taken out.
    remove: BTreeSet<usize>,
    add: Vec<Line>,
}

impl Work<'_> {
    fn file(&mut self, root: &Node, items: &[Item<'_>]) {
        for (key, value) in root.map().unwrap_or_default() {
            match key.text().unwrap_or_default() {
                COMPLETE => self.complete(key, value),
                // What is left open is of the whole host.
                OPEN if self.capture.only.is_none() => self.open(key, value),
                _ => {}
            }
        }
        let only = self.capture.only;
        for item in items.iter().filter(|item| only.is_none_or(|only| only.contains(&item.id))) {
            self.entry(item);
        }
        let left = std::mem::take(&mut self.left);
        let mut by_kind: BTreeMap<&str, Vec<(&ResourceId, &Drafted)>> = BTreeMap::new();
        for (id, drafted) in left {
            by_kind.entry(&id.kind).or_default().push((id, drafted));
        }
        let mut kinds: Vec<_> = by_kind.into_iter().collect();
        kinds.sort_by_key(|(kind, _)| emit::rank(kind));
        for (kind, entries) in kinds {
            self.add_entries(root, kind, &entries);
        }
    }

    fn has(&self, id: &ResourceId, what: &str, value: &Value) -> bool {
        self.capture.sums.has(Captured { file: self.capture.name, id, what, value })
    }

    fn complete(&mut self, key: &Node, value: &Node) {
        let What::List(items) = &value.what else { return };
        let here: BTreeSet<&str> = items.iter().filter_map(Node::text).collect();
        let closed = self.capture.layer.closed.iter();
        let new: Vec<&String> = closed
            .filter(|kind| !here.contains(kind.as_str()) && !self.has(&no_one(), COMPLETE, &kind.as_str().into()))
            .collect();
        if new.is_empty() || value.is_repeated {
            return;
        }
        if value.is_flow {
            let comma = if items.is_empty() { "" } else { ", " };
            let names: Vec<&str> = new.iter().map(|k| k.as_str()).collect();
            let at = items.last().map_or(value.end.offset - 1, |last| self.edits.end(last));
            return self.edits.insert(at, format!("{comma}{}", names.join(", ")));
        }
        for kind in new {
            let before = items.iter().rev().find(|i| i.text().is_some_and(|t| t < kind.as_str()));
            let at = before.map_or_else(|| self.edits.line(key.at.line + 1), |n| self.edits.line_after(n.at.offset));
            let indent = items.first().map_or(2, |first| self.indent(first).saturating_sub(2));
            self.edits.insert(at, format!("{:indent$}{}", "", emit::complete_line(kind).trim_start()));
        }
    }

    /// What people left open stays; what a capture left open follows the host.
    fn open(&mut self, key: &Node, value: &Node) {
        let map = value.map().unwrap_or_default();
        let wanted: BTreeMap<&str, _> = self.capture.layer.open.iter().map(|o| (o.what.as_str(), o)).collect();
        if self.capture.side != Side::Baseline || value.is_repeated {
            return;
        }
        let mut here = BTreeSet::new();
        for (what, why) in map {
            here.insert(what.text().unwrap_or_default());
            let is_wanted =
                wanted.get(what.text().unwrap_or_default()).is_some_and(|o| Some(o.why.as_str()) == why.text());
            if !is_wanted && self.has(&no_one(), OPEN, &pair(what, why)) && !value.is_flow {
                here.remove(what.text().unwrap_or_default());
                let (from, to) = (self.edits.line(what.at.line), self.edits.line_after(self.edits.end(why)));
                self.edits.replace(from, to, String::new());
            }
        }
        let new: Vec<_> = wanted.values().filter(|o| !here.contains(o.what.as_str())).collect();
        for one in &new {
            self.wrote.insert((no_one(), OPEN.to_owned()));
            let before = map.iter().rev().find(|(k, _)| k.text().is_some_and(|t| t < one.what.as_str()));
            let at = match before {
                Some((_, why)) if !value.is_flow => self.edits.line_after(self.edits.end(why)),
                _ if value.is_flow => self.edits.line_after(self.edits.end(value)),
                _ => self.edits.line_after(key.end.offset),
            };
            self.edits.insert(at, emit::open_line(one));
        }
        // `open: {}` becomes a map below its key; one in braces that says something is opened up.
        if value.is_flow && !new.is_empty() {
            let old: String = map.iter().map(|(k, v)| self.lines_of(k, v)).collect();
            self.edits.replace(key.end.offset, self.edits.end(value), ":".to_owned());
            let at = self.edits.line_after(self.edits.end(value));
            self.edits.insert(at, old);
        }
    }

    /// An entry of a map in braces, as a line of its own.
    fn lines_of(&self, key: &Node, value: &Node) -> String {
        format!("  {}\n", self.edits.cut(key.at.offset, self.edits.end(value)))
    }

    fn entry(&mut self, item: &Item<'_>) {
        let Item { id, node, spots, mine, .. } = item;
        let drafts = self.capture.drafts;
        let drafted = self.left.remove(id);
        let marked = node.map().and_then(|m| m.iter().position(|(k, _)| k.text() == Some(entry::GONE)));
        if !drafts.iter().any(|d| layer::shows(d, id)) {
            if drafts.iter().all(|d| layer::lacks(d, id)) && marked.is_none() {
                self.vanished(id, node, spots, mine.iter().all(|m| *m));
            }
            return;
        }
        let mut change = Change::default();
        if marked.is_some() {
            change.remove.extend(marked);
            self.intended.says_again(id, spots);
            self.merged.updated.push(id.to_string());
        }
        for (spot, is_mine) in spots.iter().zip(mine) {
            let wanted = drafted.and_then(|d| d.facts.get(spot.property));
            match is_mine {
                // What is accepted is what the host shows, also where people claimed something else.
                false if self.capture.only.is_some() && !spot.is_presence => self.accepted(id, spot, &mut change),
                true if spot.is_presence => self.presence(id, spot, drafted.is_some(), &mut change),
                true => self.captured(id, spot, wanted, &mut change),
                false => self.authored(id, spot),
            }
        }
        self.rest(item, drafted, &mut change);
        self.change(item, drafted.is_some(), change);
    }

    /// What an entry does not say yet, and where it is set.
    fn rest(&mut self, item: &Item<'_>, drafted: Option<&Drafted>, change: &mut Change) {
        let Some(drafted) = drafted else { return };
        let is_said = |property: &str| item.spots.iter().any(|s| s.property == property);
        let new: Vec<_> = drafted.facts.iter().filter(|(p, fact)| !is_said(p) && fact.value().is_some()).collect();
        let from = item.node.get(FROM).filter(|n| !n.is_repeated);
        if new.is_empty() && from.is_none() {
            return;
        }
        let lines = emit::lines(&item.id, drafted, self.capture.side);
        if let Some(old) = from {
            self.from(&item.id, old, &lines, change);
        }
        let is_new = |line: &&Line| new.iter().any(|(property, _)| **property == line.name);
        change.add.extend(lines.iter().filter(is_new).cloned());
        for (property, fact) in new {
            self.merged.added.push(format!("{}.{property}", item.id));
            self.wants(&item.id, property, fact);
        }
    }

    fn is_elsewhere(&self, id: &ResourceId, property: &str) -> bool {
        self.capture.elsewhere.has(id, property)
    }

    fn wants(&mut self, id: &ResourceId, property: &str, fact: &Fact) {
        if let Some(value) = fact.value() {
            self.intended.set(id, property, Want::Value(value.clone()));
            self.wrote.insert((id.clone(), property.to_owned()));
            self.wrote.insert((id.clone(), from_of(property)));
        }
    }

    /// That it is there or not, as a capture wrote it: it goes when it was absent and is there again, or when other
    /// files of the role say more of it.
    fn presence(&mut self, id: &ResourceId, spot: &Spot<'_>, is_wanted: bool, change: &mut Change) {
        let was_absent = spot.claim.exact() == Some(&Value::Bool(false));
        if was_absent || !is_wanted {
            change.remove.insert(spot.index);
            self.intended.unset(id, "");
            self.merged.updated.push(format!("{id}.{}", spot.property));
        }
    }

    /// A claim that people wrote and that is to be what the host shows: it stays theirs, with all that stands beside it.
    fn accepted(&mut self, id: &ResourceId, spot: &Spot<'_>, change: &mut Change) {
        let shown = |draft: &&Draft| layer::fact(draft, id, spot.property).and_then(Fact::value).cloned();
        let Some(value) = self.capture.drafts.iter().find_map(shown) else {
            // What the host does not show cannot be accepted as a value: that is said.
            return self.merged.kept.push(format!("{id}.{}", spot.property));
        };
        if spot.claim.holds(Some(&value), None) == Ok(true) {
            return;
        }
        let text = emit::claim(spot.described, &value);
        change.set.push((spot.value.at.offset, self.edits.end(spot.value), text));
        self.no_longer_gone(spot, change);
        self.intended.set(id, spot.property, Want::Value(value));
        self.merged.updated.push(format!("{id}.{}", spot.property));
    }

    /// A claim that a capture wrote: it follows the host.
    fn captured(&mut self, id: &ResourceId, spot: &Spot<'_>, wanted: Option<&Fact>, change: &mut Change) {
        let subject = format!("{id}.{}", spot.property);
        if let Some(value) = wanted.filter(|_| !self.is_elsewhere(id, spot.property)).and_then(Fact::value) {
            self.own_from(id, spot, wanted, change);
            if spot.claim.holds(Some(value), None) == Ok(true) && !spot.is_gone {
                return;
            }
            let text = emit::claim(spot.described, value);
            change.set.push((spot.value.at.offset, self.edits.end(spot.value), text));
            self.no_longer_gone(spot, change);
            self.wants(id, spot.property, &Fact::is(value.clone()));
            return self.merged.updated.push(subject);
        }
        if self.is_elsewhere(id, spot.property) {
            change.remove.insert(spot.index);
            self.intended.unset(id, spot.property);
            return self.merged.updated.push(subject);
        }
        let is_unseen = |draft: &&Draft| {
            let moved = draft.open.iter().any(|o| o.what == literal(&subject) && o.why == MOVED);
            moved
                || (layer::fact(draft, id, spot.property).is_none()
                    && !layer::leaves_open(draft, id, Some(spot.property)))
        };
        if spot.is_gone || !self.capture.drafts.iter().all(is_unseen) {
            return;
        }
        let (from, to) = (spot.value.at.offset, self.edits.end(spot.value));
        let value = self.edits.cut(from, to);
        let is_one_line = spot.value.is_flow || (spot.value.text().is_some() && !value.starts_with(['|', '>']));
        if !is_one_line || (spot.is_long() && !spot.node.is_flow) {
            return self.merged.kept.push(subject);
        }
        let text =
            if spot.is_long() { format!("{value}, gone: true") } else { format!("{{value: {value}, gone: true}}") };
        change.set.push((from, to, text));
        self.intended.unset(id, spot.property);
        self.merged.gone.push(subject);
    }

    /// A claim that was gone is made again: its mark goes, its notes stay.
    fn no_longer_gone(&mut self, spot: &Spot<'_>, change: &mut Change) {
        let map = spot.node.map().unwrap_or_default();
        let Some(index) = map.iter().position(|(k, _)| k.text() == Some(entry::GONE)).filter(|_| spot.is_gone) else {
            return;
        };
        let (key, value) = &map[index];
        let before = index.checked_sub(1).and_then(|i| map.get(i)).map(|(_, v)| self.edits.end(v));
        let (from, to) = match (before, map.get(index + 1)) {
            (Some(before), _) => (before, self.edits.end(value)),
            (None, Some((next, _))) => (key.at.offset, next.at.offset),
            (None, None) => (key.at.offset, self.edits.end(value)),
        };
        change.set.push((from, to, String::new()));
    }

    /// Where a property says it is set follows the host too, where a capture wrote it.
    fn own_from(&mut self, id: &ResourceId, spot: &Spot<'_>, wanted: Option<&Fact>, change: &mut Change) {
        let Some(old) = spot.node.get(FROM).filter(|_| spot.is_long()) else { return };
        let what = from_of(spot.property);
        let new = wanted.and_then(|f| f.place.as_ref()).map(|p| super::scalar::quoted(&emit::observed(p)));
        let text = old.text().unwrap_or_default();
        if let Some(new) = new.filter(|new| *new != super::scalar::quoted(text))
            && self.has(id, &what, &text.into())
        {
            change.set.push((old.at.offset, self.edits.end(old), new));
            self.wrote.insert((id.clone(), what));
        }
    }

    /// A claim that people wrote: it stays, and what the host shows instead is said.
    fn authored(&mut self, id: &ResourceId, spot: &Spot<'_>) {
        let differs = |draft: &&Draft| {
            if spot.is_presence {
                return spot.claim.holds(Some(&layer::shows(draft, id).into()), None) == Ok(false);
            }
            let value = layer::fact(draft, id, spot.property).and_then(Fact::value);
            value.is_some_and(|value| spot.claim.holds(Some(value), None) == Ok(false))
        };
        if !spot.is_gone && self.capture.drafts.iter().any(differs) {
            self.merged.kept.push(format!("{id}.{}", spot.property));
        }
    }

    fn vanished(&mut self, id: &ResourceId, node: &Node, spots: &[Spot<'_>], all_mine: bool) {
        let denies = spots.iter().any(|s| s.is_presence && s.claim.exact() == Some(&Value::Bool(false)));
        if denies {
            return;
        }
        if self.capture.only.is_none() && (!all_mine || spots.is_empty()) {
            return self.merged.kept.push(id.to_string());
        }
        let line = Line { name: entry::GONE.to_owned(), value: "true".to_owned(), comment: None };
        self.write(node, Change { add: vec![line], ..Change::default() });
        self.intended.gone(id);
        self.merged.gone.push(id.to_string());
    }

    /// Where an entry says it is set follows the host too, where a capture wrote it.
    fn from(&mut self, id: &ResourceId, old: &Node, written: &[Line], change: &mut Change) {
        let text = old.text().unwrap_or_default();
        let new = written.iter().find(|line| line.name == FROM);
        if let Some(new) = new
            && self.has(id, FROM, &text.into())
            && new.value != super::scalar::quoted(text)
        {
            change.set.push((old.at.offset, self.edits.end(old), new.value.clone()));
            self.wrote.insert((id.clone(), FROM.to_owned()));
        }
    }

    fn change(&mut self, item: &Item<'_>, is_wanted: bool, mut change: Change) {
        let Item { kind, id, title, node, spots, .. } = item;
        let says = |s: &&Spot<'_>| !change.remove.contains(&s.index);
        if spots.iter().filter(says).count() == 0 && change.add.is_empty() && !change.remove.is_empty() {
            let is_all = spots.len() + usize::from(node.get(FROM).is_some()) >= node.map().map_or(0, <[_]>::len)
                || node.map().is_some_and(|m| m.iter().all(|(k, _)| !matches!(k.text(), Some("why" | "waive"))));
            let stands_alone =
                self.edits.cut(self.edits.line(title.at.line), title.at.offset).trim_matches(['?', ' ']).is_empty();
            if !is_wanted && is_all && stands_alone {
                return self.remove_entry(id, title, node);
            }
            let line = Line { name: kind.presence().to_owned(), value: "true".to_owned(), comment: None };
            self.intended.set(id, "", Want::Value(true.into()));
            self.wrote.insert((id.clone(), kind.presence().to_owned()));
            change.add.push(line);
        }
        self.write(node, change);
    }

    fn remove_entry(&mut self, id: &ResourceId, title: &Node, node: &Node) {
        let end = self.edits.end(node).max(self.edits.end(title));
        let (from, to) = (self.edits.line(title.at.line), self.edits.line_after(end));
        self.edits.replace(from, to, String::new());
        self.intended.remove(id);
    }

    /// Changes an entry's map in the style in which it is written.
    fn write(&mut self, node: &Node, change: Change) {
        let map = node.map().unwrap_or_default();
        if node.is_flow && !change.remove.is_empty() {
            return self.rewrite(node, &change);
        }
        for (from, to, text) in change.set {
            self.edits.replace(from, to, text);
        }
        if node.is_flow {
            let comma = if map.is_empty() { "" } else { ", " };
            let text: Vec<String> = change.add.iter().map(|l| format!("{}: {}", l.name, l.value)).collect();
            if !text.is_empty() {
                let at = map.last().map_or(node.end.offset - 1, |(_, v)| self.edits.end(v));
                self.edits.insert(at, format!("{comma}{}", text.join(", ")));
            }
            return self.comment_behind(node, &change.add);
        }
        for index in change.remove {
            let Some((key, value)) = map.get(index) else { continue };
            let (from, to) = (self.edits.line(key.at.line), self.edits.line_after(self.edits.end(value)));
            self.edits.replace(from, to, String::new());
        }
        if !change.add.is_empty() {
            let indent = map.first().map_or(4, |(k, _)| self.indent(k));
            let at = self.edits.line_after(self.edits.end(node));
            self.edits.insert(at, emit::block(&change.add, indent));
        }
    }

    /// What is noted of new lines of a map in braces, behind it where it ends its line.
    fn comment_behind(&mut self, node: &Node, new: &[Line]) {
        let Some(notes) = emit::notes(new) else { return };
        let end = self.edits.line_after(node.end.offset);
        let rest = self.edits.cut(node.end.offset, end).trim_end();
        let mark = match rest.trim_start() {
            "" => "  # ",
            said if said.starts_with('#') => "; ",
            _ => return,
        };
        self.edits.insert(node.end.offset + rest.len(), format!("{mark}{notes}"));
    }

    /// A map in braces from which something is taken out, put together again.
    fn rewrite(&mut self, node: &Node, change: &Change) {
        let mut pieces = Vec::new();
        for (index, (key, value)) in node.map().unwrap_or_default().iter().enumerate() {
            if change.remove.contains(&index) {
                continue;
            }
            let (from, to) = (key.at.offset, self.edits.end(value));
            let mut piece = Edits::new(self.edits.cut(from, to));
            for (begin, end, text) in change.set.iter().filter(|(begin, end, _)| *begin >= from && *end <= to) {
                piece.replace(begin - from, end - from, text.clone());
            }
            pieces.push(piece.apply());
        }
        pieces.extend(change.add.iter().map(|l| format!("{}: {}", l.name, l.value)));
        self.edits.replace(node.at.offset, node.end.offset, format!("{{{}}}", pieces.join(", ")));
    }

    /// How far a key is indented.
    fn indent(&self, key: &Node) -> usize {
        usize::try_from(key.at.column.saturating_sub(1)).unwrap_or_default()
    }

    fn add_entries(&mut self, root: &Node, kind: &str, new: &[(&ResourceId, &Drafted)]) {
        for (id, drafted) in new {
            self.merged.added.push(id.to_string());
            self.intended.add(id, drafted);
            let facts = drafted.facts.keys().flat_map(|p| [p.clone(), from_of(p)]);
            let presence = kinds::kind_named(kind).map_or("exists", Kind::presence).to_owned();
            self.wrote.extend(facts.chain([presence, FROM.to_owned()]).map(|what| ((*id).clone(), what)));
        }
        let here = root.map().unwrap_or_default().iter().find(|(key, _)| key.text() == Some(kind));
        match here {
            Some((_, value)) if value.is_flow => self.add_in_braces(value, new),
            Some((key, value)) => self.add_below(key, value, new),
            None => self.add_kind(root, kind, new),
        }
    }

    fn add_in_braces(&mut self, value: &Node, new: &[(&ResourceId, &Drafted)]) {
        let texts: Vec<String> = new.iter().map(|(id, d)| emit::flow_entry(id, d, self.capture.side)).collect();
        let last = value.map().unwrap_or_default().last();
        let comma = if last.is_none() { "" } else { ", " };
        let at = last.map_or(value.end.offset - 1, |(_, v)| self.edits.end(v));
        self.edits.insert(at, format!("{comma}{}", texts.join(", ")));
    }

    /// Each after the entry before it in the order of names, wherever people put that.
    fn add_below(&mut self, key: &Node, value: &Node, new: &[(&ResourceId, &Drafted)]) {
        let map = value.map().unwrap_or_default();
        let indent = map.first().map_or(2, |(title, _)| self.indent(title));
        let mut here: BTreeMap<&str, usize> = BTreeMap::new();
        for (title, node) in map {
            let end = self.edits.line_after(self.edits.end(title).max(self.edits.end(node)));
            here.insert(title.text().unwrap_or_default(), end);
        }
        for (id, drafted) in new {
            let before = here.range(..id.name.as_str()).next_back();
            let at = before.map_or_else(|| self.edits.line_after(key.end.offset), |(_, end)| *end);
            let text = emit::entry(id, drafted, self.capture.side, indent);
            self.edits.insert(at, text);
        }
    }

    /// Before the kinds that people read later.
    fn add_kind(&mut self, root: &Node, kind: &str, new: &[(&ResourceId, &Drafted)]) {
        let entries: String = new.iter().map(|(id, d)| emit::entry(id, d, self.capture.side, 2)).collect();
        let text = format!("{}{entries}", emit::group(kind, self.capture.side));
        let is_later = |(key, _): &&(Node, Node)| {
            key.text().is_some_and(|name| kinds::kind_named(name).is_some() && emit::rank(name) > emit::rank(kind))
        };
        let next = root.map().unwrap_or_default().iter().find(is_later);
        let at = next.map_or(self.source.text.len(), |(key, _)| self.edits.above(key.at.line));
        self.edits.insert(at, text);
    }
}
