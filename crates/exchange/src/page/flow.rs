//! How many claims came from where, and where they ended.

use super::{Fate, Map, Material, Row, Stream};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a claim is of which nothing is known yet.
const OPEN: &str = "not decided yet";

/// The name of what the flow ends in, and the flow: of a platform that was decided on, else of the code.
pub(super) fn flow(material: &Material<'_>, rows: &[Row]) -> (String, Vec<Stream>) {
    let ends = met(&material.maps);
    let to = match (material.platforms.first(), material.maps.first()) {
        (Some(platform), _) => platform.name.clone(),
        (None, Some(map)) => map.generator.clone(),
        (None, None) => String::new(),
    };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let is_claim = |r: &&Row| r.expected.is_some() && material.roles.iter().any(|role| role.name == r.role);
    let reasons = reasons(rows.iter().filter(is_claim));
    for row in rows.iter().filter(is_claim) {
        let end = if material.platforms.is_empty() && !material.maps.is_empty() {
            in_code(row, &ends).to_owned()
        } else {
            row.fate.as_ref().map_or_else(|| OPEN.to_owned(), |fate| end_of(fate, &reasons))
        };
        *counts.entry((row.origin.clone(), end)).or_default() += 1;
    }
    (to, counts.into_iter().map(|((from, to), count)| Stream { from, to, count }).collect())
}

/// How many of the reasons for which claims are dropped have an end of their own.
const MOST_REASONS: usize = 6;

/// Whether a claim is dropped: the reason is where it ends.
fn is_dropped(fate: &Fate) -> bool {
    fate.is_gone && fate.what == model::decision::Fate::Drop.name()
}

/// The reasons for which most claims are dropped.
fn reasons<'a>(rows: impl Iterator<Item = &'a Row>) -> HashSet<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for fate in rows.filter_map(|r| r.fate.as_ref()).filter(|f| is_dropped(f) && !f.because.is_empty()) {
        *counts.entry(&fate.because).or_default() += 1;
    }
    let mut all: Vec<_> = counts.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.into_iter().take(MOST_REASONS).map(|(reason, _)| reason).collect()
}

/// Where a claim ends on a platform.
fn end_of(fate: &Fate, reasons: &HashSet<&str>) -> String {
    match is_dropped(fate) {
        false => fate.what.clone(),
        true if reasons.contains(fate.because.as_str()) => format!("{}: {}", fate.what, fate.because),
        true => format!("{}: other reasons", fate.what),
    }
}

/// Where a claim ends in code. What the base has already needs none and stands in no map.
fn in_code<'a>(row: &Row, ends: &HashMap<(&str, &str), &'a str>) -> &'a str {
    let whole = format!("{}[{}]", row.kind, row.name);
    let end = |subject: &str| ends.get(&(row.role.as_str(), subject)).copied();
    end(&row.subject()).or_else(|| end(&whole)).unwrap_or("the base has it")
}

/// How each claim of a role is met that the base lacks.
fn met(maps: &[Map]) -> HashMap<(&str, &str), &'static str> {
    let mut ends = HashMap::new();
    for map in maps {
        let of = |subject| (map.role.as_str(), String::as_str(subject));
        ends.extend(map.unmapped.keys().map(|s| (of(s), "met by nothing")));
        ends.extend(map.follows.keys().map(|s| (of(s), "follows from a task")));
        ends.extend(map.tasks.values().flatten().map(|s| (of(s), "a task")));
    }
    ends
}
