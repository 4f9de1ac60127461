//! Spec files to one spec, or everything that is wrong with them.

use super::claim::{Manner, Reader};
use super::node::{self, Node, Source, What};
use super::problem::{Problem, meant};
use super::{VERSION, entry};
use kinds::KINDS;
use model::id::ResourceId;
use model::place::Place;
use model::spec::{Entry, Open, Spec};
use std::collections::BTreeSet;

/// What is read: a spec, and files that it includes and the caller must read too.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The spec.
    pub spec: Spec,
    /// Files included: the path (or pattern) as written, and where.
    pub includes: Vec<Include>,
    /// Entries of gossfiles with `skip: true`: they are not looked at.
    pub skipped: Vec<(ResourceId, Place)>,
    /// What gossfiles name otherwise than by its key, so that it may stand under several.
    titled: BTreeSet<ResourceId>,
}

/// A file that another one includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The path or pattern as written.
    pub path: String,
    /// Where it is written.
    pub place: Place,
}

/// Keys of a spec file that are no kinds.
const TOP: &[&str] = &["repot", "key", "complete", "open", "waive", "gossfile"];

/// Reads files. All problems of all files come at once.
pub fn parse(files: &[(String, String)]) -> Result<Parsed, Vec<Problem>> {
    let mut parsed = Parsed::default();
    let mut problems = Vec::new();
    for (path, text) in files {
        file(Source { path, text }, &mut parsed, &mut problems);
    }
    if problems.is_empty() {
        problems = impossible(&parsed.spec, files);
    }
    if problems.is_empty() { Ok(parsed) } else { Err(problems) }
}

/// What is not to be there cannot have properties.
fn impossible(spec: &Spec, files: &[(String, String)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, entry) in &spec.entries {
        if let (Some((false, note)), Some((property, claimed))) = (&entry.presence, entry.claims.iter().next()) {
            let place = note.place.as_ref().unwrap_or(&entry.place);
            let what = format!("{id} cannot be absent and have {property} {}", claimed.claim);
            let elsewhere = claimed.note.place.as_ref().unwrap_or(&entry.place);
            problems.push(at(files, place, what).hinted(&format!("{property} is claimed at {elsewhere}; keep one")));
        }
    }
    problems
}

/// A problem at a place of one of the files.
fn at(files: &[(String, String)], place: &Place, what: String) -> Problem {
    let text = files.iter().find(|(path, _)| *path == place.file).map_or("", |(_, text)| text);
    let source = Source { path: &place.file, text };
    let line = source.line(usize::try_from(place.line).unwrap_or(1).max(1));
    source.problem_at(node::At { column: place.column, ..line }, 1, what)
}

/// A file without a header is a gossfile, which may be a template; `{{` begins one wherever it stands.
fn template(source: Source<'_>) -> Option<Problem> {
    let has_header = source.text.lines().any(|line| line.starts_with("repot:"));
    let (number, line) = source.text.lines().enumerate().find(|(_, line)| !has_header && line.contains("{{"))?;
    let begin = line.find("{{").unwrap_or_default();
    let before = line.get(..begin).unwrap_or_default().chars().count();
    let place = source.line(number + 1);
    let column = u32::try_from(before + 1).unwrap_or(u32::MAX);
    let problem = source.problem_at(node::At { column, ..place }, 2, "this gossfile is a template");
    Some(problem.hinted("render it first: goss render, as in `goss -g FILE render > rendered.yaml`"))
}

fn file(source: Source<'_>, parsed: &mut Parsed, problems: &mut Vec<Problem>) {
    if let Some(problem) = node::lone_return(source).or_else(|| template(source)) {
        return problems.push(problem);
    }
    match node::read(source) {
        Ok(Some(root)) => tree(source, &root, parsed, problems),
        Ok(None) => {}
        Err(found) => problems.extend(found),
    }
}

/// Reads a file that was read as a tree already.
pub(crate) fn of_tree(source: Source<'_>, root: &Node) -> Result<Spec, Vec<Problem>> {
    let (mut parsed, mut problems) = (Parsed::default(), Vec::new());
    tree(source, root, &mut parsed, &mut problems);
    if problems.is_empty() { Ok(parsed.spec) } else { Err(problems) }
}

