//! The report for machines: JSON, version 1. Fields are added, never changed; [`schema`] is its JSON Schema.

use super::{Run, Target, proven, spelled};
use model::finding::{Finding, Verdict};
use model::place::Place;
use serde_json::{Map, Value, json};
use std::io::{Result, Write};

/// Writes it.
pub fn write(run: &Run, out: &mut dyn Write) -> Result<()> {
    let text = format!("{:#}", value(run));
    // Only strings hold such characters, and a string may spell any of them.
    out.write_all(spelled(&text, |c| format!("\\u{:04x}", u32::from(c))).as_bytes())?;
    out.write_all(b"\n")
}

fn value(run: &Run) -> Value {
    let targets: Vec<Value> = run.targets.iter().map(target).collect();
    json!({"repot": "report", "version": 1, "command": run.command, "exit": run.exit().code(), "targets": targets})
}

fn target(target: &Target) -> Value {
    let c = target.counts();
    let findings: Vec<Value> = target.findings.iter().map(|f| finding(f, target)).collect();
    let mut value = json!({
        "target": target.name,
        "against": target.against,
        "exit": target.exit().code(),
        "unreachable": target.unreachable.as_ref().map(|(what, _)| what),
        "hints": target.unreachable.as_ref().map(|(_, hints)| hints),
        "counts": {"same": c.same, "differs": c.differs, "missing": c.missing, "extra": c.extra,
                   "undecided": c.undecided, "waived": c.waived},
        "findings": findings,
    });
    if let Some(map) = value.as_object_mut().filter(|_| !target.proven.is_empty()) {
        map.insert("coverage".into(), target.proven.iter().map(proven::json).collect());
    }
    value
}

fn finding(finding: &Finding, target: &Target) -> Value {
    let mut map = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(name.to_owned(), value);
        }
    };
    put("kind", Some(json!(finding.id.kind)));
    put("name", Some(json!(finding.id.name)));
    put("property", finding.property.as_ref().map(|p| json!(p)));
    put("verdict", Some(json!(finding.verdict.name())));
    put("expected", finding.expected.as_ref().map(|e| json!(e)));
    put("seen", finding.seen.as_ref().and_then(|v| serde_json::to_value(v).ok()));
    match &finding.verdict {
        Verdict::Undecided(why) => put("undecided", Some(json!({"code": why.code.name(), "detail": why.detail}))),
        Verdict::Waived(reason) => put("waived", Some(json!(reason))),
        Verdict::Same | Verdict::Differs | Verdict::Missing | Verdict::Extra => {}
    }
    put("claimed_at", finding.claimed_at.as_ref().map(place));
    put("set_at", finding.set_at.as_ref().map(place));
    put("from", finding.from.as_ref().map(|f| json!(f.to_string())));
    put("diff", target.contents.get(&finding.subject()).map(|lines| json!(lines)));
    put("why", finding.why.as_ref().map(|w| json!(w)));
    Value::Object(map)
}

/// What tests have proven of a configuration, as this report has it.
pub(crate) fn coverage(proven: &model::proven::Proven) -> Value {
    proven::json(proven)
}

fn place(place: &Place) -> Value {
    json!({"file": place.file, "line": place.line, "column": place.column})
}

/// The JSON Schema of this report.
pub fn schema() -> Value {
    let place = json!({"type": "object", "required": ["file"], "additionalProperties": false, "properties": {
        "file": {"type": "string"}, "line": {"type": "integer", "minimum": 0}, "column": {"type": "integer", "minimum": 0}}});
    let count = json!({"type": "integer", "minimum": 0});
    let verdicts = ["same", "differs", "missing", "extra", "undecided", "waived"];
    let counts: Map<String, Value> = verdicts.iter().map(|v| ((*v).to_owned(), count.clone())).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://repot.dev/schema/report/v1.json",
        "title": "repot report",
        "type": "object",
        "required": ["repot", "version", "command", "exit", "targets"],
        "properties": {
            "repot": {"const": "report"}, "version": {"const": 1}, "command": {"type": "string"},
            "exit": {"enum": [0, 1, 2, 3, 4, 5, 70]},
            "targets": {"type": "array", "items": {
                "type": "object", "required": ["target", "against", "exit", "counts", "findings"],
                "properties": {
                    "target": {"type": "string"}, "against": {"type": "string"}, "exit": {"type": "integer"},
                    "unreachable": {"type": ["string", "null"]},
                    "hints": {"type": ["array", "null"], "items": {"type": "string"}},
                    "counts": {"type": "object", "required": verdicts, "properties": counts},
                    "coverage": {"type": "array", "items": proven::schema(&place)},
                    "findings": {"type": "array", "items": {
                        "type": "object", "required": ["kind", "name", "verdict"],
                        "properties": {
                            "kind": {"type": "string"}, "name": {"type": "string"}, "property": {"type": "string"},
                            "verdict": {"enum": verdicts}, "expected": {"type": "string"}, "seen": true,
                            "undecided": {"type": "object", "required": ["code", "detail"], "properties": {
                                "code": {"type": "string"}, "detail": {"type": "string"}}},
                            "waived": {"type": "string"}, "claimed_at": place, "set_at": place,
                            "from": {"type": "string"}, "why": {"type": "string"},
                            "diff": {"type": "string", "description": "what changed in the contents, as `diff -u`"}}}}}}}
        }
    })
}
