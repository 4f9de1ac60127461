//! For each container the part of the spec that holds in it, as a spec of its own: what `repot verify` is given there.

use super::yaml;
use crate::generate::kubernetes::account::{Account, Made};
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::item::Item;
use model::value::Value;
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// Writes them.
pub(crate) fn write(app: &App<'_>, accounts: &[(Item<'_>, Account)], files: &mut BTreeMap<String, Vec<u8>>) {
    let mut specs: BTreeMap<&str, BTreeMap<&str, Map<String, serde_json::Value>>> = BTreeMap::new();
    for (item, account) in accounts {
        let Account::Made(made) = account else { continue };
        let claims = claims(item, made);
        if claims.is_empty() {
            continue;
        }
        for container in &made.holds {
            let kinds = specs.entry(container).or_default();
            kinds
                .entry(&item.id.kind)
                .or_default()
                .insert(item.name().to_owned(), serde_json::Value::Object(claims.clone()));
        }
    }
    for (container, kinds) in specs {
        let mut root = Map::new();
        root.insert("repot".to_owned(), json!(1));
        if let Some(key) = &app.want.spec.key {
            root.insert("key".to_owned(), json!(key));
        }
        for (kind, entries) in kinds {
            root.insert(kind.to_owned(), serde_json::Value::Object(entries));
        }
        let text = yaml::document(&serde_json::Value::Object(root));
        let head = "# What of the spec holds in this container. Made by repot generate kubernetes; the spec itself is spec/.\n";
        files.insert(format!("holds/{container}.yaml"), format!("{head}{text}").into_bytes());
    }
}

/// The claims of an entry that hold: all but those that are otherwise.
fn claims(item: &Item<'_>, made: &Made) -> Map<String, serde_json::Value> {
    let mut out = Map::new();
    if let Some((wanted, _)) = &item.entry.presence {
        let word = kinds::kind_named(&item.id.kind).map_or("exists", |k| k.presence());
        out.insert(word.to_owned(), json!(wanted));
    }
    for (property, claimed) in &item.entry.claims {
        let is_otherwise = made.otherwise.iter().any(|(p, _)| p == property);
        if let (false, Some(value)) = (is_otherwise, claimed.claim.value()) {
            out.insert(property.clone(), json_of(&value));
        }
    }
    out
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(b) => json!(b),
        Value::Int(n) => json!(n),
        Value::Text(text) => json!(text),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Map(map) => serde_json::Value::Object(map.iter().map(|(k, v)| (k.clone(), json_of(v))).collect()),
    }
}
