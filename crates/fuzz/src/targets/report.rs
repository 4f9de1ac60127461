//! Reports of findings whose every text a host, or somebody who wrote a spec, chose.

use super::parts;
use crate::Target;
use exchange::report::{Look, REPORTS, Report, Run, Target as Reported};
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::place::Place;
use model::text::unsafe_on_terminals;
use serde_json::Value;

/// A report has as many findings as there are, whatever they say, and nothing in it acts on a terminal.
pub(super) fn target() -> Target {
    Target::new("report", run, || {
        [
            "file\0/etc/a\0mode\0u=rw\0u=r",
            "file\0/tmp/\u{1b}[2J\n::error::x%\"<b>]]>{{ x }}$(id)\u{202e}#\0a\0\nok 2\0not ok\r\n1..0",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    })
}

fn run(input: &[u8]) {
    let Some(parts) = parts(input) else { return };
    let [kind, name, property, expected, seen, ..] = parts.as_slice() else { return };
    let finding = |verdict| Finding {
        property: Some((*property).to_owned()),
        expected: Some((*expected).to_owned()),
        seen: Some((*seen).into()),
        claimed_at: Some(Place { file: (*name).to_owned(), line: 1, column: 1 }),
        why: Some((*seen).to_owned()),
        ..Finding::whole(ResourceId::new(*kind, *name), verdict)
    };
    let verdicts = [
        Verdict::Differs,
        Verdict::Missing,
        Verdict::Extra,
        Verdict::Same,
        Verdict::Undecided(Why::new(WhyCode::Denied, *seen)),
        Verdict::Waived((*seen).to_owned()),
    ];
    let findings: Vec<Finding> = verdicts.into_iter().map(finding).collect();
    let count = findings.len();
    let reached = Reported { name: (*name).to_owned(), against: (*seen).to_owned(), findings, ..Reported::default() };
    let lost = Reported { unreachable: Some(((*seen).to_owned(), vec![(*name).to_owned()])), ..Reported::default() };
    let run = Run { command: "verify", targets: vec![reached, lost] };
    for report in REPORTS {
        check(report, &run, count);
    }
}

fn check(report: &Report, run: &Run, count: usize) {
    let mut bytes = Vec::new();
    (report.write)(run, Look::default(), &mut bytes).unwrap_or_else(|e| panic!("{}: {e}", report.name));
    let text = String::from_utf8(bytes).unwrap_or_else(|e| panic!("{}: {e}", report.name));
    assert!(!text.chars().any(|c| c != '\n' && unsafe_on_terminals(c)), "{}: {text:?}", report.name);
    let lines = |begins: &[&str]| text.lines().filter(|line| begins.iter().any(|b| line.starts_with(b))).count();
    match report.name {
        // Same and waived findings have no annotation; the target that was not reached has one.
        "github" => {
            assert_eq!((lines(&["::error ", "::warning "]), text.lines().count()), (count - 1, count - 1), "{text:?}")
        }
        // One for the target that was not reached.
        "tap" => assert_eq!(lines(&["ok ", "not ok "]), count + 1, "{text:?}"),
        "json" => {
            let read: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("json: {e}: {text:?}"));
            let findings = read.pointer("/targets/0/findings").and_then(Value::as_array).map_or(0, Vec::len);
            assert_eq!(findings, count, "{text:?}");
        }
        "junit" => assert_eq!(text.matches("<testcase ").count(), count + 1, "{text:?}"),
        _ => {}
    }
}
