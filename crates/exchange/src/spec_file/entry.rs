//! One entry of a spec file: a resource with what is claimed of it.

use super::claim::{Manner, Reader};
use super::node::{Node, Source, What};
use super::problem::{Problem, meant};
use super::scalar;
use kinds::kind::{Kind, Property, Role, Shape};
use model::claim::Claim;
use model::id::{ResourceId, is_pattern, unescaped};
use model::origin::Origin;
use model::spec::{Claimed, Entry, Note, Waiver};

/// Keys that stand beside claims in an entry.
pub(crate) const NOTES: &[&str] = &["from", "why", "waive"];

/// Marks an entry or a claim that a later capture no longer saw: it claims no longer what it did.
pub(crate) const GONE: &str = "gone";

/// Keys of gossfiles that claim nothing. `skip` is seen to; what differs is looked at twice whatever is said of retries.
const GOSS_ONLY: &[&str] = &["title", "meta", "skip", "retry_count", "retry_delay"];

/// Keys of gossfiles that say a resource's name where its key is only a title.
const GOSS_NAMES: &[(&str, &str)] = &[
    ("file", "path"),
    ("group", "groupname"),
    ("interface", "name"),
    ("kernel-param", "name"),
    ("mount", "mountpoint"),
    ("package", "name"),
    ("port", "port"),
    ("process", "comm"),
    ("service", "name"),
    ("user", "username"),
];

/// Keys of gossfiles that change nothing here: the kernel's table of mounts never waits.
const GOSS_IDLE: &[(&str, &str)] = &[("mount", "timeout")];

/// An entry as it is written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The resource.
    pub(crate) id: ResourceId,
    /// What is claimed, where it is not gone.
    pub(crate) entry: Entry,
    /// Whether it is marked as gone, and where.
    pub(crate) gone: Option<Note>,
    /// Whether a gossfile says not to check it.
    pub(crate) is_skipped: bool,
    /// Whether a gossfile names it otherwise than by its key.
    pub(crate) is_titled: bool,
}

impl Written {
    /// What is meant: of what is gone, that it is not there.
    pub(crate) fn meant(self) -> Entry {
        match self.gone {
            Some(note) => {
                Entry { presence: Some((false, note)), claims: std::collections::BTreeMap::new(), ..self.entry }
            }
            None => self.entry,
        }
    }
}

/// Reads the entry of a name.
pub(crate) fn read(
    reader: &Reader<'_>,
    kind: &dyn Kind,
    name: &Node,
    node: &Node,
    problems: &mut Vec<Problem>,
) -> Written {
    let source = reader.source;
    let title = name.text().unwrap_or_default();
    let other = goss_name(reader, kind).and_then(|key| node.get(key)?.text()).filter(|name| !name.is_empty());
    let mut written = named(kind, other.unwrap_or(title));
    written.is_titled = other.is_some();
    written.entry.place = source.place(name.at);
    let Some(map) = node.map() else {
        let what = format!("expected the properties of {}, found {}", written.id, node.shape());
        let hint = format!("the least that can be said is `{{{}: true}}`", kind.presence());
        problems.push(source.problem(node, what).hinted(&hint));
        return written;
    };
    for (key, value) in map {
        if let Err(problem) = one(reader, kind, key, value, &mut written) {
            problems.push(problem);
        }
    }
    let is_said = written.entry.presence.is_some() || !written.entry.claims.is_empty() || written.gone.is_some();
    if reader.manner == Manner::Goss {
        as_goss(&mut written);
    } else if !is_said && map.iter().all(|(k, _)| k.text().is_some_and(|k| NOTES.contains(&k))) {
        let problem = source.problem(name, format!("{} claims nothing", written.id));
        problems.push(problem.hinted(&format!("write `{}: true`", kind.presence())));
    }
    written
}

/// The key under which a gossfile may name a resource of this kind.
fn goss_name(reader: &Reader<'_>, kind: &dyn Kind) -> Option<&'static str> {
    let of_kind = GOSS_NAMES.iter().find(|(name, _)| *name == kind.name());
    of_kind.filter(|_| reader.manner == Manner::Goss).map(|(_, key)| *key)
}

/// A claim where it is written.
pub(crate) struct Spot<'n> {
    /// Where among the keys of its entry.
    pub(crate) index: usize,
    pub(crate) property: &'static str,
    pub(crate) described: Option<&'static Property>,
    /// Whether it says that the resource is there.
    pub(crate) is_presence: bool,
    /// Everything that is written for the property.
    pub(crate) node: &'n Node,
    /// The value alone.
    pub(crate) value: &'n Node,
    pub(crate) claim: Claim,
    pub(crate) is_gone: bool,
}

impl Spot<'_> {
    /// Whether it is written as `{value: .., ..}`.
    pub(crate) fn is_long(&self) -> bool {
        !std::ptr::eq(self.node, self.value)
    }
}

