//! What checking sources say, as a spec: each claim with the line it comes from.

use super::effect::{Effect, Want};
use super::statement::{Confidence, Rank, Statement};
use kinds::kind::{Role, Shape};
use model::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write;

type Claims = BTreeMap<(String, String), BTreeMap<String, Vec<(Json, String)>>>;

/// The spec that statements of checking sources make; `None` where there are none.
pub fn spec<'s>(statements: impl IntoIterator<Item = &'s Statement>) -> Option<String> {
    let mut claims = Claims::new();
    // What stands behind a condition that only a run could tell is claimed of nobody.
    let is_sure = |s: &&Statement| s.rank == Rank::Checked && s.confidence != Confidence::Guessed;
    for statement in statements.into_iter().filter(is_sure) {
        for effect in statement.what() {
            let Some((kind, name, property, claim)) = claim(effect) else { continue };
            let of = claims.entry((kind, name)).or_default().entry(property).or_default();
            if !of.iter().any(|(c, _)| *c == claim) {
                of.push((claim, statement.place.to_string()));
            }
        }
    }
    (!claims.is_empty()).then(|| page(&claims))
}

fn page(claims: &Claims) -> String {
    let mut out =
        String::from("# What imported specs claim. Written by `repot import`, which writes it anew each time.\n");
    let mut last = "";
    for ((kind, name), properties) in claims {
        // Writing to a string does not fail.
        if kind != last {
            writeln!(out, "{kind}:").ok();
            last = kind;
        }
        writeln!(out, "  {}:", Json::from(name.as_str())).ok();
        for (property, all) in properties {
            let from: Vec<&str> = all.iter().map(|(_, place)| place.as_str()).collect();
            let value = match all.as_slice() {
                [(one, _)] => one.clone(),
                all if all.iter().all(|(c, _)| c.is_array()) => {
                    Json::Array(all.iter().flat_map(|(c, _)| c.as_array().cloned().unwrap_or_default()).collect())
                }
                all => json!({ "and": all.iter().map(|(c, _)| c.clone()).collect::<Vec<_>>() }),
            };
            let from = from.first().copied().unwrap_or_default();
            // How a thing is looked at is no claim.
            if kinds::kind_named(kind).and_then(|k| k.property(property)).is_some_and(|p| p.role == Role::Input) {
                writeln!(out, "    {property}: {}", all.first().map_or(&value, |(one, _)| one)).ok();
                continue;
            }
            writeln!(out, "    {property}: {{value: {value}, from: {}}}", Json::from(from)).ok();
        }
    }
    out
}

/// An effect as a claim; `None` where a spec has no words for it.
fn claim(effect: &Effect) -> Option<(String, String, String, Json)> {
    match effect {
        Effect::Presence { id, there } => {
            let kind = kinds::kind_named(&id.kind)?;
            Some((id.kind.clone(), id.name.clone(), kind.presence().to_owned(), Json::from(*there)))
        }
        Effect::Property { id, property, want } => {
            let kind = kinds::kind_named(&id.kind)?;
            let shape = kind.properties().iter().find(|p| p.name == property).map(|p| p.shape)?;
            Some((id.kind.clone(), id.name.clone(), property.clone(), wanted(want, shape)?))
        }
        Effect::Contents { .. }
        | Effect::Template { .. }
        | Effect::Lines { .. }
        | Effect::Substitution { .. }
        | Effect::Tree { .. }
        | Effect::Touched { .. }
        | Effect::Kept { .. } => None,
    }
}

fn wanted(want: &Want, shape: Shape) -> Option<Json> {
    Some(match want {
        Want::Is(value) => value_of(value),
        // Lines are asked by patterns, other lists by their items.
        Want::Has(items) if matches!(shape, Shape::Lines) => json!(items),
        Want::Has(items) => json!({ "contain-elements": items }),
        Want::Lacks(items) => json!({ "not": { "contain-elements": items } }),
        Want::Begins(text) => json!({ "have-prefix": text }),
        Want::Matches(pattern) => json!({ "match-regexp": pattern }),
        Want::Any => return None,
        Want::Written(written) => written.clone(),
        Want::Not(inner) => json!({ "not": wanted(inner, shape)? }),
    })
}

fn value_of(value: &Value) -> Json {
    match value {
        Value::Bool(flag) => Json::from(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Text(text) => Json::from(text.as_str()),
        Value::List(items) => items.iter().map(value_of).collect(),
        Value::Map(items) => items.iter().map(|(name, value)| (name.clone(), value_of(value))).collect(),
    }
}
