//! What a capture found as spec files: `site.yaml` for people, `baseline.yaml` for machines. The same findings give the
//! same bytes.

use super::VERSION;
use super::claim::is_matcher;
use super::layer::{Layer, Side};
use super::scalar::{self, quoted, written};
use kinds::kind::{Area, Kind, Property, Shape};
use model::draft::Drafted;
use model::fact::Fact;
use model::id::{ResourceId, literal};
use model::place::Place;
use model::spec::Open;
use model::value::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The longest line before an entry is written over several.
const WIDE: usize = 110;

/// The longest key that every YAML reader takes on one line, in bytes.
const LONGEST_KEY: usize = 1000;

/// One line of an entry: a property or a note, its value, and a comment for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) comment: Option<String>,
}

/// A layer as a new file.
pub(crate) fn file(layer: &Layer, side: Side, host: &str, key: &str) -> String {
    let mut out = format!("{}repot: {VERSION}\nkey: {}\n", head(side, host), quoted(key));
    if side == Side::Baseline || !layer.closed.is_empty() {
        out.push_str(&complete(&layer.closed));
    }
    if side == Side::Baseline {
        out.push_str(&open(&layer.open));
    }
    let mut entries: Vec<(&ResourceId, &Drafted)> = layer.entries.iter().collect();
    entries.sort_by_key(|(id, _)| (rank(&id.kind), *id));
    let mut kind = "";
    for (id, drafted) in entries {
        if id.kind != kind {
            kind = &id.kind;
            out.push_str(&group(kind, side));
        }
        out.push_str(&entry(id, drafted, side, 2));
    }
    out
}

fn head(side: Side, host: &str) -> String {
    let host = for_comment(host);
    let schema = "# yaml-language-server: $schema=../schema.json\n";
    match side {
        Side::Site => format!(
            "{schema}# What people did to {host}: everything here is neither of the operating system nor of its packages.\n\
             # Edit freely: add `why: ..` and `waive: ..`, correct values, add checks. A new capture keeps your edits.\n"
        ),
        Side::Baseline => format!(
            "{schema}# What the operating system and its packages brought to {host}, with effective defaults. Machines check it;\n\
             # what people did is in site.yaml beside it. `complete` lists the kinds of which these files name all.\n"
        ),
        Side::Host => {
            format!(
                "# yaml-language-server: $schema=../../schema.json\n# Where {host} differs from the other hosts of its role.\n"
            )
        }
    }
}

/// Where a kind stands among the kinds of a file.
pub(crate) fn rank(kind: &str) -> (Area, &str) {
    (kinds::kind_named(kind).map_or(Area::Other, Kind::area), kind)
}

/// `complete: [..]`, a kind a line.
fn complete(kinds: &BTreeSet<String>) -> String {
    if kinds.is_empty() {
        return "complete: []\n".to_owned();
    }
    kinds.iter().fold("complete:\n".to_owned(), |out, kind| out + &complete_line(kind))
}

pub(crate) fn complete_line(kind: &str) -> String {
    format!("  - {}\n", quoted(kind))
}

/// `open: {..}`: what moves by itself or could not be looked at.
fn open(open: &[Open]) -> String {
    if open.is_empty() {
        return "open: {}\n".to_owned();
    }
    open.iter().fold("open:\n".to_owned(), |out, one| out + &open_line(one))
}

pub(crate) fn open_line(open: &Open) -> String {
    format!("{} {}\n", key(&open.what, 2), quoted(&open.why))
}

/// The heading of a kind.
pub(crate) fn group(kind: &str, side: Side) -> String {
    let summary = kinds::kind_named(kind).map_or("", Kind::summary);
    match side {
        Side::Baseline => format!("\n{kind}:\n"),
        Side::Site | Side::Host => format!("\n# {}\n{kind}:\n", for_comment(heading(summary))),
    }
}

/// A key and its colon, in the long form where it is too long for a line.
fn key(text: &str, indent: usize) -> String {
    let (text, space) = (quoted(text), " ".repeat(indent));
    if text.len() > LONGEST_KEY { format!("{space}? {text}\n{space}:") } else { format!("{space}{text}:") }
}

/// The name of an entry as it is written: one that looks like a pattern is escaped where the kind has patterns.
fn title(id: &ResourceId) -> String {
    let has_globs = kinds::kind_named(&id.kind).is_some_and(Kind::has_globs);
    if has_globs { literal(&id.name) } else { id.name.clone() }
}

/// One entry, on one line where it is short or only machines read it.
pub(crate) fn entry(id: &ResourceId, drafted: &Drafted, side: Side, indent: usize) -> String {
    let lines = lines(id, drafted, side);
    let key = key(&title(id), indent);
    let short = format!("{key} {}", flow(&lines));
    if side == Side::Baseline || short.chars().count() <= WIDE || lines.len() == 1 {
        let comment = notes(&lines).map_or_else(String::new, |notes| format!("  # {notes}"));
        return format!("{short}{comment}\n");
    }
    format!("{key}\n{}", block(&lines, indent + 2))
}

