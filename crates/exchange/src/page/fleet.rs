//! The host that differs from its forty brothers: where most hosts of a role show one thing, those that show another.

use super::{Column, Mark, Outlier, Row};
use std::collections::{BTreeMap, BTreeSet};

/// How many hosts make a fleet.
const FEWEST: usize = 3;

pub(super) fn outliers(rows: &[Row], columns: &[Column]) -> Vec<Outlier> {
    // What was rebuilt, and what runs in pods, is no brother of the hosts.
    let stages: BTreeSet<&str> = columns.iter().map(|c| c.stage.as_str()).collect();
    let of_stage = |stage: &&str| columns.iter().filter(|c| c.stage == **stage).collect::<Vec<_>>();
    let mut all: Vec<Outlier> = stages.iter().flat_map(|stage| among(rows, &of_stage(stage))).collect();
    all.sort_by_key(|o| std::cmp::Reverse(o.differs.len()));
    all
}

/// Among brothers.
fn among(rows: &[Row], columns: &[&Column]) -> Vec<Outlier> {
    let mut found: BTreeMap<&str, Outlier> = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        let is_seen = |c: &&Column| c.marks.get(number).is_some_and(|m| *m != Mark::None);
        let hosts: Vec<&Column> = columns.iter().copied().filter(is_seen).collect();
        if hosts.len() < FEWEST
            || row.kind == super::matrix::REQUEST
            || hosts.iter().all(|c| c.marks[number] == Mark::Same)
        {
            continue;
        }
        let shown: Vec<(&Column, String)> = hosts.iter().map(|c| (*c, shows(c, number, row))).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, shown) in &shown {
            *counts.entry(shown).or_default() += 1;
        }
        let Some((usual, most)) = counts.into_iter().max_by_key(|(_, n)| *n) else { continue };
        // Without a majority nobody is the odd one.
        if most * 2 <= shown.len() {
            continue;
        }
        for (column, what) in shown.iter().filter(|(_, what)| what != usual) {
            let outlier = found
                .entry(&column.target)
                .or_insert_with(|| Outlier { target: column.target.clone(), ..Outlier::default() });
            outlier.brothers = outlier.brothers.max(shown.len() - 1);
            outlier.differs.push((number, what.clone()));
        }
    }
    found.into_values().collect()
}

/// What a host shows of a row; a host of which it is not known shows nothing that could be compared.
fn shows(column: &Column, number: usize, row: &Row) -> String {
    let seen = column.cells.get(&number).and_then(|c| c.seen.clone());
    match column.marks[number] {
        Mark::Same => seen.or_else(|| row.expected.clone()).unwrap_or_else(|| "there".to_owned()),
        mark @ (Mark::Missing | Mark::Undecided | Mark::Away | Mark::None) => mark.name().to_owned(),
        Mark::Differs | Mark::Extra | Mark::Waived => seen.unwrap_or_else(|| column.marks[number].name().to_owned()),
    }
}
