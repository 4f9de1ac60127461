//! The page as JSON, version 1. Fields are added, never changed; [`schema`] is its JSON Schema.

use super::{Column, Deed, Doing, Fate, Item, List, Mark, Page, Row, RunLine, Site, Tree};
use crate::report::spelled;
use model::place::Place;
use serde_json::{Map, Value, json};

/// Its text.
pub fn text(page: &Page) -> String {
    // Only strings hold such characters, and a string may spell any of them.
    spelled(&format!("{:#}", value(page)), |c| format!("\\u{:04x}", u32::from(c))) + "\n"
}

fn value(page: &Page) -> Value {
    json!({
        "repot": "migration",
        "version": 1,
        "title": page.title,
        "made": page.made,
        "steps": page.steps.iter().map(|s| json!({"name": s.name, "state": s.state.name(), "says": s.says, "next": s.next})).collect::<Vec<_>>(),
        "runs": page.runs.iter().map(run).collect::<Vec<_>>(),
        "does": page.does.iter().map(doing).collect::<Vec<_>>(),
        "rows": page.rows.iter().map(row).collect::<Vec<_>>(),
        "columns": page.columns.iter().map(column).collect::<Vec<_>>(),
        "flow": {"to": page.flow_to, "streams": page.flow.iter().map(|s| json!({"from": s.from, "to": s.to, "count": s.count})).collect::<Vec<_>>()},
        "coverage": page.coverage.iter().map(tree).collect::<Vec<_>>(),
        "drift": page.drift.iter().map(|s| json!({"name": s.name, "points": s.points.iter().map(|(at, n, named)| json!({"at": at, "otherwise": n, "first": named})).collect::<Vec<_>>()})).collect::<Vec<_>>(),
        "kills": page.kills.iter().map(|(kind, k)| (kind.clone(), json!({"changes": k.changes, "found": k.found}))).collect::<Map<_, _>>(),
        "outliers": page.outliers.iter().map(|o| json!({"target": o.target, "brothers": o.brothers, "differs": o.differs.iter().map(|(row, seen)| json!({"row": row, "seen": seen})).collect::<Vec<_>>()})).collect::<Vec<_>>(),
        "lists": page.lists.iter().map(list).collect::<Vec<_>>(),
        "unread": page.unread,
    })
}

/// Leaves out what is not known.
fn object(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let is_known = |value: &Value| !value.is_null() && *value != json!("");
    fields
        .into_iter()
        .filter(|(_, v)| is_known(v))
        .map(|(name, value)| (name.to_owned(), value))
        .collect::<Map<_, _>>()
        .into()
}

fn doing(doing: &Doing) -> Value {
    let deed = |d: &Deed| {
        let proven: Map<_, _> = d.proven.iter().map(|(stage, mark)| (stage.clone(), json!(mark.name()))).collect();
        json!({"role": d.role, "what": d.what, "how": d.how, "origin": d.origin, "asked": d.asked, "proven": proven, "ends": d.ends})
    };
    json!({"title": doing.title, "deeds": doing.deeds.iter().map(deed).collect::<Vec<_>>(), "shipped": doing.shipped})
}

fn run(run: &RunLine) -> Value {
    let steps =
        run.steps.iter().map(|s| json!({"name": s.name, "seconds": s.seconds, "result": s.result, "exit": s.exit}));
    json!({"command": run.command, "taken": run.taken, "seconds": run.seconds, "typed": run.typed, "exit": run.exit,
           "kinds": run.kinds, "targets": run.targets, "steps": steps.collect::<Vec<_>>()})
}

fn row(row: &Row) -> Value {
    object([
        ("role", json!(row.role)),
        ("kind", json!(row.kind)),
        ("name", json!(row.name)),
        ("property", json!(row.property)),
        ("expected", json!(row.expected)),
        ("claimed_at", row.claimed_at.as_ref().map_or(Value::Null, place)),
        ("component", json!(row.component)),
        ("origin", json!(row.origin)),
        ("origin_says", json!(row.origin_says)),
        ("why", json!(row.why)),
        ("fate", row.fate.as_ref().map_or(Value::Null, fate)),
    ])
}

fn place(place: &Place) -> Value {
    json!({"file": place.file, "line": place.line, "column": place.column})
}

fn fate(fate: &Fate) -> Value {
    json!({"what": fate.what, "because": fate.because, "by": fate.by, "artefact": fate.artefact, "gone": fate.is_gone})
}

fn column(column: &Column) -> Value {
    let counts: Map<String, Value> =
        column.counts().into_iter().map(|(m, n)| (m.name().to_owned(), json!(n))).collect();
    let cells = column.cells.iter().map(|(row, cell)| {
        object([
            ("row", json!(row)),
            ("seen", json!(cell.seen)),
            ("expected", json!(cell.expected)),
            ("because", json!(cell.because)),
            ("at", json!(cell.at)),
            ("diff", json!(cell.diff)),
        ])
    });
    json!({
        "stage": column.stage, "target": column.target, "runs": column.runs, "unreachable": column.unreachable,
        "counts": counts, "marks": in_a_row(&column.marks).into_iter().map(|(mark, n)| json!([mark.name(), n])).collect::<Vec<_>>(),
        "cells": cells.collect::<Vec<_>>(),
    })
}

/// Marks, and how many rows in a row have each.
pub(super) fn in_a_row(marks: &[Mark]) -> Vec<(Mark, usize)> {
    marks.chunk_by(|a, b| a == b).filter_map(|run| Some((*run.first()?, run.len()))).collect()
}

