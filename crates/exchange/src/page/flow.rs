//! How many claims came from where, and where they ended.

use super::{Map, Material, Row, Stream};
use std::collections::{BTreeMap, HashMap};

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
    for row in rows.iter().filter(is_claim) {
        let end = if material.platforms.is_empty() && !material.maps.is_empty() {
            in_code(row, &ends)
        } else {
            row.fate.as_ref().map_or(OPEN, |fate| &fate.what)
        };
        *counts.entry((row.origin.clone(), end.to_owned())).or_default() += 1;
    }
    (to, counts.into_iter().map(|((from, to), count)| Stream { from, to, count }).collect())
}

/// Where a claim ends in code. What the base has already needs none and stands in no map.
fn in_code<'a>(row: &Row, ends: &HashMap<String, &'a str>) -> &'a str {
    let whole = format!("{}[{}]", row.kind, row.name);
    ends.get(&row.subject()).or_else(|| ends.get(&whole)).copied().unwrap_or("the base has it")
}

/// How each claim is met that the base lacks.
fn met(maps: &[Map]) -> HashMap<String, &'static str> {
    let mut ends = HashMap::new();
    for map in maps {
        ends.extend(map.unmapped.keys().map(|s| (s.clone(), "met by nothing")));
        ends.extend(map.follows.keys().map(|s| (s.clone(), "follows from a task")));
        ends.extend(map.tasks.values().flatten().map(|s| (s.clone(), "a task")));
    }
    ends
}
