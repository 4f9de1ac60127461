//! What becomes of the lab's host on Kubernetes: the rules of `lab/rules.yaml` propose something, and no other; and when
//! the proposals are accepted, no entry of the spec is left without a decision.

use crate::host::{Project, container, lab, yaml};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is expected of the rules.
#[derive(Debug, Deserialize)]
struct Expected {
    /// The rules that propose something, and for what of the host's history.
    fires: BTreeMap<String, String>,
    /// Entries and what becomes of each.
    entries: BTreeMap<String, String>,
}

fn reviewed(project: &Project) -> Value {
    let output = project.repot(&["review", "--list", "--format", "json", "--role", "web"]);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn the_expected_rules_fire_and_every_entry_is_decided() {
    let expected: Expected = yaml(&lab().join("rules.yaml"));
    let project = Project::new();
    project.capture(&container());
    let before = reviewed(&project);
    let fired: BTreeSet<&str> = before["rules"].as_array().unwrap().iter().filter_map(|r| r["id"].as_str()).collect();
    let wanted: BTreeSet<&str> = expected.fires.keys().map(String::as_str).collect();
    let (missed, unasked): (Vec<_>, Vec<_>) =
        (wanted.difference(&fired).collect(), fired.difference(&wanted).collect());
    assert!(missed.is_empty() && unasked.is_empty(), "silent: {missed:?}, not expected: {unasked:?}");
    assert_eq!(before["accounting"]["unexplained"], 0, "a rule speaks of every entry");

    let output = project.repot(&["review", "--accept", "all", "--author", "lab", "--role", "web"]);
    assert_eq!(output.status.code(), Some(3), "what blocks is decided by name only");
    let after = reviewed(&project);
    let sum = &after["accounting"];
    let decided: u64 = sum["decided"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!((&sum["undecided"], &sum["unexplained"]), (&0.into(), &0.into()), "{sum}");
    assert_eq!(Some(decided), sum["entries"].as_u64(), "every entry is decided: {sum}");

    let fates: BTreeMap<&str, &str> = after["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|e| Some((e["id"].as_str()?, e["decision"]["verdict"].as_str()?)))
        .collect();
    let wrong: Vec<String> = expected
        .entries
        .iter()
        .filter(|(id, fate)| fates.get(id.as_str()) != Some(&fate.as_str()))
        .map(|(id, fate)| format!("{id}: expected {fate}, is {:?}", fates.get(id.as_str())))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