fn tree(tree: &Tree) -> Value {
    let servers = tree.servers.iter().map(|(server, inside)| {
        let mut value = site(server);
        if let Some(map) = value.as_object_mut() {
            map.insert("inside".to_owned(), inside.iter().map(site).collect());
        }
        value
    });
    json!({"target": tree.target, "taken": tree.taken, "of": tree.of, "servers": servers.collect::<Vec<_>>()})
}

fn site(site: &Site) -> Value {
    json!({"name": site.name, "at": site.at, "state": site.state, "detail": site.detail})
}

fn list(list: &List) -> Value {
    let item = |i: &Item| json!({"what": i.what, "says": i.says, "at": i.at});
    let items = list.items.as_ref().map(|items| items.iter().map(item).collect::<Vec<_>>());
    let not_known = list.items.is_none().then_some(&list.not_known);
    json!({"id": list.id, "title": list.title, "does": list.does, "items": items, "not_known": not_known})
}

/// The JSON Schema of this format.
pub fn schema() -> Value {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer", "minimum": 0}));
    let maybe = json!({"type": ["string", "null"]});
    let texts = json!({"type": "array", "items": text});
    let all = |required: &[&str], properties: Value| json!({"type": "object", "required": required, "properties": properties});
    let list = |items: Value| json!({"type": "array", "items": items});
    let marks: Vec<&str> = Mark::ALL.iter().map(|m| m.name()).collect();
    let exit = json!({"enum": [0, 1, 2, 3, 4, 5, 70]});
    let place = all(&["file"], json!({"file": text, "line": number, "column": number}));
    let fate = all(
        &["what", "because", "by", "gone"],
        json!({"what": text, "because": text, "by": text, "artefact": maybe, "gone": {"type": "boolean"}}),
    );
    let site = all(
        &["name", "at", "state", "detail"],
        json!({"name": text, "at": text, "detail": text,
        "state": {"enum": model::proven::State::NAMES}, "inside": {"type": "array"}}),
    );
    let steps = list(all(
        &["name", "state", "says", "next"],
        json!({"name": text, "says": text, "next": text,
        "state": {"enum": ["not begun", "begun", "done", "something is wrong"]}}),
    ));
    let runs = list(all(
        &["command", "taken", "seconds", "typed", "exit", "kinds", "targets", "steps"],
        json!({
        "command": text, "taken": text, "seconds": {"type": "number"}, "typed": text, "exit": exit, "kinds": texts, "targets": texts,
        "steps": list(all(&["name", "seconds", "result", "exit"], json!({"name": text, "seconds": {"type": "number"}, "result": text, "exit": exit})))}),
    ));
    let rows = list(all(
        &["role", "kind", "name", "component", "origin"],
        json!({
        "role": text, "kind": text, "name": text, "property": text, "expected": text, "claimed_at": place, "component": text,
        "origin": text, "origin_says": text, "why": text, "fate": fate}),
    ));
    let does = list(all(
        &["title", "deeds", "shipped"],
        json!({"title": text, "shipped": number, "deeds": list(all(
            &["role", "what", "how", "origin", "asked", "proven", "ends"],
            json!({"role": text, "what": text, "how": text, "origin": text, "asked": text, "ends": text,
                "proven": {"type": "object", "additionalProperties": {"enum": marks}}}),
        ))}),
    ));
    let cells = list(all(
        &["row"],
        json!({"row": number, "seen": text, "expected": text, "because": text, "at": text, "diff": text}),
    ));
    let columns = list(all(
        &["stage", "target", "runs", "counts", "marks", "cells"],
        json!({
        "stage": text, "target": text, "runs": list(number.clone()), "unreachable": maybe,
        "counts": {"type": "object", "propertyNames": {"enum": marks}, "additionalProperties": number},
        "marks": {"type": "array", "description": "a mark, and of how many rows in a row it is",
                  "items": {"type": "array", "prefixItems": [{"enum": marks}, number], "minItems": 2, "maxItems": 2}},
        "cells": cells}),
    ));
    let streams = list(all(&["from", "to", "count"], json!({"from": text, "to": text, "count": number})));
    let points = list(all(&["at", "otherwise", "first"], json!({"at": text, "otherwise": number, "first": texts})));
    let lists = list(all(
        &["id", "title", "does", "items"],
        json!({"id": text, "title": text, "does": text, "not_known": maybe,
        "items": {"type": ["array", "null"], "items": all(&["what", "says", "at"], json!({"what": text, "says": text, "at": text}))}}),
    ));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://repot.dev/schema/migration/v1.json",
        "title": "repot migration",
        "type": "object",
        "required": ["repot", "version", "title", "made", "steps", "runs", "rows", "columns", "flow", "coverage", "drift", "kills", "outliers", "lists", "unread"],
        "properties": {
            "repot": {"const": "migration"}, "version": {"const": 1}, "title": text, "made": text,
            "steps": steps, "runs": runs, "does": does, "rows": rows, "columns": columns,
            "flow": all(&["to", "streams"], json!({"to": text, "streams": streams})),
            "coverage": list(all(&["target", "taken", "of", "servers"], json!({"target": text, "taken": text, "of": text, "servers": list(site)}))),
            "drift": list(all(&["name", "points"], json!({"name": text, "points": points}))),
            "kills": {"type": "object", "additionalProperties": all(&["changes", "found"], json!({"changes": number, "found": number}))},
            "outliers": list(all(&["target", "brothers", "differs"], json!({"target": text, "brothers": number,
                "differs": list(all(&["row", "seen"], json!({"row": number, "seen": text})))}))),
            "lists": lists, "unread": texts
        }
    })
}