/// The claims of an entry where they are written; what cannot be read is left out.
pub(crate) fn spots<'n>(reader: Reader<'_>, kind: &'static dyn Kind, node: &'n Node) -> Vec<Spot<'n>> {
    let mut spots = Vec::new();
    for (index, (key, node)) in node.map().unwrap_or_default().iter().enumerate() {
        let name = key.text().unwrap_or_default();
        let is_presence = name == kind.presence();
        let described = kind.property(name).filter(|p| !matches!(p.role, Role::Input | Role::Stored));
        let property = if is_presence { Some(kind.presence()) } else { described.map(|p| p.name) };
        let (Some(property), Ok((value, _, is_gone))) = (property, unfolded(reader.source, key, node)) else {
            continue;
        };
        let there = Property::new("", Shape::Bool, "");
        let shape = if is_presence { &there } else { described.unwrap_or(&there) };
        if let Ok(claim) = reader.property(value, shape) {
            spots.push(Spot { index, property, described, is_presence, node, value, claim, is_gone });
        }
    }
    spots
}

/// The resource that a name in a file stands for.
pub(crate) fn id(kind: &dyn Kind, title: &Node) -> ResourceId {
    named(kind, title.text().unwrap_or_default()).id
}

/// The entry of a name that may be a pattern.
fn named(kind: &dyn Kind, title: &str) -> Written {
    let glob = kind.has_globs() && is_pattern(title);
    let name = if kind.has_globs() && !glob { unescaped(title) } else { title.to_owned() };
    Written { id: ResourceId::new(kind.name(), name), entry: Entry { glob, ..Entry::default() }, ..Written::default() }
}

/// Goss looks at nothing else of what is not to be there.
fn as_goss(written: &mut Written) {
    if matches!(written.entry.presence, Some((false, _))) {
        written.entry.claims.clear();
    }
}

fn one(reader: &Reader<'_>, kind: &dyn Kind, key: &Node, value: &Node, written: &mut Written) -> Result<(), Problem> {
    let name = key.text().unwrap_or_default();
    let source = reader.source;
    if NOTES.contains(&name) {
        return note(source, name, value, &mut written.entry.note);
    }
    if name == GONE {
        written.gone = is_true(source, value)?.then(|| Note { place: Some(source.place(key.at)), ..Note::default() });
        return Ok(());
    }
    if reader.manner == Manner::Goss && GOSS_ONLY.contains(&name) {
        written.is_skipped |= name == "skip" && is_true(source, value)?;
        return Ok(());
    }
    if goss_name(reader, kind) == Some(name)
        || (reader.manner == Manner::Goss && GOSS_IDLE.contains(&(kind.name(), name)))
    {
        return Ok(());
    }
    if name == kind.presence() {
        return presence(reader, key, value, &mut written.entry);
    }
    let Some(property) = kind.property(name) else { return Err(unknown(source, kind, key, name)) };
    match property.role {
        Role::Input => {
            let value = reader.input(value, property.shape)?;
            written.entry.inputs.insert(property.name.to_owned(), value);
            Ok(())
        }
        Role::Stored => Err(source
            .problem(key, format!("{name} is kept as a file below files/, not in a spec"))
            .hinted("claim its sha256, or patterns of its contents")),
        Role::Pinned | Role::Volatile | Role::OnRequest => claim(reader, property, key, value, &mut written.entry),
    }
}

fn is_true(source: Source<'_>, node: &Node) -> Result<bool, Problem> {
    let meaning = match &node.what {
        What::Scalar { text, is_plain } => scalar::meaning(text, *is_plain).as_bool(),
        What::List(_) | What::Map(_) => None,
    };
    let found = node.text().filter(|_| !node.is_null()).unwrap_or(node.shape());
    meaning.ok_or_else(|| source.problem(node, format!("expected true or false, found {found}")))
}

/// Whether the resource is to be there: yes, no, or what a matcher makes of the two.
fn presence(reader: &Reader<'_>, key: &Node, node: &Node, entry: &mut Entry) -> Result<(), Problem> {
    let (value, note, is_gone) = unfolded(reader.source, key, node)?;
    if is_gone {
        return Ok(());
    }
    let wanted = match &value.what {
        What::Map(_) => {
            let described = Property::new("", Shape::Bool, "");
            let claim = reader.property(value, &described)?;
            let holds = |there: bool| claim.holds(Some(&there.into()), None) == Ok(true);
            match (holds(true), holds(false)) {
                (true, false) => true,
                (false, true) => false,
                (true, true) => return Ok(()),
                (false, false) => return Err(reader.source.problem(value, "this can never hold")),
            }
        }
        What::Scalar { .. } | What::List(_) => is_true(reader.source, value)?,
    };
    entry.presence = Some((wanted, note));
    Ok(())
}

