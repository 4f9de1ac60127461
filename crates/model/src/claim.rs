//! What a spec says of a property.

use crate::answer::{Why, WhyCode};
use crate::facts::VersionOrder;
use crate::pattern::Pattern;
use crate::semver_range::SemverRange;
use crate::value::Value;
use crate::version::{self, Range, Relation};
use regex::Regex;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// What a spec says of a property. The matchers beyond `Is` are those of Goss, under Goss's names.
#[derive(Debug, Clone)]
pub enum Claim {
    /// Exactly this value; a list in this order.
    Is(Value),
    /// A list of exactly these items, in any order.
    ConsistOf(Vec<Claim>),
    /// A list, or a text of lines, with at least these items, each one of its own.
    ContainElements(Vec<Claim>),
    /// A list with an item of which the claim holds.
    ContainElement(Box<Claim>),
    /// Patterns over the lines of a text (`contents`, `stdout`).
    Patterns(Vec<Pattern>),
    /// A number or version against a bound.
    Order(Relation, Value),
    /// A version within bounds, in the order of its packaging system.
    Versions(Range),
    /// A version within a range of semantic versions.
    Semver(SemverRange),
    /// A text that begins so.
    Prefix(String),
    /// A text that ends so.
    Suffix(String),
    /// A text that holds this.
    Substring(String),
    /// A text in which the expression matches.
    Regexp(Regex),
    /// A text, list or map whose length satisfies the claim.
    Len(Box<Claim>),
    /// A map with this key.
    Key(String),
    /// A map where these keys satisfy these claims.
    Keys(BTreeMap<String, Claim>),
    /// A text of JSON where these paths, in the syntax of GJSON, satisfy these claims.
    Json(BTreeMap<String, Claim>),
    /// All of them hold.
    And(Vec<Claim>),
    /// One of them holds.
    Or(Vec<Claim>),
    /// It does not hold. What could not be looked at satisfies neither a claim nor its negation.
    Not(Box<Claim>),
}

impl Claim {
    /// Whether the claim holds of a value, or of there being none. `Err` says why that cannot be told.
    pub fn holds(&self, seen: Option<&Value>, order: Option<VersionOrder>) -> Result<bool, Why> {
        match (self, seen) {
            (Claim::Not(inner), _) => inner.holds(seen, order).map(|held| !held),
            (Claim::And(claims), _) => every(claims, |c| c.holds(seen, order)),
            (Claim::Or(claims), _) => some(claims, |c| c.holds(seen, order)),
            (_, None) => Ok(false),
            (_, Some(value)) => self.holds_of(value, order),
        }
    }

    fn holds_of(&self, value: &Value, order: Option<VersionOrder>) -> Result<bool, Why> {
        let text = value.as_text();
        match self {
            Claim::Is(want) => Ok(same(want, value)),
            Claim::ConsistOf(claims) => match value.as_list() {
                Some(items) if items.len() == claims.len() => assign(claims, items, order),
                _ => Ok(false),
            },
            Claim::ContainElements(claims) => {
                items(value).map_or(Ok(false), |items| assign(claims, items.as_ref(), order))
            }
            Claim::ContainElement(claim) => {
                items(value).map_or(Ok(false), |items| some(items.iter(), |item| claim.holds(Some(item), order)))
            }
            Claim::Patterns(patterns) => Ok(text.is_some_and(|t| patterns.iter().all(|p| p.holds(t)))),
            Claim::Order(relation, bound) => ordered(*relation, bound, value, order),
            Claim::Versions(range) => versions(value, |v| {
                range.covers(order.unwrap_or(VersionOrder::Plain), v).ok_or_else(|| not_a_version(v))
            }),
            Claim::Semver(range) => versions(value, |v| range.covers(v).ok_or_else(|| not_a_version(v))),
            Claim::Prefix(p) => Ok(as_one_text(value).is_some_and(|t| t.starts_with(p.as_str()))),
            Claim::Suffix(s) => Ok(as_one_text(value).is_some_and(|t| t.ends_with(s.as_str()))),
            Claim::Substring(s) => Ok(as_one_text(value).is_some_and(|t| t.contains(s.as_str()))),
            Claim::Regexp(r) => Ok(as_one_text(value).is_some_and(|t| r.is_match(&t))),
            Claim::Len(claim) => match len(value) {
                Some(n) => claim.holds(Some(&Value::Int(n)), order),
                None => Ok(false),
            },
            Claim::Key(key) => Ok(matches!(value, Value::Map(m) if m.contains_key(key))),
            Claim::Keys(claims) => match value {
                Value::Map(map) => every(claims, |(key, claim)| claim.holds(map.get(key), order)),
                Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::List(_) => Ok(false),
            },
            Claim::Json(claims) => json(claims, text, order),
            Claim::Not(_) | Claim::And(_) | Claim::Or(_) => self.holds(Some(value), order),
        }
    }

