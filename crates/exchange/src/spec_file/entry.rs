//! One entry of a spec file: a resource with what is claimed of it.

use super::claim::{Manner, Reader};
use super::node::{Node, Source, What};
use super::problem::{Problem, meant};
use super::scalar;
use kinds::kind::{Kind, Role};
use model::claim::Claim;
use model::origin::Origin;
use model::spec::{Claimed, Entry, Note, Waiver};
use model::value::Value;

/// Keys that stand beside claims in an entry.
pub(crate) const NOTES: &[&str] = &["from", "why", "waive"];

/// Marks an entry that a later capture no longer saw.
pub(crate) const GONE: &str = "gone";

/// Keys of gossfiles that claim nothing.
const GOSS_ONLY: &[&str] = &["title", "meta", "skip"];

/// Reads the entry of a name.
pub(crate) fn read(
    reader: &Reader<'_>,
    kind: &dyn Kind,
    name: &Node,
    node: &Node,
    problems: &mut Vec<Problem>,
) -> Entry {
    let source = reader.source;
    let title = name.text().unwrap_or_default();
    let glob = kind.has_globs() && title.contains('*');
    let mut entry = Entry { place: source.place(name.at), glob, ..Entry::default() };
    let Some(map) = node.map() else {
        let problem = source
            .problem(node, format!("expected the properties of {}[{title}], found {}", kind.name(), node.shape()));
        problems.push(problem.hinted(&format!("the least that can be said is `{{{}: true}}`", kind.presence())));
        return entry;
    };
    for (key, value) in map {
        if let Err(problem) = one(reader, kind, key, value, &mut entry) {
            problems.push(problem);
        }
    }
    if let Some((false, _)) = &entry.presence
        && reader.manner == Manner::Exact
        && let Some((property, claimed)) = entry.claims.iter().next()
    {
        let what = format!("{}[{title}] cannot be absent and have {property} {}", kind.name(), claimed.claim);
        problems.push(source.problem(name, what));
    }
    if map.is_empty() && reader.manner == Manner::Exact {
        let problem = source.problem(node, format!("{}[{title}] claims nothing", kind.name()));
        problems.push(problem.hinted(&format!("write `{}: true`", kind.presence())));
    }
    entry
}

fn one(reader: &Reader<'_>, kind: &dyn Kind, key: &Node, value: &Node, entry: &mut Entry) -> Result<(), Problem> {
    let name = key.text().unwrap_or_default();
    let source = reader.source;
    if NOTES.contains(&name) {
        return note(source, name, value, &mut entry.note);
    }
    if name == GONE || (reader.manner == Manner::Goss && GOSS_ONLY.contains(&name)) {
        return Ok(());
    }
    if name == kind.presence() {
        let (value, note) = unfolded(source, key, value)?;
        return match value.text().map(|t| scalar::meaning(t, true)) {
            Some(Value::Bool(wanted)) => {
                entry.presence = Some((wanted, note));
                Ok(())
            }
            _ => Err(source
                .problem(value, format!("expected true or false, found {}", value.text().unwrap_or(value.shape())))),
        };
    }
    let Some(property) = kind.property(name) else { return Err(unknown(source, kind, key, name)) };
    if property.role == Role::Input {
        entry.inputs.insert(property.name.to_owned(), reader.value(value)?);
        return Ok(());
    }
    let (value, note) = unfolded(source, key, value)?;
    let claim = reader.property(value, property)?;
    if claim.is_vacuous() {
        return Ok(());
    }
    if let Some(first) = entry.claims.get(property.name) {
        let place = first.note.place.clone().unwrap_or_default();
        return Err(source
            .problem(key, format!("{} is claimed twice", property.name))
            .hinted(&format!("first at {place}")));
    }
    entry.claims.insert(property.name.to_owned(), Claimed { claim, note });
    Ok(())
}

