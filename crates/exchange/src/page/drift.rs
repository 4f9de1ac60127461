//! How hosts moved away from what they were: what each capture saw that the one before it did not, and how many
//! claims no longer held at each verification.

use super::Series;
use crate::ran::{Found, On, Ran};
use std::collections::BTreeMap;

/// How many of the facts of one point are named.
const MOST_NAMED: usize = 20;

pub(super) fn series(runs: &[Ran]) -> Vec<Series> {
    let mut all: BTreeMap<String, Series> = BTreeMap::new();
    for run in runs {
        // A look at some kinds says nothing of the rest.
        let what = match run.command.as_str() {
            "capture" => "since the capture before",
            "verify" if run.kinds.is_empty() => "against the spec",
            _ => continue,
        };
        for on in run.targets.iter().filter(|on| on.unreachable.is_none()) {
            let name = format!("{}, {what}", on.target);
            let series = all.entry(name.clone()).or_insert_with(|| Series { name, points: Vec::new() });
            series.points.push(point(run, on));
        }
    }
    all.into_values().collect()
}

fn point(run: &Ran, on: &On) -> (String, usize, Vec<String>) {
    let moved: Vec<&Found> =
        on.found.iter().filter(|f| matches!(f.verdict.as_str(), "differs" | "missing" | "extra")).collect();
    let subject = |f: &Found| match &f.property {
        Some(property) => format!("{}[{}].{property}", f.kind, f.name),
        None => format!("{}[{}]", f.kind, f.name),
    };
    (run.taken.clone(), moved.len(), moved.iter().take(MOST_NAMED).map(|f| subject(f)).collect())
}
