//! What tests have proven of a configuration, for people and as JSON.

use model::proven::{Counts, Proven, Site, State, percent};
use model::text::for_terminal;
use serde_json::{Map, Value, json};
use std::io::{Result, Write};

/// How many parts of one state are listed before the rest is counted.
const MOST: usize = 200;

/// The kinds of parts, and what several of them are called.
const KINDS: &[(&str, &str)] =
    &[("server", "servers"), ("location", "locations"), ("if", "if branches"), ("section", "sections")];

/// What a list of parts is called: by the state they are in.
const LISTS: &[(&str, &str)] = &[
    ("not-reached", "not reached, and by what they would be"),
    ("exercised", "exercised, but nothing is claimed of their answers"),
    ("undecided", "perhaps reached"),
    ("inside", "no request comes there by itself"),
    ("never", "dead: nothing comes there"),
    ("only-traced", "not told by the configuration alone"),
];

/// Writes it for people.
pub(super) fn human(proven: &Proven, name: &str, out: &mut dyn Write) -> Result<()> {
    let elsewhere = match proven.elsewhere {
        0 => String::new(),
        n => format!(", {n} went to other machines"),
    };
    writeln!(
        out,
        "coverage of {} on {}: {} requests followed{elsewhere}",
        proven.of,
        for_terminal(name),
        proven.requests
    )?;
    for problem in &proven.problems {
        writeln!(out, "  could not read all: {}", for_terminal(problem))?;
    }
    for (kind, plural) in KINDS {
        let counts = proven.counts(Some(kind));
        if counts != Counts::default() {
            writeln!(out, "  {plural:<12} {}", counted(counts))?;
        }
    }
    for (state, title) in LISTS {
        list(proven, state, title, out)?;
    }
    if let Some(traffic) = &proven.traffic {
        let share = |n: u64| percent(usize::try_from(n * 10_000 / traffic.requests.max(1)).unwrap_or(0));
        let unknown = if traffic.undecided > 0 {
            format!(" (of {} it cannot be told)", share(traffic.undecided))
        } else {
            String::new()
        };
        let share = share(traffic.asserted);
        writeln!(
            out,
            "  {share} of {} requests of the traffic came only to what is asserted{unknown}",
            traffic.requests
        )?;
    }
    Ok(())
}

fn counted(counts: Counts) -> String {
    let mut text = format!("{} of {} asserted", counts.asserted, counts.reachable());
    if let Some(share) = counts.share() {
        text.push_str(&format!(" ({})", percent(share)));
    }
    let rest = [
        (counts.exercised, "only exercised"),
        (counts.undecided, "undecided"),
        (counts.not_reached, "not reached"),
        (counts.inside, "only from inside"),
        (counts.never, "dead"),
        (counts.only_traced, "only shown by tracing"),
    ];
    for (n, word) in rest.iter().filter(|(n, _)| *n > 0) {
        text.push_str(&format!(", {n} {word}"));
    }
    text
}

fn list(proven: &Proven, state: &str, title: &str, out: &mut dyn Write) -> Result<()> {
    let mut sites: Vec<&Site> = proven.sites.iter().filter(|s| s.state.name() == state).collect();
    if sites.is_empty() {
        return Ok(());
    }
    // What people use most comes first.
    sites.sort_by_key(|s| std::cmp::Reverse(s.weight.unwrap_or(0)));
    writeln!(out, "  {title}:")?;
    for site in sites.iter().take(MOST) {
        writeln!(out, "    {}", for_terminal(&said(site)))?;
        if let Some(detail) = site.state.detail() {
            writeln!(out, "      {}", for_terminal(detail))?;
        }
    }
    if sites.len() > MOST {
        writeln!(out, "    … and {} more, all in --report json", sites.len() - MOST)?;
    }
    Ok(())
}