fn tree(source: Source<'_>, root: &Node, parsed: &mut Parsed, problems: &mut Vec<Problem>) {
    if root.is_null() {
        return;
    }
    let Some(map) = root.map() else {
        let what = format!("expected kinds such as `service:`, found {}", root.shape());
        return problems.push(source.problem(root, what));
    };
    let manner = match version(source, map) {
        Ok(manner) => manner,
        Err(problem) => return problems.push(problem),
    };
    let reader = Reader { source, manner };
    for (key, value) in map {
        let name = key.text().unwrap_or_default();
        let result = match name {
            "repot" => Ok(()),
            "key" => key_id(source, value, parsed),
            "complete" => complete(source, value, parsed),
            "open" => open(source, value, parsed),
            "waive" => waive(source, value, parsed),
            "gossfile" => includes(source, value, parsed),
            _ => kind(&reader, key, value, parsed, problems),
        };
        if let Err(problem) = result {
            problems.push(problem);
        }
    }
}

/// With a header it is a spec of repot; without one a gossfile.
fn version(source: Source<'_>, map: &[(Node, Node)]) -> Result<Manner, Problem> {
    let Some((_, value)) = map.iter().find(|(k, _)| k.text() == Some("repot")) else { return Ok(Manner::Goss) };
    match value.text().unwrap_or_default().parse::<i64>() {
        Ok(n) if n == VERSION => Ok(Manner::Exact),
        Ok(n) if n > VERSION => {
            let what = format!("this spec is of version {n}; this repot reads up to {VERSION}");
            Err(source.problem(value, what).hinted("use a newer repot; nothing was changed"))
        }
        _ => {
            Err(source.problem(value, "expected the version of the spec").hinted(&format!("write `repot: {VERSION}`")))
        }
    }
}

fn key_id(source: Source<'_>, node: &Node, parsed: &mut Parsed) -> Result<(), Problem> {
    let id = node.text().filter(|t| !t.is_empty()).map(str::to_owned);
    if let (Some(first), Some(second)) = (&parsed.spec.key, &id)
        && first != second
    {
        return Err(source.problem(node, format!("another file's secrets are fingerprinted with key {first}")));
    }
    parsed.spec.key = parsed.spec.key.take().or(id);
    Ok(())
}

fn complete(source: Source<'_>, node: &Node, parsed: &mut Parsed) -> Result<(), Problem> {
    let What::List(items) = &node.what else {
        return Err(source.problem(node, format!("expected a list of kinds, found {}", node.shape())));
    };
    for item in items {
        let name = item.text().unwrap_or_default();
        if kinds::kind_named(name).is_none() {
            return Err(no_kind(source, item, name));
        }
        parsed.spec.closed.insert(name.to_owned(), source.place(item.at));
    }
    Ok(())
}

fn open(source: Source<'_>, node: &Node, parsed: &mut Parsed) -> Result<(), Problem> {
    if node.is_null() {
        return Ok(());
    }
    let Some(map) = node.map() else {
        return Err(source.problem(node, format!("expected `kind[name]: reason`, found {}", node.shape())));
    };
    for (what, why) in map {
        let reason = why.text().filter(|t| !t.trim().is_empty() && !why.is_null());
        let reason = reason.ok_or_else(|| source.problem(why, "what is left open needs a reason"))?.to_owned();
        let what = what.text().unwrap_or_default().to_owned();
        parsed.spec.open.push(Open { what, why: reason });
    }
    Ok(())
}

/// Differences that are accepted wherever they are claimed, or although nobody claims anything.
fn waive(source: Source<'_>, node: &Node, parsed: &mut Parsed) -> Result<(), Problem> {
    if node.is_null() {
        return Ok(());
    }
    let Some(map) = node.map() else {
        return Err(source.problem(node, format!("expected `kind[name]: reason`, found {}", node.shape())));
    };
    for (what, why) in map {
        let text = what.text().unwrap_or_default();
        // A kind is its own: one waiver of everything would hide everything.
        let kind = text.split_once('[').map(|(kind, _)| kind);
        if let Some(kind) = kind.filter(|kind| kinds::kind_named(kind).is_none()) {
            return Err(no_kind(source, what, kind));
        }
        if kind.is_none() {
            return Err(source.problem(what, "expected `kind[name]` or `kind[name].property`, as verify shows it"));
        }
        parsed.spec.waived.push((text.to_owned(), entry::waiver(source, why)?));
    }
    Ok(())
}

