//! A new capture into a file that people edited: their comments, order, entries and edits stay.
//!
//! The file is edited where something is to change and nowhere else; afterwards it is read again and must say what
//! was intended, or nothing is handed out.

use super::claim::{Manner, Reader};
use super::emit::{self, Side};
use super::node::{self, At, Node, Source, What};
use super::problem::Problem;
use super::{entry, parse};
use model::claim::Claim;
use model::draft::{Draft, Drafted};
use model::fact::Fact;
use model::id::ResourceId;
use std::collections::{BTreeMap, BTreeSet};

/// What merging gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// The file's new text.
    pub text: String,
    /// Claims added: `kind[name]` or `kind[name].property`.
    pub added: Vec<String>,
    /// Claims whose value followed the host.
    pub updated: Vec<String>,
    /// Claims that people wrote and the host does not meet: kept, and said.
    pub kept: Vec<String>,
    /// Entries that the host no longer shows: marked with `gone: true`.
    pub gone: Vec<String>,
}

/// What is merged.
#[derive(Debug, Clone, Copy)]
pub struct Capture<'a> {
    /// What the host shows now.
    pub draft: &'a Draft,
    /// What it showed when it was captured last, where that is known.
    pub before: Option<&'a Draft>,
    /// The side of the draft that this file holds.
    pub side: Side,
    /// Claims that other files of the role make: they are not added here.
    pub elsewhere: &'a BTreeSet<(ResourceId, String)>,
    /// The host, for the heading of a new file.
    pub host: &'a str,
    /// The id of the project's key.
    pub key: &'a str,
}

impl Capture<'_> {
    fn side<'d>(&self, draft: &'d Draft) -> &'d BTreeMap<ResourceId, Drafted> {
        match self.side {
            Side::Site => &draft.site,
            Side::Baseline => &draft.baseline,
        }
    }

    /// What the host shows of a property, on whichever side.
    fn fact<'d>(draft: &'d Draft, id: &ResourceId, property: &str) -> Option<&'d Fact> {
        let of = |side: &'d BTreeMap<ResourceId, Drafted>| side.get(id)?.facts.get(property);
        of(&draft.site).or_else(|| of(&draft.baseline))
    }

    fn shows(draft: &Draft, id: &ResourceId) -> bool {
        draft.site.contains_key(id) || draft.baseline.contains_key(id)
    }

    /// What this file is to say: its side of the draft without what other files say.
    fn wanted(&self) -> BTreeMap<ResourceId, Drafted> {
        let mut wanted = BTreeMap::new();
        for (id, drafted) in self.side(self.draft) {
            let mut left = drafted.clone();
            left.facts.retain(|property, _| !self.elsewhere.contains(&(id.clone(), property.clone())));
            let said_elsewhere = self.elsewhere.iter().any(|(other, _)| other == id);
            if !left.facts.is_empty() || !said_elsewhere {
                wanted.insert(id.clone(), left);
            }
        }
        wanted
    }
}

/// Merges a capture into a file's text. Problems are those of the file as it is.
pub fn merge(source: Source<'_>, capture: Capture<'_>) -> Result<Merged, Vec<Problem>> {
    parse::parse(&[(source.path.to_owned(), source.text.to_owned())])?;
    let Some(root) = node::read(source)?.filter(|r| !r.is_null()) else {
        let draft = Draft { site: capture.wanted(), baseline: capture.wanted(), ..capture.draft.clone() };
        let text = emit::emit(&draft, capture.side, capture.host, capture.key);
        return Ok(Merged { text, ..Merged::default() });
    };
    let mut work = Work { source, capture, edits: Vec::new(), merged: Merged::default(), wanted: capture.wanted() };
    work.file(&root);
    let mut merged = work.merged;
    merged.text = apply(source.text, work.edits);
    check(source, capture, &merged)?;
    Ok(merged)
}

struct Work<'a> {
    source: Source<'a>,
    capture: Capture<'a>,
    edits: Vec<Edit>,
    merged: Merged,
    /// What the file does not say yet.
    wanted: BTreeMap<ResourceId, Drafted>,
}

/// Characters to be replaced, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    from: usize,
    to: usize,
    text: String,
}

