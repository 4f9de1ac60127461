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
            Some(pair(suite, [name, &going.name], [runs, again, other], false))
        })
        .collect()
}

/// What differs from the first to the other. `whole` where the suite claims nothing itself, so that a request without an
/// answer is told here or nowhere.
pub(super) fn pair(
    suite: &Suite,
    [against, name]: [&String; 2],
    [first, again, other]: [&Vec<FileRun>; 3],
    whole: bool,
) -> report::Target {
    let mut target = report::Target { name: name.clone(), against: against.clone(), ..report::Target::default() };
    for (at, file) in suite.files.iter().enumerate() {
        let nothing = Ran::default();
        let runs = [ran(first, at), ran(again, at), ran(other, at)];
        if !whole && runs.iter().any(Option::is_none) {
            continue;
        }
        let [one, two, three] = runs.map(|ran| ran.unwrap_or(&nothing));
        let redactions = [&first[at].redaction, &other[at].redaction];
        let asked = Asked { file: &file.hurl, first: one, again: two, other: three, redactions };
        let silent = if whole { asked.silent() } else { Vec::new() };
        for difference in asked.compare().into_iter().chain(silent) {
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