    /// The one value that satisfies the claim, if it names one.
    pub fn exact(&self) -> Option<&Value> {
        if let Claim::Is(value) = self { Some(value) } else { None }
    }

    /// The value that alone satisfies the claim: of a list without an order, its items sorted.
    pub fn value(&self) -> Option<Value> {
        if let Claim::ConsistOf(items) = self {
            let mut items: Vec<Value> = items.iter().map(Claim::value).collect::<Option<_>>()?;
            items.sort();
            return Some(Value::List(items));
        }
        self.exact().cloned()
    }

    /// Whether nothing at all is asserted, as by an empty list of patterns.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only lists and maps can be empty")]
    pub fn is_vacuous(&self) -> bool {
        match self {
            Claim::Patterns(p) => p.is_empty(),
            Claim::ContainElements(c) | Claim::And(c) => c.iter().all(Claim::is_vacuous),
            Claim::Keys(c) | Claim::Json(c) => c.is_empty(),
            _ => false,
        }
    }
}

/// Equal, where a number and its text are equal too: `"1440"` and `1440` are one value of an ini file.
fn same(want: &Value, seen: &Value) -> bool {
    match (want, seen) {
        (Value::Text(t), Value::Int(n)) => n.to_string() == *t,
        // Where a number is wanted, `42.0` is 42.
        (Value::Int(n), Value::Text(t)) => {
            n.to_string() == *t || (number(want).is_some() && number(want) == number(seen))
        }
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (a, b) => a == b,
    }
}

fn every<T>(items: impl IntoIterator<Item = T>, f: impl Fn(T) -> Result<bool, Why>) -> Result<bool, Why> {
    let mut open = None;
    for item in items {
        match f(item) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(why) => open = Some(why),
        }
    }
    open.map_or(Ok(true), Err)
}

fn some<T>(items: impl IntoIterator<Item = T>, f: impl Fn(T) -> Result<bool, Why>) -> Result<bool, Why> {
    every(items, |item| f(item).map(|held| !held)).map(|none| !none)
}

/// The items of a list, or the lines of a text.
fn items(value: &Value) -> Option<Cow<'_, [Value]>> {
    match value {
        Value::List(items) => Some(Cow::Borrowed(items)),
        Value::Text(text) => Some(text.lines().map(Value::from).collect()),
        Value::Bool(_) | Value::Int(_) | Value::Map(_) => None,
    }
}

/// A value as one text, as the matchers of texts take it: a list is its items, a line each.
fn as_one_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(text.into()),
        Value::Int(n) => Some(n.to_string().into()),
        Value::Bool(b) => Some(b.to_string().into()),
        Value::List(items) => {
            let lines: Option<Vec<Cow<'_, str>>> = items.iter().map(as_one_text).collect();
            Some(lines?.join("\n").into())
        }
        Value::Map(_) => None,
    }
}