impl Work<'_> {
    fn file(&mut self, root: &Node) {
        let map = root.map().unwrap_or_default();
        let mut last: BTreeMap<String, u32> = BTreeMap::new();
        for (key, value) in map {
            let name = key.text().unwrap_or_default();
            match name {
                "complete" if self.capture.side == Side::Baseline => {
                    self.replace_block(key, value, emit::complete(&self.capture.draft.closed));
                }
                "open" if self.capture.side == Side::Baseline => {
                    self.replace_block(key, value, emit::open(&self.capture.draft.open));
                }
                _ => {
                    for (title, node) in value.map().unwrap_or_default() {
                        self.entry(name, title, node);
                    }
                    if kinds::kind_named(name).is_some() && is_block(key, value) {
                        last.insert(name.to_owned(), last_line(value).max(key.at.line));
                    }
                }
            }
        }
        self.add_entries(&last);
    }

    fn replace_block(&mut self, key: &Node, value: &Node, text: String) {
        let from = self.offset_of_line(key.at.line);
        let to = self.offset_of_line(last_line(value).max(key.at.line) + 1);
        let old: String = self.source.text.chars().skip(from).take(to - from).collect();
        if old != text {
            self.edits.push(Edit { from, to, text });
        }
    }

    fn entry(&mut self, kind: &str, title: &Node, node: &Node) {
        let id = ResourceId::new(kind, title.text().unwrap_or_default());
        let Some(known) = kinds::kind_named(kind) else { return };
        let reader = Reader { source: self.source, manner: Manner::Exact };
        let written = entry::read(&reader, known, title, node, &mut Vec::new()).entry;
        for (property, claimed) in &written.claims {
            self.claim(&id, property, &claimed.claim, node);
        }
        if !Capture::shows(self.capture.draft, &id) {
            return self.vanished(&id, node);
        }
        let Some(mut left) = self.wanted.remove(&id) else { return };
        left.facts.retain(|property, _| !written.claims.contains_key(property));
        if left.facts.is_empty() {
            return;
        }
        for property in left.facts.keys() {
            self.merged.added.push(format!("{id}.{property}"));
        }
        let claims: Vec<String> = emit::claims(&id, &left, self.capture.side)
            .into_iter()
            .filter(|(property, _, _)| property != "from")
            .map(|(property, value, _)| format!("{property}: {value}"))
            .collect();
        self.insert(node, &claims);
    }

    fn claim(&mut self, id: &ResourceId, property: &str, claim: &Claim, node: &Node) {
        let subject = format!("{id}.{property}");
        let Some(now) = Capture::fact(self.capture.draft, id, property).and_then(Fact::value) else {
            if Capture::shows(self.capture.draft, id) && self.capture.draft.closed.contains(&id.kind) {
                self.merged.kept.push(subject);
            }
            return;
        };
        if claim.holds(Some(now), None) != Ok(false) {
            return;
        }
        let before = self.capture.before.and_then(|d| Capture::fact(d, id, property)).and_then(Fact::value);
        // What stands there is what the last capture saw: nobody edited it, so it follows the host.
        let follows = before.is_some_and(|v| claim.holds(Some(v), None) == Ok(true));
        match bare_value(node, id, property).filter(|_| follows) {
            Some(value) => {
                self.edits.push(Edit {
                    from: value.at.offset,
                    to: value.end.offset,
                    text: super::scalar::written(now),
                });
                self.merged.updated.push(subject);
            }
            None => self.merged.kept.push(subject),
        }
    }

    fn vanished(&mut self, id: &ResourceId, node: &Node) {
        let was_seen = self.capture.before.is_some_and(|d| Capture::shows(d, id));
        let is_marked = node.map().is_some_and(|m| m.iter().any(|(k, _)| k.text() == Some(entry::GONE)));
        if was_seen && !is_marked && self.capture.draft.closed.contains(&id.kind) {
            self.insert(node, &[format!("{}: true", entry::GONE)]);
            self.merged.gone.push(id.to_string());
        }
    }

    /// Puts claims into an entry's map, in the style in which it is written.
    fn insert(&mut self, node: &Node, claims: &[String]) {
        let map = node.map().unwrap_or_default();
        let is_flow = self.source.text.chars().nth(node.at.offset) == Some('{');
        if is_flow {
            let at = node.end.offset.saturating_sub(1);
            let comma = if map.is_empty() { "" } else { ", " };
            self.edits.push(Edit { from: at, to: at, text: format!("{comma}{}", claims.join(", ")) });
            return;
        }
        let column = map.first().map_or(5, |(k, _)| k.at.column);
        let indent = " ".repeat(usize::try_from(column.saturating_sub(1)).unwrap_or_default());
        let at = self.offset_of_line(last_line(node) + 1);
        let text: String = claims.iter().map(|c| format!("{indent}{c}\n")).collect();
        self.edits.push(Edit { from: at, to: at, text });
    }

    fn add_entries(&mut self, last: &BTreeMap<String, u32>) {
        let wanted = std::mem::take(&mut self.wanted);
        let mut by_kind: BTreeMap<&str, Vec<(&ResourceId, &Drafted)>> = BTreeMap::new();
        for (id, drafted) in &wanted {
            by_kind.entry(&id.kind).or_default().push((id, drafted));
        }
        let end = self.source.text.chars().count();
        for (kind, entries) in by_kind {
            let mut text: String = entries.iter().map(|(id, d)| emit::entry(id, d, self.capture.side)).collect();
            self.merged.added.extend(entries.iter().map(|(id, _)| id.to_string()));
            let at = match last.get(kind) {
                Some(line) => self.offset_of_line(line + 1),
                None => {
                    text = format!("{}{text}", emit::group(kind));
                    end
                }
            };
            if at == end && !self.source.text.ends_with('\n') {
                text.insert(0, '\n');
            }
            self.edits.push(Edit { from: at, to: at, text });
        }
    }

    /// The offset in characters at which a line begins; beyond the last line, the end.
    fn offset_of_line(&self, line: u32) -> usize {
        let lines = usize::try_from(line.saturating_sub(1)).unwrap_or_default();
        self.source.text.split_inclusive('\n').take(lines).map(|l| l.chars().count()).sum()
    }
}