/// A part in one line.
pub(super) fn said(site: &Site) -> String {
    let within = if site.within.is_empty() { String::new() } else { format!(" of {}", site.within) };
    let weight = site.weight.map_or_else(String::new, |n| format!(", {n} requests of the traffic"));
    format!("{} ({}){within}{weight}", site.name, site.at)
}

/// As a part of the JSON report.
pub(super) fn json(proven: &Proven) -> Value {
    let counts: Map<String, Value> =
        KINDS.iter().map(|(kind, _)| ((*kind).to_owned(), counts(proven.counts(Some(kind))))).collect();
    let traffic = proven
        .traffic
        .as_ref()
        .map(|t| json!({"requests": t.requests, "asserted": t.asserted, "undecided": t.undecided}));
    json!({
        "of": proven.of,
        "requests": proven.requests,
        "elsewhere": proven.elsewhere,
        "counts": counts,
        "traffic": traffic,
        "problems": proven.problems,
        "sites": proven.sites.iter().map(site).collect::<Vec<Value>>(),
    })
}

fn counts(c: Counts) -> Value {
    json!({"asserted": c.asserted, "exercised": c.exercised, "undecided": c.undecided, "not-reached": c.not_reached,
           "inside": c.inside, "never": c.never, "only-traced": c.only_traced, "reachable": c.reachable()})
}

fn site(site: &Site) -> Value {
    let mut map = Map::new();
    map.insert("kind".into(), json!(site.kind));
    map.insert("name".into(), json!(site.name));
    if !site.within.is_empty() {
        map.insert("within".into(), json!(site.within));
    }
    map.insert("at".into(), json!({"file": site.at.file, "line": site.at.line, "column": site.at.column}));
    map.insert("last_line".into(), json!(site.last_line));
    map.insert("state".into(), json!(site.state.name()));
    if let Some(detail) = site.state.detail() {
        map.insert("detail".into(), json!(detail));
    }
    map.insert("came".into(), json!(site.came));
    map.insert("asserted".into(), json!(site.asserted));
    map.insert("perhaps".into(), json!(site.perhaps));
    if let Some(weight) = site.weight {
        map.insert("weight".into(), json!(weight));
    }
    Value::Object(map)
}

/// The JSON Schema of that part.
pub(super) fn schema(place: &Value) -> Value {
    let count = json!({"type": "integer", "minimum": 0});
    let names: Vec<&str> = State::NAMES.iter().copied().chain(["reachable"]).collect();
    let counts: Map<String, Value> = names.iter().map(|n| ((*n).to_owned(), count.clone())).collect();
    let counts = json!({"type": "object", "required": names, "properties": counts});
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    let of_kinds: Map<String, Value> = kinds.iter().map(|k| ((*k).to_owned(), counts.clone())).collect();
    let traffic = json!({"type": ["object", "null"], "required": ["requests", "asserted", "undecided"], "properties": {
        "requests": count, "asserted": count, "undecided": count}});
    let site = json!({"type": "object", "required": ["kind", "name", "at", "state", "came", "asserted", "perhaps"],
        "properties": {
            "kind": {"enum": kinds}, "name": {"type": "string"}, "within": {"type": "string"}, "at": place,
            "last_line": count, "state": {"enum": State::NAMES},
            "detail": {"type": "string", "description": "what would reach it, or why nothing can, or what is not known"},
            "came": count, "asserted": count, "perhaps": count,
            "weight": {"type": "integer", "minimum": 0, "description": "requests of the traffic that came there"}}});
    json!({"type": "object", "description": "what tests over HTTP have proven of a configuration",
        "required": ["of", "requests", "elsewhere", "counts", "problems", "sites"],
        "properties": {
            "of": {"type": "string"}, "requests": count, "elsewhere": count,
            "counts": {"type": "object", "required": kinds, "properties": of_kinds},
            "traffic": traffic, "problems": {"type": "array", "items": {"type": "string"}},
            "sites": {"type": "array", "items": site}}})
}