/// Whether each claim can be given an item of its own (bipartite matching by augmenting paths).
fn assign(claims: &[Claim], items: &[Value], order: Option<VersionOrder>) -> Result<bool, Why> {
    let mut fits = Vec::with_capacity(claims.len());
    for claim in claims {
        let row: Result<Vec<bool>, Why> = items.iter().map(|item| claim.holds(Some(item), order)).collect();
        fits.push(row?);
    }
    let mut owner: Vec<Option<usize>> = vec![None; items.len()];
    for claim in 0..claims.len() {
        if !place(claim, &fits, &mut owner, &mut vec![false; items.len()]) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn place(claim: usize, fits: &[Vec<bool>], owner: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for item in 0..owner.len() {
        if !fits[claim][item] || tried[item] {
            continue;
        }
        tried[item] = true;
        let free = match owner[item] {
            None => true,
            Some(other) => place(other, fits, owner, tried),
        };
        if free {
            owner[item] = Some(claim);
            return true;
        }
    }
    false
}

fn ordered(relation: Relation, bound: &Value, value: &Value, order: Option<VersionOrder>) -> Result<bool, Why> {
    let (seen, want) = (number(value), number(bound));
    if let (Some(seen), Some(want)) = (seen, want) {
        return Ok(seen.partial_cmp(&want).is_some_and(|o| relation.holds(o)));
    }
    match (value, bound, order) {
        (Value::Text(a), Value::Text(b), Some(order)) => {
            version::compare(order, a, b).map(|o| relation.holds(o)).ok_or_else(|| not_a_version(a))
        }
        _ => Err(Why::new(WhyCode::Malformed, format!("{value} and {bound} have no order"))),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        // Precise up to 2^53, beyond any size or count that is compared.
        Value::Int(n) => n.to_string().parse().ok(),
        Value::Text(t) => t.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
    }
}

fn versions(value: &Value, covers: impl Fn(&str) -> Result<bool, Why>) -> Result<bool, Why> {
    match value {
        Value::Text(v) => covers(v),
        // Several installed versions: each must be within the bounds.
        Value::List(items) if !items.is_empty() => every(items, |item| item.as_text().map_or(Ok(false), &covers)),
        Value::Bool(_) | Value::Int(_) | Value::List(_) | Value::Map(_) => Ok(false),
    }
}

fn not_a_version(text: &str) -> Why {
    Why::new(WhyCode::Malformed, format!("{text} cannot be read as a version"))
}

fn len(value: &Value) -> Option<i64> {
    let len = match value {
        Value::Text(t) => t.chars().count(),
        Value::List(l) => l.len(),
        Value::Map(m) => m.len(),
        Value::Bool(_) | Value::Int(_) => return None,
    };
    i64::try_from(len).ok()
}

fn json(claims: &BTreeMap<String, Claim>, text: Option<&str>, order: Option<VersionOrder>) -> Result<bool, Why> {
    // What is no JSON, or too deep, is not handed on.
    let Some(text) = text.filter(|t| serde_json::from_str::<serde_json::Value>(t).is_ok()) else { return Ok(false) };
    // Of what is not there nothing holds, nor its opposite.
    every(claims, |(path, claim)| at_path(text, path).map_or(Ok(false), |value| claim.holds(Some(&value), order)))
}

/// What stands at a path, in the syntax of GJSON.
fn at_path(text: &str, path: &str) -> Option<Value> {
    let found = gjson::get(text, path);
    if !found.exists() {
        return None;
    }
    serde_json::from_str(found.json()).ok().and_then(of_json)
}

/// A value of JSON; nothing of a null.
fn of_json(value: serde_json::Value) -> Option<Value> {
    use serde_json::Value as Json;
    Some(match value {
        Json::Null => return None,
        Json::Bool(b) => b.into(),
        Json::Number(n) => n.as_i64().map_or_else(|| n.to_string().into(), Value::Int),
        Json::String(text) => text.into(),
        Json::Array(items) => Value::List(items.into_iter().filter_map(of_json).collect()),
        Json::Object(map) => Value::Map(map.into_iter().filter_map(|(k, v)| Some((k, of_json(v)?))).collect()),
    })
}

/// One line, for messages.
impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Claim::Is(v) => write!(f, "{v}"),
            Claim::ConsistOf(c) => write!(f, "exactly {}", Listed(c)),
            Claim::ContainElements(c) => write!(f, "at least {}", Listed(c)),
            Claim::ContainElement(c) => write!(f, "an item: {c}"),
            Claim::Patterns(p) => {
                let shown: Vec<String> = p.iter().map(ToString::to_string).collect();
                write!(f, "lines matching [{}]", shown.join(", "))
            }
            Claim::Order(r, v) => write!(f, "{} {v}", r.sign()),
            Claim::Versions(r) => write!(f, "version {r}"),
            Claim::Semver(range) => write!(f, "semantic version {range}"),
            Claim::Prefix(p) => write!(f, "begins with {p}"),
            Claim::Suffix(s) => write!(f, "ends with {s}"),
            Claim::Substring(s) => write!(f, "contains {s}"),
            Claim::Regexp(r) => write!(f, "matches /{r}/"),
            Claim::Len(c) => write!(f, "length {c}"),
            Claim::Key(k) => write!(f, "has key {k}"),
            Claim::Keys(m) | Claim::Json(m) => {
                let shown: Vec<String> = m.iter().map(|(k, c)| format!("{k}: {c}")).collect();
                write!(f, "{{{}}}", shown.join(", "))
            }
            Claim::And(c) => write!(f, "all of {}", Listed(c)),
            Claim::Or(c) => write!(f, "one of {}", Listed(c)),
            Claim::Not(c) => write!(f, "not {c}"),
        }
    }
}