/// What is noted of lines that stand on one.
pub(crate) fn notes(lines: &[Line]) -> Option<String> {
    let notes: Vec<&str> = lines.iter().filter_map(|line| line.comment.as_deref()).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// An entry for a place inside of `{..}`.
pub(crate) fn flow_entry(id: &ResourceId, drafted: &Drafted, side: Side) -> String {
    format!("{}: {}", quoted(&title(id)), flow(&lines(id, drafted, side)))
}

fn flow(lines: &[Line]) -> String {
    let lines: Vec<String> = lines.iter().map(|l| format!("{}: {}", l.name, l.value)).collect();
    format!("{{{}}}", lines.join(", "))
}

/// Lines of an entry, below each other.
pub(crate) fn block(lines: &[Line], indent: usize) -> String {
    let mut out = String::new();
    for line in lines {
        let comment = line.comment.as_ref().map_or_else(String::new, |c| format!("  # {c}"));
        // Writing to a string does not fail.
        writeln!(out, "{:indent$}{}: {}{comment}", "", line.name, line.value).ok();
    }
    out
}

/// What an entry says, in the order in which people read it.
pub(crate) fn lines(id: &ResourceId, drafted: &Drafted, side: Side) -> Vec<Line> {
    let line = |name: &str, value: String, comment| Line { name: name.to_owned(), value, comment };
    let kind = kinds::kind_named(&id.kind);
    let presence = kind.map_or("exists", Kind::presence);
    if drafted.absent {
        let comment = kind.map_or("shipped, and gone", Kind::absence);
        return vec![line(presence, "false".to_owned(), Some(comment.to_owned()))];
    }
    if drafted.facts.is_empty() {
        return vec![line(presence, "true".to_owned(), None)];
    }
    let common = place(id, drafted, side);
    let mut lines: Vec<Line> = ordered(kind, drafted)
        .into_iter()
        .filter_map(|(name, fact)| {
            let value = claim(kind.and_then(|k| k.property(name)), fact.value()?);
            let own = fact.place.as_ref().filter(|p| side != Side::Baseline && p.file != id.name && Some(*p) != common);
            let value = own.map_or(value.clone(), |p| format!("{{value: {value}, from: {}}}", quoted(&observed(p))));
            Some(line(name, value, shipped(fact).filter(|_| side != Side::Baseline)))
        })
        .collect();
    lines.extend(common.map(|p| line("from", quoted(&observed(p)), None)));
    lines
}

/// The facts in the order in which the kind describes them.
fn ordered<'d>(kind: Option<&dyn Kind>, drafted: &'d Drafted) -> Vec<(&'d str, &'d Fact)> {
    let place = |name: &str| kind.and_then(|k| k.properties().iter().position(|p| p.name == name));
    let mut facts: Vec<(&str, &Fact)> = drafted.facts.iter().map(|(name, fact)| (name.as_str(), fact)).collect();
    facts.sort_by_key(|(name, _)| (place(name).unwrap_or(usize::MAX), *name));
    facts
}

/// Where an entry is set on the target: where most of its facts are set, if that is not in the resource itself.
fn place<'d>(id: &ResourceId, drafted: &'d Drafted, side: Side) -> Option<&'d Place> {
    let places = || drafted.facts.values().filter_map(|f| f.place.as_ref()).filter(|p| p.file != id.name);
    let count = |place: &Place| places().filter(|p| *p == place).count();
    places().filter(|_| side != Side::Baseline).max_by_key(|p| (count(p), std::cmp::Reverse(*p)))
}

/// The text of a `from`.
pub(crate) fn observed(place: &Place) -> String {
    format!("observed at {place}")
}

/// A value as a claim of exactly this value.
pub(crate) fn claim(property: Option<&Property>, value: &Value) -> String {
    let is_plain = property.is_some_and(|p| is_plain(p.shape, value));
    if is_plain { written(value) } else { format!("{{equal: {}}}", written(value)) }
}

/// Whether a value, written as it stands, is read as a claim of exactly this value.
fn is_plain(shape: Shape, value: &Value) -> bool {
    let is_text = |v: &Value| matches!(v, Value::Text(_) | Value::Int(_));
    let is_version = |v: &Value| is_text(v) && !v.as_text().is_some_and(scalar::is_range);
    match (shape, value) {
        (Shape::Bool, Value::Bool(_)) | (Shape::Int, Value::Int(_)) => true,
        (Shape::Text, value) => is_text(value),
        (Shape::Version, value) => is_version(value),
        (Shape::Versions, Value::List(items)) => items.iter().all(is_version),
        (Shape::Set | Shape::List, Value::List(items)) => items.iter().all(is_text),
        (Shape::Map, Value::Map(map)) => {
            let is_claim = map.contains_key("value") || (map.len() == 1 && map.keys().all(|k| is_matcher(k)));
            !is_claim && map.values().all(is_text)
        }
        _ => false,
    }
}

fn shipped(fact: &Fact) -> Option<String> {
    fact.shipped.as_ref().map(|v| format!("shipped: {}", for_comment(&written(v))))
}

/// What a kind is in one line: of a long summary the clauses that fit.
fn heading(summary: &str) -> &str {
    const LONGEST: usize = 100;
    if summary.len() <= LONGEST {
        return summary;
    }
    let is_whole =
        |clause: &&str| clause.len() <= LONGEST && clause.matches('(').count() == clause.matches(')').count();
    let mut clauses = summary.match_indices([',', ';', ':']).map(|(at, _)| &summary[..at]);
    clauses.rfind(is_whole).unwrap_or(summary)
}

/// Text in a comment: one line, nothing that a terminal or an editor would act on.
fn for_comment(text: &str) -> String {
    let text = model::text::for_terminal(text);
    if text.chars().count() > 110 { text.chars().take(107).chain("...".chars()).collect() } else { text.into_owned() }
}