fn is_block(key: &Node, value: &Node) -> bool {
    value.map().is_some_and(|m| m.first().is_none_or(|(k, _)| k.at.line > key.at.line))
}

/// The last line on which a node stands.
fn last_line(node: &Node) -> u32 {
    let own = match &node.what {
        What::Scalar { .. } => line_before(node.at, node.end),
        What::List(_) | What::Map(_) => node.at.line,
    };
    let inner = match &node.what {
        What::Scalar { .. } => own,
        What::List(items) => items.iter().map(last_line).max().unwrap_or(own),
        What::Map(entries) => entries.iter().map(|(k, v)| last_line(k).max(last_line(v))).max().unwrap_or(own),
    };
    own.max(inner)
}

/// The line of the last character; an end at the beginning of a line is the end of the line before.
fn line_before(at: At, end: At) -> u32 {
    if end.column <= 1 && end.line > at.line { end.line - 1 } else { end.line.max(at.line) }
}

/// The node of a property's value, where it is written without notes and without a matcher.
fn bare_value<'n>(node: &'n Node, id: &ResourceId, property: &str) -> Option<&'n Node> {
    let kind = kinds::kind_named(&id.kind)?;
    let (_, value) = node
        .map()?
        .iter()
        .find(|(k, _)| k.text().and_then(|t| kind.property(t)).is_some_and(|p| p.name == property))?;
    let is_flow_list = matches!(&value.what, What::List(_)) && value.at.line == value.end.line;
    (matches!(&value.what, What::Scalar { .. }) || is_flow_list).then_some(value)
}

fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|e| (e.from, e.to));
    let mut out = String::with_capacity(text.len() + 1024);
    let mut chars = text.chars();
    let mut at = 0;
    for edit in edits {
        out.extend(chars.by_ref().take(edit.from.saturating_sub(at)));
        out.push_str(&edit.text);
        for _ in 0..edit.to.saturating_sub(edit.from) {
            chars.next();
        }
        at = edit.to.max(at);
    }
    out.extend(chars);
    out
}

/// The merged file must be readable, and every wanted claim must be in it or elsewhere.
fn check(source: Source<'_>, capture: Capture<'_>, merged: &Merged) -> Result<(), Vec<Problem>> {
    let parsed = parse::parse(&[(source.path.to_owned(), merged.text.clone())])?;
    let kept: BTreeSet<&str> = merged.kept.iter().map(String::as_str).collect();
    for (id, drafted) in capture.wanted() {
        for (property, fact) in &drafted.facts {
            let subject = format!("{id}.{property}");
            let said = parsed.spec.entries.get(&id).and_then(|e| e.claims.get(property));
            let holds = said.is_some_and(|c| c.claim.holds(fact.value(), None) != Ok(false));
            if !holds && !kept.contains(subject.as_str()) {
                let place = model::place::Place::file(source.path);
                let what = format!("merging would lose {subject}: a bug in repot; nothing was written");
                return Err(vec![Problem { place, width: 0, what, line: String::new(), hints: Vec::new() }]);
            }
        }
    }
    Ok(())
}
