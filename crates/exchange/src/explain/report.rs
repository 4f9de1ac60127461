//! The three lists for people, and all of it for machines: JSON, version 1. Fields are added, never changed.

use super::{Because, Explained, FactOrigin, Standing};
use crate::import::statement::{Confidence, Statement};
use model::id::ResourceId;
use model::text::for_terminal;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The name of the JSON format.
pub const ID_SCHEMA: &str = "explain";

/// Three lists: what is no longer so, what is a packaged default, what is only on the machine.
pub fn human(explained: &Explained<'_>, all: bool) -> String {
    let mut out = String::new();
    written(explained, all, &mut out);
    defaults(explained, all, &mut out);
    only(explained, all, &mut out);
    out
}

/// How many statements stand how, in words: what asks for something to be done comes first.
pub fn counted<'s>(all: impl Iterator<Item = &'s Standing>) -> String {
    const FIRST: &[&str] = &["agreed", "stale", "superseded", "unresolved"];
    let mut counts: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for standing in all {
        let rank = FIRST.iter().position(|name| *name == standing.name()).unwrap_or(FIRST.len());
        *counts.entry((rank, standing.words())).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|((_, words), n)| format!("{n} {words}")).collect();
    if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
}

// Writing to a string does not fail.
fn written(explained: &Explained<'_>, all: bool, out: &mut String) {
    writeln!(
        out,
        "Is what was written down still true?  {} statements: {}",
        explained.statements.len(),
        counted(explained.standing.iter())
    )
    .ok();
    out.push_str(&human_statements(explained, all, &|_| true));
}

/// The statements of some files that are no longer so, or all of them, with both places.
pub fn human_statements(explained: &Explained<'_>, all: bool, is_wanted: &dyn Fn(&str) -> bool) -> String {
    let mut out = String::new();
    for (at, standing) in explained.standing.iter().enumerate() {
        let statement = &explained.statements[at].statement;
        if !is_wanted(&statement.place.file) {
            continue;
        }
        let (sign, why) = match standing {
            Standing::Stale(why) => ("✗", why.clone()),
            Standing::Superseded(by, why) => {
                ("✗", format!("{why}; {} says so", cited(&explained.statements[*by].statement)))
            }
            Standing::Unknown(why) if all => ("?", why.clone()),
            Standing::Unresolved(why) => ("?", format!("unresolved: {why}")),
            Standing::NotUnderstood(why) if all => ("?", why.clone()),
            Standing::Prose if all => ("·", "words only".to_owned()),
            Standing::Elsewhere(whose) if all => ("·", format!("it is for {whose}")),
            Standing::Agreed if all => ("=", String::new()),
            Standing::Agreed
            | Standing::Elsewhere(_)
            | Standing::Unknown(_)
            | Standing::NotUnderstood(_)
            | Standing::Nothing
            | Standing::Prose => continue,
        };
        writeln!(out, "  {sign} {}", cited_with_words(statement)).ok();
        if !why.is_empty() {
            writeln!(out, "      {}", for_terminal(&why)).ok();
        }
    }
    for conflict in &explained.conflicts {
        let (a, b) = (&explained.statements[conflict.stale].statement, &explained.statements[conflict.other].statement);
        if !is_wanted(&a.place.file) && !is_wanted(&b.place.file) {
            continue;
        }
        let who = if conflict.other_holds {
            format!("the host does as {} says", b.place)
        } else {
            "the host does as neither says".to_owned()
        };
        writeln!(
            out,
            "  ≠ {}: {} and {} say different things; {who}",
            for_terminal(&conflict.subject),
            a.place,
            b.place
        )
        .ok();
    }
    out
}

fn cited(statement: &Statement) -> String {
    let mut text = for_terminal(&statement.place.to_string()).into_owned();
    let whose: Vec<&str> = [statement.when.as_deref(), statement.who.as_deref()].into_iter().flatten().collect();
    if !whose.is_empty() {
        write!(text, " ({})", for_terminal(&whose.join(", "))).ok();
    }
    text
}

fn cited_with_words(statement: &Statement) -> String {
    format!("{}: {}", cited(statement), for_terminal(&statement.said))
}

