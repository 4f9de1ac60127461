//! The JSON Schema of spec files, for editors, made of what the kinds say of themselves.

use crate::spec_file::VERSION;
use crate::spec_file::claim::matcher_names;
use kinds::KINDS;
use kinds::kind::{Kind, Life, Property, Role, Shape};
use serde_json::{Map, Value, json};

/// The schema of spec files.
pub fn spec() -> Value {
    let names: Vec<&str> = KINDS.iter().map(|k| k.name()).collect();
    let head = json!({
        "repot": {"const": VERSION, "description": "the version of the spec file; without it, it is a gossfile"},
        "key": {"type": "string", "description": "the id of the project's key for secrets"},
        "complete": {"type": "array", "items": {"enum": names}, "uniqueItems": true,
                     "description": "kinds of which the spec names all there is: what else is found is extra"},
        "open": {"type": ["object", "null"], "additionalProperties": {"type": "string", "minLength": 1},
                 "description": "what moves by itself or could not be looked at, `kind[name]` or `kind[name].property`, and why"},
        "waive": {"type": ["object", "null"], "propertyNames": {"pattern": "\\["},
                  "additionalProperties": {"$ref": "#/$defs/waive"},
                  "description": "differences that are accepted, `kind[name]` or `kind[name].property` (a pattern), and why"},
        "gossfile": {"type": "object", "description": "files to include, as in Goss; the names may be patterns"},
    });
    let mut properties = if let Value::Object(map) = head { map } else { Map::new() };
    for kind in KINDS {
        let entries = json!({"type": ["object", "null"], "description": kind.summary(),
                             "additionalProperties": entry(*kind)});
        properties.insert(kind.name().into(), entries);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://repot.dev/schema/spec/v1.json",
        "title": "repot spec",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": definitions(),
    })
}

fn definitions() -> Value {
    let matchers: Map<String, Value> = matcher_names().map(|name| (name.to_owned(), json!(true))).collect();
    let text = |description: &str| json!({"type": "string", "minLength": 1, "description": description});
    json!({
        "matcher": {"type": "object", "properties": matchers, "additionalProperties": false,
                    "minProperties": 1, "maxProperties": 1, "description": "one matcher; `and` and `or` join several"},
        "scalar": {"type": ["string", "number", "boolean"]},
        "bound": {"type": "string", "pattern": "^(>=?|<=?) *-?[0-9]+$", "description": "a bound such as `>= 3`"},
        "from": text("where it comes from: observed at FILE:LINE, packaged default, or FILE:LINE of what was imported"),
        "why": text("why it is so"),
        "waive": {"description": "why a difference is accepted", "oneOf": [{"type": "string", "minLength": 1},
            {"type": "object", "required": ["reason"], "additionalProperties": false, "properties": {
                "reason": {"type": "string", "minLength": 1},
                "until": {"type": "string", "format": "date", "description": "the last day, as 2026-12-31"}}}]},
        "gone": {"type": "boolean", "description": "a later capture no longer saw it"},
    })
}

/// The keys that stand beside claims.
fn notes() -> Map<String, Value> {
    ["from", "why", "waive", "gone"]
        .into_iter()
        .map(|name| (name.to_owned(), json!({"$ref": format!("#/$defs/{name}")})))
        .collect()
}

fn entry(kind: &dyn Kind) -> Value {
    let mut properties = notes();
    for name in ["title", "meta", "skip"] {
        properties.insert(name.into(), json!({"description": "of gossfiles only"}));
    }
    let there = json!({"type": "boolean"});
    properties.insert(kind.presence().into(), claim("whether it is to be there".to_owned(), &there));
    for property in kind.properties().iter().filter(|p| p.role != Role::Stored) {
        let value = match property.role {
            Role::Input => described(about(property), plain(property)),
            Role::Pinned | Role::Volatile | Role::OnRequest | Role::Stored => claim(about(property), &plain(property)),
        };
        for name in std::iter::once(&property.name).chain(property.aliases) {
            properties.insert((*name).into(), value.clone());
        }
    }
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn about(property: &Property) -> String {
    let unit = property.unit.map_or_else(String::new, |unit| format!(", in {unit}"));
    let life = match property.life {
        Life::Static => "",
        Life::Live => " (of a running machine only)",
    };
    format!("{}{unit}{life}", property.summary)
}

fn described(description: String, mut value: Value) -> Value {
    if let Some(map) = value.as_object_mut() {
        map.insert("description".to_owned(), description.into());
    }
    value
}

/// A claim: the value, a matcher, or either with notes.
fn claim(description: String, plain: &Value) -> Value {
    let matcher = json!({"$ref": "#/$defs/matcher"});
    let mut long = notes();
    long.insert("value".to_owned(), json!({"anyOf": [plain, matcher]}));
    let long = json!({"type": "object", "required": ["value"], "properties": long, "additionalProperties": false});
    json!({"description": description, "anyOf": [plain, matcher, long]})
}

/// What a value looks like when it stands for itself.
fn plain(property: &Property) -> Value {
    let scalar = json!({"$ref": "#/$defs/scalar"});
    let list = json!({"type": "array", "items": {"anyOf": [scalar, {"$ref": "#/$defs/matcher"}]}});
    match property.shape {
        _ if !property.values.is_empty() => json!({"enum": property.values}),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Int => json!({"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/bound"}]}),
        Shape::Text | Shape::Version => scalar,
        Shape::Versions | Shape::Set | Shape::List | Shape::Lines => json!({"anyOf": [scalar, list]}),
        Shape::Map => json!({"type": "object", "additionalProperties": scalar}),
        Shape::Any => json!({}),
    }
}
