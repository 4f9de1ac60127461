//! What a shell is asked where no agent runs is what the agent sees: the same facts, to the byte of what is written.

use crate::host::{Project, container, news, ssh};
use std::process::Output;

/// Captures into a role of its own, without an agent if so.
fn capture(project: &Project, target: &str, role: &str, more: &[&str]) -> Output {
    let output = project.repot(&[&["capture", target, "--role", role][..], more].concat());
    let status = output.status.code().unwrap_or(-1);
    assert!(matches!(status, 0 | 3), "{status}:\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Lines of what two ways wrote that differ. Programs start between two captures, so what is volatile is left out by
/// both: nothing else may differ.
fn differences(project: &Project, file: &str) -> Vec<String> {
    let read = |role: &str| project.read(&format!("spec/{role}/{file}"));
    let (agent, shell) = (read("agent"), read("shell"));
    let only = |a: &str, b: &str, sign: &str| -> Vec<String> {
        let there: std::collections::BTreeSet<&str> = b.lines().collect();
        a.lines().filter(|l| !there.contains(l)).map(|l| format!("{sign} {l}")).collect()
    };
    [only(&agent, &shell, "agent"), only(&shell, &agent, "shell")].concat()
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn a_shell_in_the_container_says_what_the_agent_says() {
    let project = Project::new();
    capture(&project, &container(), "agent", &[]);
    capture(&project, &container(), "shell", &["--no-agent"]);
    for file in ["site.yaml", "baseline.yaml"] {
        let differ = differences(&project, file);
        assert!(differ.is_empty(), "{file}: {} lines differ:\n{}", differ.len(), differ.join("\n"));
    }
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn a_shell_over_ssh_proves_what_the_agent_captured() {
    let project = Project::new();
    project.capture(&ssh());
    let output = project.repot(&["verify", &ssh(), "--role", "web", "--no-agent", "--report", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), news(&report)), (Some(0), Vec::new()));
}