fn defaults(explained: &Explained<'_>, all: bool, out: &mut String) {
    let packaged: Vec<&FactOrigin> = explained.facts.iter().filter(|f| f.because == Because::Packaged).collect();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for fact in &packaged {
        *kinds.entry(&fact.id.kind).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
    writeln!(out, "\nWhich defaults did nobody write down?  {} facts: {}", packaged.len(), kinds.join(", ")).ok();
    for fact in packaged.iter().filter(|_| all) {
        writeln!(out, "  {}", fact_line(fact)).ok();
    }
}

fn fact_line(fact: &FactOrigin) -> String {
    let value = crate::import::statement::one_line(&fact.value.to_string());
    let at = fact.set_at.as_ref().map_or_else(String::new, |p| format!(", set at {p}"));
    for_terminal(&format!("{}.{} is {value}{at}", fact.id, fact.property)).into_owned()
}

fn only(explained: &Explained<'_>, all: bool, out: &mut String) {
    let of = |name: &str| explained.facts.iter().filter(|f| f.because.name() == name).count();
    writeln!(
        out,
        "\nWhat is only on the machine?  {} facts were asked for, {} done by hand, of {} nobody knows",
        of("asked"),
        of("by-hand"),
        of("nobody")
    )
    .ok();
    // One line a resource and reason: nobody reads its properties one by one.
    let mut groups: BTreeMap<(&str, &ResourceId, String), Vec<&FactOrigin>> = BTreeMap::new();
    for fact in &explained.facts {
        let reason = match &fact.because {
            Because::Packaged => continue,
            Because::Asked(..) if !all => continue,
            because @ (Because::Asked(..) | Because::ByHand(..) | Because::Nobody) => sentence(explained, because),
        };
        groups.entry((fact.because.name(), &fact.id, reason)).or_default().push(fact);
    }
    for ((_, id, reason), facts) in groups {
        let properties: Vec<&str> = facts.iter().map(|f| f.property.as_str()).collect();
        writeln!(out, "  {} ({}): {reason}", for_terminal(&id.to_string()), properties.join(", ")).ok();
    }
}

/// Why a fact is so, in a sentence.
fn sentence(explained: &Explained<'_>, because: &Because) -> String {
    match because {
        Because::Packaged => "packaged default".to_owned(),
        Because::Nobody => "nobody knows".to_owned(),
        Because::Asked(at, place, confidence) => {
            let said = &explained.statements[*at].statement.said;
            for_terminal(&format!("{}asked for at {place} ({}): {said}", likely(*confidence), confidence.name()))
                .into_owned()
        }
        Because::ByHand(at, place, confidence) => {
            let statement = &explained.statements[*at].statement;
            let whose: Vec<&str> =
                [statement.when.as_deref(), statement.who.as_deref()].into_iter().flatten().collect();
            let whose = if whose.is_empty() { String::new() } else { format!(", {}", whose.join(", ")) };
            let (likely, sure) = (likely(*confidence), confidence.name());
            for_terminal(&format!("{likely}by hand: {place} ({sure}{whose}): {}", statement.said)).into_owned()
        }
    }
}

/// What is guessed is the nearest that is known: it made what this is a part of, or changed it in some way.
fn likely(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Guessed => "probably ",
        Confidence::Exact | Confidence::Folded => "",
    }
}

/// Of some resources: why each of their facts is so, and every statement that speaks of them, in order of time.
pub fn human_of(explained: &Explained<'_>, covers: &dyn Fn(&ResourceId) -> bool) -> String {
    let mut out = String::new();
    let mut facts = explained.facts.iter().filter(|f| covers(&f.id)).peekable();
    while let Some(fact) = facts.next() {
        writeln!(out, "  {}", fact_line(fact)).ok();
        // What is so for the same reason is said once.
        let is_same = |next: &&FactOrigin| {
            (&next.id, &next.because, &next.denied_by) == (&fact.id, &fact.because, &fact.denied_by)
        };
        if facts.peek().is_some_and(is_same) {
            continue;
        }
        writeln!(out, "      {}", sentence(explained, &fact.because)).ok();
        for at in &fact.denied_by {
            writeln!(out, "      but {}", cited_with_words(&explained.statements[*at].statement)).ok();
        }
    }
    for at in explained.about(covers) {
        let (statement, standing) = (&explained.statements[at].statement, &explained.standing[at]);
        let why = match standing {
            Standing::Stale(why) | Standing::Unknown(why) | Standing::Unresolved(why) => format!(": {why}"),
            Standing::Superseded(by, why) => format!(" by {}: {why}", explained.statements[*by].statement.place),
            Standing::Elsewhere(whose) => format!(": it is for {whose}"),
            Standing::Agreed | Standing::NotUnderstood(_) | Standing::Nothing | Standing::Prose => String::new(),
        };
        writeln!(out, "  {}", cited_with_words(statement)).ok();
        writeln!(out, "      {}{}", standing.words(), for_terminal(&why)).ok();
    }
    out
}

/// All of it, or what is said of some resources.
pub fn json(explained: &Explained<'_>, covers: &dyn Fn(&ResourceId) -> bool) -> Value {
    let statements: Vec<Value> = explained
        .statements
        .iter()
        .zip(&explained.standing)
        .map(|(s, standing)| statement(explained, s, standing))
        .collect();
    let facts: Vec<Value> = explained.facts.iter().filter(|f| covers(&f.id)).map(fact).collect();
    let conflicts: Vec<Value> = explained
        .conflicts
        .iter()
        .map(|c| json!({"subject": c.subject, "stale": c.stale, "other": c.other, "other_holds": c.other_holds}))
        .collect();
    json!({"repot": ID_SCHEMA, "version": 1, "statements": statements, "facts": facts, "conflicts": conflicts})
}

