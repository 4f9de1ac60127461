//! Spec files and gossfiles as people write them.

use super::text;
use crate::Target;
use exchange::spec_file::parse::parse;
use exchange::spec_file::problem::Problem;
use exchange::spec_file::role::{Captured, Host, Role, capture};
use exchange::spec_file::sums;
use kinds::KnownKinds;
use model::compare::compare;
use model::draft::Draft;
use model::text::unsafe_on_terminals;
use std::collections::BTreeMap;

const SPECS: &[&str] = &[
    "repot: 1\nkey: k\ncomplete: [hostname, service]\nopen:\n  \"service[x]\": it moves\n",
    "repot: 1\nhostname:\n  hostname: {configured: web-03, from: observed at /etc/hostname, why: x}\n",
    "repot: 1\nservice:\n  nginx: {enabled: true, running: {value: true, waive: {reason: x, until: 2030-01-01}}}\n",
    "repot: 1\nfile:\n  /etc/*.conf: {mode: \"0644\", contents: [a, '!b', /c/], size: '>= 3'}\n  /x: {exists: false}\n",
    "repot: 1\npackage:\n  a: &a {versions: ['>= 8.2, < 8.3']}\n  b: *a\n  c: {<<: *a, gone: true}\n",
    "repot: 1\nuser:\n  d: {groups: {consist-of: [a, {have-prefix: b}]}, uid: {and: [{gt: 1}, {not: {lt: 2}}]}}\n",
];

const GOSS: &[&str] = &[
    "service:\n  nginx:\n    title: x\n    enabled: true\n    meta: {a: b}\n",
    "file:\n  /etc/passwd:\n    exists: true\n    contains: [root, '!/x/']\n    size: {gt: 1}\n",
    "gossfile:\n  a/*.yaml: {skip: false}\n  b: {file: c.yaml}\n",
    "package:\n  x: {installed: true, versions: [1.0], skip: true}\n",
    "file:\n{{ range .Vars }}\n",
    "http:\n  https://x/:\n    status: 200\n    body: {gjson: {a.b: {have-len: 3}}}\n    headers: {have-key-with-value: {a: b}}\n",
];

/// What is wrong is told at a place that is in the file, and nothing of the file acts on the terminal.
pub(super) fn check_problems(text: &str, problems: &[Problem]) {
    assert!(!problems.is_empty(), "refused without a word");
    let lines = u32::try_from(text.split(['\n', '\r']).count()).unwrap_or(u32::MAX);
    for problem in problems {
        assert!(problem.place.line <= lines + 1, "{} of {lines} lines", problem.place);
        let long = problem.line.chars().count().max(1) + 1;
        let column = usize::try_from(problem.place.column).unwrap_or(usize::MAX);
        assert!(column <= long || long > 400, "{} of {long} columns of {:?}", problem.place, problem.line);
        let shown = problem.to_string();
        assert!(!shown.chars().any(|c| c != '\n' && unsafe_on_terminals(c)), "{shown:?}");
    }
}

fn check(text: &str) {
    let files = [("spec.yaml".to_owned(), text.to_owned())];
    let spec = match parse(&files) {
        Ok(parsed) => parsed.spec,
        Err(problems) => return check_problems(text, &problems),
    };
    // What claims a value is met by a machine that shows that value.
    let facts = spec.as_facts();
    for finding in compare(&spec, &facts, &KnownKinds, "2026-01-01") {
        let exact =
            finding.property.as_deref().is_none_or(|p| facts.value(&finding.id.kind, &finding.id.name, p).is_some());
        let is_known = facts.get(&finding.id).is_some();
        assert!(
            !exact || !is_known || finding.verdict.name() == "same" || finding.verdict.name() == "waived",
            "{finding:?}"
        );
    }
}

/// A spec with its header.
pub(super) fn specs() -> Target {
    let run = |input: &[u8]| text(input).into_iter().for_each(check);
    Target::new("spec", run, || SPECS.iter().map(|s| s.as_bytes().to_vec()).collect())
}

/// The same without a header.
pub(super) fn gossfiles() -> Target {
    let run = |input: &[u8]| text(input).into_iter().for_each(check);
    Target::new("gossfile", run, || GOSS.iter().map(|s| s.as_bytes().to_vec()).collect())
}

/// A capture into a file that people wrote gives one that can be read, and the next one changes nothing more.
pub(super) fn captured_again() -> Target {
    let run = |input: &[u8]| {
        let Some(text) = text(input) else { return };
        let files = BTreeMap::from([("site.yaml".to_owned(), text.to_owned())]);
        let draft = Draft::default();
        let Ok(first) = captured(&files, &draft) else { return };
        let files = after(first);
        let second = captured(&files, &draft).unwrap_or_else(|p| panic!("{}\n{files:?}", said(&p)));
        assert_eq!(after(second), files, "a second capture of the same changes the files");
    };
    Target::new("merge", run, || SPECS.iter().map(|s| s.as_bytes().to_vec()).collect())
}

pub(super) fn captured(files: &BTreeMap<String, String>, draft: &Draft) -> Result<Captured, Vec<Problem>> {
    let hosts = [Host { name: "h", draft }];
    capture(Role { name: "h", dir: "spec/h", hosts: &hosts, files, key: "k", only: None })
}

pub(super) fn after(captured: Captured) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> =
        captured.files.into_iter().map(|(name, merged)| (name, merged.text)).collect();
    files.insert(sums::NAME.to_owned(), captured.sums);
    files
}

pub(super) fn said(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