fn unknown(source: Source<'_>, kind: &dyn Kind, key: &Node, name: &str) -> Problem {
    let mut names = vec![kind.presence()];
    names.extend(kind.properties().iter().flat_map(|p| std::iter::once(p.name).chain(p.aliases.iter().copied())));
    names.extend(NOTES);
    let problem = source.problem(key, format!("{} has no property `{name}`", kind.name()));
    match meant(name, names.iter().copied()) {
        Some(meant) => problem.hinted(&format!("did you mean `{meant}`?")),
        None => problem.hinted(&format!("it has {}", names.join(", "))),
    }
}

/// The long form `{value: .., from: .., why: .., waive: ..}`, or the value itself.
fn unfolded<'n>(source: Source<'_>, key: &Node, node: &'n Node) -> Result<(&'n Node, Note), Problem> {
    let mut written = Note { place: Some(source.place(key.at)), ..Note::default() };
    let Some(map) = node.map().filter(|m| m.iter().any(|(k, _)| k.text() == Some("value"))) else {
        return Ok((node, written));
    };
    let mut value = node;
    for (key, inner) in map {
        match key.text().unwrap_or_default() {
            "value" => value = inner,
            name if NOTES.contains(&name) => note(source, name, inner, &mut written)?,
            name => {
                let problem = source.problem(key, format!("`{name}` cannot stand beside `value`"));
                return Err(problem.hinted("what can is from, why and waive"));
            }
        }
    }
    Ok((value, written))
}

fn note(source: Source<'_>, name: &str, node: &Node, note: &mut Note) -> Result<(), Problem> {
    let text = |node: &Node| match node.text() {
        Some(text) if !text.trim().is_empty() && !node.is_null() => Ok(text.to_owned()),
        _ => Err(source.problem(node, format!("expected a text, found {}", node.shape()))),
    };
    match name {
        "from" => note.from = Some(Origin::parse(&text(node)?)),
        "why" => note.why = Some(text(node)?),
        _ => note.waive = Some(waiver(source, node, &text)?),
    }
    Ok(())
}

fn waiver(source: Source<'_>, node: &Node, text: &dyn Fn(&Node) -> Result<String, Problem>) -> Result<Waiver, Problem> {
    let What::Map(entries) = &node.what else { return Ok(Waiver { reason: text(node)?, until: None }) };
    let (mut reason, mut until) = (None, None);
    for (key, value) in entries {
        match key.text().unwrap_or_default() {
            "reason" => reason = Some(text(value)?),
            "until" => until = Some(day(source, value)?),
            name => return Err(source.problem(key, format!("a waiver has a reason and an until, not `{name}`"))),
        }
    }
    let reason = reason.ok_or_else(|| source.problem(node, "a waiver needs a reason").hinted("write `reason: ..`"))?;
    Ok(Waiver { reason, until })
}

fn day(source: Source<'_>, node: &Node) -> Result<String, Problem> {
    let text = node.text().unwrap_or_default();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    if shape == "9999-99-99" {
        return Ok(text.to_owned());
    }
    Err(source.problem(node, format!("`{text}` is no day; write it as 2026-12-31")))
}

/// Puts what another file says of the same resource into an entry. What both say must be the same.
pub(crate) fn join(entry: &mut Entry, other: Entry) -> Vec<(String, Note, Note)> {
    let mut conflicts = Vec::new();
    if let Some((wanted, note)) = other.presence {
        match &entry.presence {
            Some((first, earlier)) if *first != wanted => {
                conflicts.push(("whether it is there".to_owned(), earlier.clone(), note))
            }
            Some(_) => {}
            None => entry.presence = Some((wanted, note)),
        }
    }
    for (property, claimed) in other.claims {
        match entry.claims.get(&property) {
            Some(first) if !says_the_same(&first.claim, &claimed.claim) => {
                conflicts.push((property, first.note.clone(), claimed.note));
            }
            Some(_) => {}
            None => {
                entry.claims.insert(property, claimed);
            }
        }
    }
    for (input, value) in other.inputs {
        entry.inputs.entry(input).or_insert(value);
    }
    entry.note.from = entry.note.from.take().or(other.note.from);
    entry.note.why = entry.note.why.take().or(other.note.why);
    entry.note.waive = entry.note.waive.take().or(other.note.waive);
    conflicts
}

fn says_the_same(a: &Claim, b: &Claim) -> bool {
    a.to_string() == b.to_string()
}