fn claim(reader: &Reader<'_>, property: &Property, key: &Node, node: &Node, entry: &mut Entry) -> Result<(), Problem> {
    let (value, note, is_gone) = unfolded(reader.source, key, node)?;
    let claim = reader.property(value, property)?;
    if is_gone || claim.is_vacuous() {
        return Ok(());
    }
    if let Some(first) = entry.claims.get(property.name) {
        let place = first.note.place.clone().unwrap_or_default();
        let problem = reader.source.problem(key, format!("{} is claimed twice", property.name));
        return Err(problem.hinted(&format!("first at {place}")));
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

/// The long form `{value: .., from: .., why: .., waive: ..}`, or the value itself; and whether it is gone.
fn unfolded<'n>(source: Source<'_>, key: &Node, node: &'n Node) -> Result<(&'n Node, Note, bool), Problem> {
    let mut written = Note { place: Some(source.place(key.at)), ..Note::default() };
    let Some(mut value) = node.get("value") else { return Ok((node, written, false)) };
    let mut is_gone = false;
    for (key, inner) in node.map().unwrap_or_default() {
        match key.text().unwrap_or_default() {
            "value" => value = inner,
            GONE => is_gone = is_true(source, inner)?,
            name if NOTES.contains(&name) => note(source, name, inner, &mut written)?,
            name => {
                let problem = source.problem(key, format!("`{name}` cannot stand beside `value`"));
                return Err(problem.hinted("what can is from, why, waive and gone"));
            }
        }
    }
    Ok((value, written, is_gone))
}

fn note(source: Source<'_>, name: &str, node: &Node, note: &mut Note) -> Result<(), Problem> {
    match name {
        "from" => note.from = Some(Origin::parse(&text(source, node)?)),
        "why" => note.why = Some(text(source, node)?),
        _ => note.waive = Some(waiver(source, node)?),
    }
    Ok(())
}

fn text(source: Source<'_>, node: &Node) -> Result<String, Problem> {
    match node.text() {
        Some(text) if !text.trim().is_empty() && !node.is_null() => Ok(text.to_owned()),
        _ => Err(source.problem(node, format!("expected a text, found {}", node.shape()))),
    }
}

/// A reason, or a reason and the last day.
pub(crate) fn waiver(source: Source<'_>, node: &Node) -> Result<Waiver, Problem> {
    let What::Map(entries) = &node.what else { return Ok(Waiver { reason: text(source, node)?, until: None }) };
    let (mut reason, mut until) = (None, None);
    for (key, value) in entries {
        match key.text().unwrap_or_default() {
            "reason" => reason = Some(text(source, value)?),
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
    let number = |part: std::ops::Range<usize>| text.get(part).and_then(|t| t.parse::<u8>().ok()).unwrap_or_default();
    if shape == "9999-99-99" && (1..=12).contains(&number(5..7)) && (1..=31).contains(&number(8..10)) {
        return Ok(text.to_owned());
    }
    Err(source.problem(node, format!("`{text}` is no day; write it as 2026-12-31")))
}

/// What two entries of one resource say differently, with where each says it.
pub(crate) struct Conflict {
    pub(crate) what: String,
    pub(crate) first: Note,
    pub(crate) second: Note,
}

/// Puts what another file says of the same resource into an entry. What both say must be the same.
pub(crate) fn join(entry: &mut Entry, other: Entry) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let mut conflict = |what: &str, first: &Note, second: Note| {
        conflicts.push(Conflict { what: what.to_owned(), first: first.clone(), second });
    };
    if let Some((wanted, note)) = other.presence {
        match &entry.presence {
            Some((first, earlier)) if *first != wanted => conflict("whether it is there", earlier, note),
            Some(_) => {}
            None => entry.presence = Some((wanted, note)),
        }
    }
    for (property, claimed) in other.claims {
        match entry.claims.get_mut(&property) {
            Some(first) if !says_the_same(&first.claim, &claimed.claim) => {
                conflict(&property, &first.note, claimed.note);
            }
            Some(first) => add_note(&mut first.note, claimed.note),
            None => {
                entry.claims.insert(property, claimed);
            }
        }
    }
    for (input, value) in other.inputs {
        match entry.inputs.get(&input) {
            Some(first) if *first != value => conflict(&input, &entry.note, other.note.clone()),
            Some(_) => {}
            None => {
                entry.inputs.insert(input, value);
            }
        }
    }
    add_note(&mut entry.note, other.note);
    conflicts
}

/// Puts what a gossfile says under another title of the same resource into an entry: both must hold.
pub(crate) fn both(entry: &mut Entry, other: Entry) -> Vec<Conflict> {
    let mut rest = other;
    for (property, claimed) in std::mem::take(&mut rest.claims) {
        match entry.claims.get_mut(&property) {
            Some(first) if !says_the_same(&first.claim, &claimed.claim) => {
                first.claim = Claim::And(vec![first.claim.clone(), claimed.claim]);
            }
            Some(_) => {}
            None => {
                entry.claims.insert(property, claimed);
            }
        }
    }
    join(entry, rest)
}

fn says_the_same(a: &Claim, b: &Claim) -> bool {
    match (a.value(), b.value()) {
        (Some(_), Some(value)) => a.holds(Some(&value), None) == Ok(true),
        (None, None) => a.to_string() == b.to_string(),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn add_note(note: &mut Note, other: Note) {
    note.from = note.from.take().or(other.from);
    note.why = note.why.take().or(other.why);
    note.waive = note.waive.take().or(other.waive);
}