struct Listed<'a>(&'a [Claim]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        write!(f, "[{}]", shown.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(v: impl Into<Value>) -> Claim {
        Claim::Is(v.into())
    }

    #[test]
    fn a_number_and_its_text_are_one_value() {
        assert_eq!(is("1440").holds(Some(&Value::Int(1440)), None), Ok(true));
        assert_eq!(is("0644").holds(Some(&Value::Int(644)), None), Ok(false));
        assert_eq!(is(true).holds(Some(&Value::from("true")), None), Ok(false));
    }

    #[test]
    fn consist_of_finds_the_assignment_a_greedy_one_misses() {
        let claims = vec![Claim::Prefix("a".into()), is("ab")];
        let items = Value::List(vec!["ab".into(), "ac".into()]);
        assert_eq!(Claim::ConsistOf(claims).holds(Some(&items), None), Ok(true));
    }

    #[test]
    fn what_cannot_be_told_is_not_settled_by_negation() {
        let claim = Claim::Order(Relation::Greater, Value::from("x"));
        assert!(claim.holds(Some(&Value::Bool(true)), None).is_err());
        assert!(Claim::Not(Box::new(claim)).holds(Some(&Value::Bool(true)), None).is_err());
    }

    #[test]
    fn or_holds_although_another_branch_cannot_be_told() {
        let open = Claim::Order(Relation::Greater, Value::from("x"));
        let either = Claim::Or(vec![open.clone(), is("y")]);
        assert_eq!(either.holds(Some(&"y".into()), None), Ok(true));
        assert!(either.holds(Some(&"z".into()), None).is_err());
    }

    #[test]
    fn json_paths() {
        let claim = Claim::Json(BTreeMap::from([("a.1.b".to_owned(), is(3_i64)), ("a.#".to_owned(), is(2_i64))]));
        assert_eq!(claim.holds(Some(&r#"{"a":[0,{"b":3}]}"#.into()), None), Ok(true));
        assert_eq!(claim.holds(Some(&"not json".into()), None), Ok(false));
    }
}
