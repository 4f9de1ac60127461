//! The kill rate: every single change a person or a broken deploy makes is found, on the right resource.

use crate::host::{Project, container, lab, news, on_host, yaml};
use model::id::glob;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;

/// One change, and how it is taken back.
#[derive(Debug, Deserialize)]
struct Mutation {
    id: String,
    kind: String,
    change: String,
    restore: String,
    expect: Vec<String>,
}

fn all() -> Vec<Mutation> {
    let mut paths: Vec<_> = fs::read_dir(lab().join("mutations")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "yaml"));
    paths.sort();
    let mut all: Vec<Mutation> = paths.iter().flat_map(|p| yaml::<Vec<Mutation>>(p)).collect();
    if let Ok(only) = std::env::var("REPOT_MUTATION") {
        all.retain(|m| glob(&only, &m.id));
    }
    all
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn every_change_is_found() {
    let project = Project::new();
    project.capture(&container());
    let mutations = all();
    let mut by_kind: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut lived = Vec::new();
    for mutation in &mutations {
        let changed = on_host(&mutation.change);
        let (_, report) = project.verify(&container());
        let found = news(&report);
        on_host(&mutation.restore).unwrap_or_else(|e| panic!("{} cannot be taken back: {e}", mutation.id));
        let hit = changed.is_ok() && mutation.expect.iter().any(|want| found.iter().any(|(id, _)| covers(want, id)));
        let count = by_kind.entry(mutation.kind.clone()).or_default();
        count.1 += 1;
        if hit {
            count.0 += 1;
        } else {
            let lines: Vec<&str> = found.iter().map(|(_, line)| line.as_str()).take(6).collect();
            lived.push(format!("{}: wanted {:?}, {:?} found {lines:#?}", mutation.id, mutation.expect, changed.err()));
        }
    }
    for (kind, (killed, total)) in &by_kind {
        println!("{kind:<20} {killed} of {total}");
    }
    let (_, report) = project.verify(&container());
    assert!(lived.is_empty(), "{} of {} lived:\n{}", lived.len(), mutations.len(), lived.join("\n"));
    assert!(mutations.len() >= 100 || std::env::var_os("REPOT_MUTATION").is_some());
    assert_eq!(news(&report), [], "after all changes were taken back");
}

/// A `*` in a resource's name covers anything.
fn covers(want: &str, id: &str) -> bool {
    glob(want, id)
}