fn includes(source: Source<'_>, node: &Node, parsed: &mut Parsed) -> Result<(), Problem> {
    let Some(map) = node.map() else {
        return Err(source.problem(node, format!("expected `FILE: {{}}`, found {}", node.shape())));
    };
    for (path, options) in map {
        if options.get("skip").and_then(Node::text) == Some("true") {
            continue;
        }
        let path = options.get("file").unwrap_or(path);
        let place = source.place(path.at);
        parsed.includes.push(Include { path: path.text().unwrap_or_default().to_owned(), place });
    }
    Ok(())
}

fn kind(
    reader: &Reader<'_>,
    key: &Node,
    value: &Node,
    parsed: &mut Parsed,
    problems: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let source = reader.source;
    let name = key.text().unwrap_or_default();
    let Some(kind) = kinds::kind_named(name) else { return Err(no_kind(source, key, name)) };
    if value.is_null() {
        return Ok(());
    }
    let Some(map) = value.map() else {
        let problem = source.problem(value, format!("expected names of {name}, found {}", value.shape()));
        return Err(problem.hinted(&format!("write `{name}: {{NAME: {{{}: true}}}}`", kind.presence())));
    };
    for (title, node) in map {
        let written = entry::read(reader, kind, title, node, problems);
        if written.is_skipped {
            parsed.skipped.push((written.id, written.entry.place));
            continue;
        }
        let id = written.id.clone();
        if written.is_titled {
            parsed.titled.insert(id.clone());
        }
        insert(source, parsed, id, written.meant(), title, problems);
    }
    Ok(())
}

fn insert(
    source: Source<'_>,
    parsed: &mut Parsed,
    id: ResourceId,
    entry: Entry,
    title: &Node,
    problems: &mut Vec<Problem>,
) {
    let Some(first) = parsed.spec.entries.get_mut(&id) else {
        parsed.spec.entries.insert(id, entry);
        return;
    };
    let (earlier, later) = (first.place.clone(), entry.place.clone());
    let is_titled = parsed.titled.contains(&id);
    for conflict in if is_titled { entry::both(first, entry) } else { entry::join(first, entry) } {
        let one = conflict.first.place.unwrap_or_else(|| earlier.clone());
        let other = conflict.second.place.unwrap_or_else(|| later.clone());
        let what = format!("{id} is claimed differently in two places: {}", conflict.what);
        problems.push(source.problem(title, what).hinted(&format!("at {one} and at {other}; keep one")));
    }
}

/// What specs that are to hold together say differently.
pub(crate) fn contradictions(specs: &[&Spec]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, spec) in specs.iter().enumerate() {
        for (id, entry) in &spec.entries {
            for earlier in specs[..index].iter().filter_map(|s| s.entries.get(id)) {
                problems.extend(contradiction(id, earlier, entry));
            }
        }
    }
    problems
}

fn contradiction(id: &ResourceId, earlier: &Entry, later: &Entry) -> Option<Problem> {
    let mut both = earlier.clone();
    let conflict = entry::join(&mut both, later.clone()).into_iter().next().map(|conflict| conflict.what);
    let denied = matches!(both.presence, Some((false, _))) && !both.claims.is_empty();
    let what = conflict.or_else(|| denied.then(|| "whether it is there".to_owned()))?;
    let text = format!("{id} is claimed differently in two places: {what}");
    let hints = vec![format!("at {} and at {}; keep one", earlier.place, later.place)];
    Some(Problem { place: later.place.clone(), width: 0, what: text, line: String::new(), hints })
}

fn no_kind(source: Source<'_>, node: &Node, name: &str) -> Problem {
    let names: Vec<&str> = KINDS.iter().map(|k| k.name()).chain(TOP.iter().copied()).collect();
    let problem = source.problem(node, format!("there is no kind `{name}`"));
    match meant(name, names) {
        Some(meant) => problem.hinted(&format!("did you mean `{meant}`?")),
        None => problem.hinted("`repot kinds` lists them"),
    }
}
