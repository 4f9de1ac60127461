//! Who may see less is told less, and nothing else: what a user without rights cannot look at is undecided, never different
//! and never gone.

use crate::host::{Project, ssh};
use serde_json::Value;
use std::collections::BTreeMap;

#[test]
#[ignore = "needs the lab: make test-lab"]
fn what_a_user_may_not_see_is_undecided_and_not_different() {
    let project = Project::new();
    project.capture(&ssh());
    let output = project.repot_as_user(&["verify", &ssh(), "--role", "web", "--report", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut verdicts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for finding in report["targets"][0]["findings"].as_array().unwrap() {
        let subject = format!("{}[{}] {}", finding["kind"], finding["name"], finding["property"]);
        verdicts.entry(finding["verdict"].as_str().unwrap()).or_default().push(subject);
    }
    for wrong in ["differs", "missing", "extra"] {
        assert!(!verdicts.contains_key(wrong), "{wrong}: {:#?}", verdicts[wrong]);
    }
    assert_eq!(output.status.code(), Some(3));
    let count = |verdict: &str| verdicts.get(verdict).map_or(0, Vec::len);
    assert!(count("undecided") > 100 && count("same") > 5000, "{} and {}", count("undecided"), count("same"));
}