fn statement(explained: &Explained<'_>, recorded: &crate::import::record::Recorded, standing: &Standing) -> Value {
    let s = &recorded.statement;
    let mut map = Map::new();
    map.insert("source".to_owned(), json!(recorded.source));
    map.insert("place".to_owned(), json!(s.place));
    map.insert("said".to_owned(), json!(s.said));
    map.insert("rank".to_owned(), json!(s.rank.name()));
    map.insert("confidence".to_owned(), json!(s.confidence.name()));
    if !s.hosts.is_empty() {
        map.insert("hosts".to_owned(), json!(s.hosts));
    }
    for (name, value) in [("when", &s.when), ("who", &s.who), ("scope", &s.scope)] {
        if let Some(value) = value {
            map.insert(name.to_owned(), json!(value));
        }
    }
    let effects: Vec<String> = s.what().iter().map(ToString::to_string).collect();
    map.insert("effects".to_owned(), json!(effects));
    map.insert("standing".to_owned(), json!(standing.name()));
    match standing {
        Standing::Stale(why)
        | Standing::Unknown(why)
        | Standing::Unresolved(why)
        | Standing::NotUnderstood(why)
        | Standing::Elsewhere(why) => {
            map.insert("why".to_owned(), json!(why));
        }
        Standing::Superseded(by, why) => {
            map.insert("why".to_owned(), json!(why));
            map.insert("superseded_by".to_owned(), json!(explained.statements[*by].statement.place));
        }
        Standing::Agreed | Standing::Nothing | Standing::Prose => {}
    }
    Value::Object(map)
}

fn fact(fact: &FactOrigin) -> Value {
    let mut map = Map::new();
    map.insert("kind".to_owned(), json!(fact.id.kind));
    map.insert("name".to_owned(), json!(fact.id.name));
    map.insert("property".to_owned(), json!(fact.property));
    map.insert("value".to_owned(), serde_json::to_value(&fact.value).unwrap_or_default());
    if let Some(place) = &fact.set_at {
        map.insert("set_at".to_owned(), json!(place));
    }
    map.insert("because".to_owned(), json!(fact.because.name()));
    if let Because::Asked(at, place, confidence) | Because::ByHand(at, place, confidence) = &fact.because {
        map.insert("at".to_owned(), json!(place));
        map.insert("statement".to_owned(), json!(at));
        map.insert("confidence".to_owned(), json!(confidence.name()));
    }
    if !fact.said_by.is_empty() {
        map.insert("said_by".to_owned(), json!(fact.said_by));
    }
    if !fact.denied_by.is_empty() {
        map.insert("denied_by".to_owned(), json!(fact.denied_by));
    }
    Value::Object(map)
}

/// Its JSON Schema.
pub fn schema() -> Value {
    let text = json!({"type": "string"});
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let index = json!({"type": "integer", "minimum": 0, "description": "an index into statements, from 0"});
    let indexes = json!({"type": "array", "items": index});
    let place = json!({
        "type": "object",
        "required": ["file"],
        "properties": {"file": text, "line": {"type": "integer"}, "column": {"type": "integer"}},
    });
    let confidence = json!({"enum": ["exact", "folded", "guessed"]});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What `repot explain --format json` says, version 1",
        "type": "object",
        "required": ["repot", "version", "statements", "facts", "conflicts"],
        "properties": {
            "repot": {"const": ID_SCHEMA},
            "version": {"const": 1},
            "statements": {"type": "array", "items": {
                "type": "object",
                "required": ["source", "place", "said", "rank", "confidence", "effects", "standing"],
                "properties": {
                    "source": text, "place": place, "said": text, "when": text, "who": text, "scope": text, "hosts": texts, "effects": texts, "why": text,
                    "rank": {"enum": ["declared", "checked", "trace"]},
                    "confidence": confidence,
                    "standing": {"enum": ["agreed", "stale", "superseded", "unknown", "unresolved", "not-understood", "nothing", "prose", "elsewhere"]},
                    "superseded_by": place,
                },
            }},
            "facts": {"type": "array", "items": {
                "type": "object",
                "required": ["kind", "name", "property", "value", "because"],
                "properties": {
                    "kind": text, "name": text, "property": text, "value": {}, "set_at": place,
                    "because": {"enum": ["packaged", "asked", "by-hand", "nobody"]},
                    "at": place, "statement": index, "confidence": confidence, "said_by": indexes, "denied_by": indexes,
                },
            }},
            "conflicts": {"type": "array", "items": {
                "type": "object",
                "required": ["subject", "stale", "other", "other_holds"],
                "properties": {"subject": text, "stale": index, "other": index, "other_holds": {"type": "boolean"}},
            }},
        },
    })
}
