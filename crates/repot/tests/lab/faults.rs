//! Planted faults: each makes the suite fail, with the location that answers and its line. And an unchanged host never does.

use crate::e2e::{Mailbox, e2e, shown};
use crate::host::{container, lab, name, on_host, yaml};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::process::Command;

/// A fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    id: String,
    /// What is wrong, for people.
    breaks: String,
    #[expect(dead_code, reason = "lab/mutate makes the change")]
    change: String,
    #[expect(dead_code, reason = "lab/mutate takes it back")]
    restore: String,
    /// The file and the beginning of the line that the message must name.
    answers: (String, String),
}

fn all() -> Vec<Fault> {
    let mut paths: Vec<_> = fs::read_dir(lab().join("faults")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.iter().flat_map(|p| yaml::<Vec<Fault>>(p)).collect()
}

fn mutate(args: &[&str]) -> Result<(), String> {
    let output = Command::new(lab().join("mutate")).args(["--from", "faults"]).args(args).output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// What of the suite fails: where the message says that the answer comes from, and why.
fn failures(mailbox: &Mailbox) -> Vec<(String, u64, String)> {
    let output = e2e(mailbox, &[&container(), "--report", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", shown(&output)));
    let findings = report["targets"][0]["findings"].as_array().unwrap_or_else(|| panic!("{report}")).clone();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let failed = findings.iter().filter(|f| f["verdict"] == "differs");
    failed.map(|f| (text(&f["set_at"]["file"]), f["set_at"]["line"].as_u64().unwrap_or(0), text(&f["why"]))).collect()
}

/// Why a fault is not told as it must be; none if it is.
fn untold(fault: &Fault, mailbox: &Mailbox) -> Option<String> {
    let changed = mutate(&[&name(), &fault.id]);
    let failures = failures(mailbox);
    let (file, begins) = &fault.answers;
    let is_named = failures.iter().filter(|(of, _, _)| of == file).any(|(_, line, why)| {
        let there = on_host(&format!("sed -n {line}p {file}")).unwrap_or_default();
        there.trim_start().starts_with(begins) && why.contains(&format!("{file}:{line}"))
    });
    mutate(&["--restore", &name(), &fault.id]).unwrap_or_else(|e| panic!("{} cannot be taken back: {e}", fault.id));
    (changed.is_err() || !is_named).then(|| {
        format!("{} ({}): wanted {begins} in {file}, {:?} seen {failures:#?}", fault.id, fault.breaks, changed.err())
    })
}

/// How many of the faults are told, in words.
fn told(faults: &[&Fault]) -> String {
    let mailbox = Mailbox::open();
    let untold: Vec<String> = faults.iter().filter_map(|fault| untold(fault, &mailbox)).collect();
    assert!(untold.is_empty(), "{}", untold.join("\n"));
    assert_eq!(failures(&mailbox), [], "after all faults were taken back");
    format!("{} faults, each fails the suite with the location and its line", faults.len())
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn e2e_names_the_line_of_some_faults() {
    let all = all();
    // One of each kind, spread over the list.
    println!("{}", told(&all.iter().step_by(all.len() / 5).collect::<Vec<_>>()));
}

#[test]
#[ignore = "needs the lab, and is long: make measure"]
fn every_fault_is_named_with_its_line() {
    let all = all();
    assert!(all.len() >= 30, "{}", all.len());
    println!("{}", told(&all.iter().collect::<Vec<_>>()));
}

#[test]
#[ignore = "needs the lab, and is long: make measure"]
fn fifty_runs_of_the_unchanged_host_fail_in_nothing() {
    let mailbox = Mailbox::open();
    let failed: Vec<_> = (0..50).flat_map(|_| failures(&mailbox)).collect();
    println!("50 runs, {} failures", failed.len());
    assert_eq!(failed, []);
}
