//! The JSON Schema of spec files, for editors, made of what the kinds say of themselves.

use kinds::KINDS;
use kinds::kind::{Kind, Property, Shape};
use serde_json::{Map, Value, json};

/// The schema of spec files.
pub fn spec() -> Value {
    let mut properties = Map::new();
    properties.insert("repot".into(), json!({"const": 1, "description": "the version of the spec file"}));
    properties
        .insert("key".into(), json!({"type": "string", "description": "the id of the project's key for secrets"}));
    let names: Vec<&str> = KINDS.iter().map(|k| k.name()).collect();
    properties.insert(
        "complete".into(),
        json!({"type": "array", "items": {"enum": names}, "description": "kinds of which the spec names all there is"}),
    );
    properties.insert(
        "open".into(),
        json!({"type": "object", "additionalProperties": {"type": "string"},
               "description": "what moves by itself or could not be looked at, and why"}),
    );
    properties.insert("gossfile".into(), json!({"type": "object", "description": "files to include, as in Goss"}));
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
        "$defs": {
            "waiver": {"oneOf": [{"type": "string"}, {"type": "object", "required": ["reason"],
                "properties": {"reason": {"type": "string"}, "until": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}},
                "additionalProperties": false}]}
        }
    })
}

fn entry(kind: &dyn Kind) -> Value {
    let mut properties = Map::new();
    properties.insert(kind.presence().into(), json!({"type": "boolean", "description": "whether it is to be there"}));
    for property in kind.properties() {
        for name in std::iter::once(&property.name).chain(property.aliases) {
            properties.insert((*name).into(), claim(property));
        }
    }
    properties.insert("from".into(), json!({"type": "string", "description": "where the claims come from"}));
    properties.insert("why".into(), json!({"type": "string", "description": "why it is so"}));
    properties.insert("waive".into(), json!({"$ref": "#/$defs/waiver"}));
    properties.insert("gone".into(), json!({"const": true, "description": "a later capture no longer saw it"}));
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn claim(property: &Property) -> Value {
    let unit = property.unit.map_or_else(String::new, |u| format!(", in {u}"));
    let plain = match property.shape {
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Int => json!({"type": ["integer", "string"]}),
        Shape::Text | Shape::Version => json!({"type": ["string", "integer", "number", "boolean"]}),
        Shape::Versions | Shape::Set | Shape::List | Shape::Lines => {
            json!({"type": ["string", "integer", "number", "array"]})
        }
        Shape::Map => json!({"type": "object"}),
    };
    json!({"description": format!("{}{unit}", property.summary), "anyOf": [plain, {"type": "object"}]})
}
