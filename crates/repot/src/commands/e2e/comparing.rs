//! The answers of several targets, compared with those of the first.

use super::Tested;
use super::going::Going;
use e2e::compare::Asked;
use e2e::engine::Ran;
use e2e::run::FileRun;
use e2e::suite::Suite;
use exchange::report;
use exchange::report::contents::unified;

/// A report for each target but the first, against the first.
pub(crate) fn compared(suite: &Suite, targets: &[Going], tested: &[Tested]) -> Vec<report::Target> {
    let Some((first, others)) = tested.split_first() else { return Vec::new() };
    let (Ok(runs), Some(again)) = (&first.runs, &first.again) else { return Vec::new() };
    let name = &targets[0].name;
    let others = targets.iter().skip(1).zip(others);
    others
        .filter_map(|(going, other)| {
            let other = other.runs.as_ref().ok()?;
            Some(pair(suite, [name, &going.name], [runs, again, other]))
        })
        .collect()
}

fn pair(suite: &Suite, [against, name]: [&String; 2], [first, again, other]: [&Vec<FileRun>; 3]) -> report::Target {
    let mut target = report::Target { name: name.clone(), against: against.clone(), ..report::Target::default() };
    for (at, file) in suite.files.iter().enumerate() {
        let (Some(one), Some(two), Some(three)) = (ran(first, at), ran(again, at), ran(other, at)) else { continue };
        let redactions = [&first[at].redaction, &other[at].redaction];
        for difference in (Asked { file: &file.hurl, first: one, again: two, other: three, redactions }).compare() {
            if let Some([expected, seen]) = &difference.bodies {
                target.contents.insert(difference.finding.subject(), unified(expected, seen));
            }
            target.findings.push(difference.finding);
        }
    }
    target
}

fn ran(runs: &[FileRun], at: usize) -> Option<&Ran> {
    runs.get(at)?.ran.as_ref().ok()
}
