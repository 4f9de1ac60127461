//! The proofs: the same `verify` and `e2e` that a person runs, with their findings kept.

use super::{Rebuild, Work};
use crate::commands::{e2e::E2e, verify::Verify};
use crate::error::CommandError;
use crate::ran::{self, Begun};
use exchange::report::{self, Counts, Look, Run};
use model::exit::Exit;
use std::time::Instant;
use target::address::Address;

/// What the machine is in the migration.
const STAGE: &str = "rebuilt";

/// Proves the machine against the spec.
pub(super) fn verify(asked: &Rebuild, on: &Address, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let run = Verify::of(on, &work.role, &asked.reach).at(STAGE).found(work.project, work.ui)?;
    let counts = counts(&run);
    let share = (counts.same + counts.waived) as f64 * 100.0 / counts.total().max(1) as f64;
    let result = format!("{share:.2} % of {} findings hold: {}", counts.total(), said(&counts));
    let exit = run.exit();
    keep("verify", run, work)?;
    work.done("verify", begin, result, exit);
    Ok(())
}

/// Runs the tests over HTTP, if there are any.
pub(super) fn e2e(asked: &Rebuild, on: &Address, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    if !work.project.e2e().is_dir() {
        work.done("e2e", begin, "there are no tests in e2e/".to_owned(), Exit::Same);
        return Ok(());
    }
    match E2e::of(on, &asked.suite, &asked.reach).at(STAGE).found(work.project, work.ui) {
        Ok((run, exit)) => {
            let result = said(&counts(&run));
            keep("e2e", run, work)?;
            work.done("e2e", begin, result, exit);
        }
        // What was proven before is told all the same.
        Err(error) => {
            work.ui.error(&error);
            work.done("e2e", begin, error.what, error.exit);
        }
    }
    Ok(())
}

/// Keeps findings: as a log, and for the reports of the whole.
pub(super) fn keep(name: &str, run: Run, work: &mut Work<'_>) -> Result<(), CommandError> {
    for (report, end) in [("human", "txt"), ("json", "json")] {
        let mut bytes = Vec::new();
        if let Some(report) = report::named(report) {
            (report.write)(&run, Look { all: true, ..Look::default() }, &mut bytes)
                .map_err(|e| CommandError::usage(e.to_string()))?;
        }
        crate::files::write(&work.logs.join(format!("{name}.{end}")), &bytes)?;
    }
    if run.command == "rebuild" {
        ran::keep_plain(work.project, &run, Begun::now(), work.ui);
    }
    work.found.extend(run.targets);
    Ok(())
}

fn counts(run: &Run) -> Counts {
    let mut all = Counts::default();
    for counts in run.targets.iter().map(report::Target::counts) {
        all.same += counts.same;
        all.differs += counts.differs;
        all.missing += counts.missing;
        all.extra += counts.extra;
        all.undecided += counts.undecided;
        all.waived += counts.waived;
    }
    all
}

/// What is counted, in words.
fn said(counts: &Counts) -> String {
    let all = [
        (counts.same, "same"),
        (counts.waived, "waived"),
        (counts.differs, "differ"),
        (counts.missing, "missing"),
        (counts.extra, "extra"),
        (counts.undecided, "undecided"),
    ];
    let some: Vec<String> = all.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if some.is_empty() { "nothing was compared".to_owned() } else { some.join(", ") }
}
