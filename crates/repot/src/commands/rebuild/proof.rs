//! The proofs: the same `verify` and `e2e` that a person runs, with their reports kept.

use super::Work;
use crate::error::CommandError;
use crate::observing::ReachArgs;
use model::exit::Exit;
use serde_json::Value;
use std::process::Command;
use std::time::Instant;
use target::address::Address;

/// Proves the machine against the spec.
pub(super) fn verify(reach: &ReachArgs, on: &Address, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let report = work.logs.join("verify.json");
    let args = ["verify".to_owned(), on.to_string(), "--role".to_owned(), work.role.clone()];
    let exit = this("verify", &args, &report, reach, work)?;
    let counts = counts(&report);
    let total: u64 = counts.iter().map(|(_, n)| n).sum();
    let of = |name: &str| counts.iter().find(|(n, _)| n == name).map_or(0, |(_, n)| *n);
    let holds = of("same") + of("waived");
    let share = if total == 0 { 0.0 } else { holds as f64 * 100.0 / total as f64 };
    let shown: Vec<String> = counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}")).collect();
    work.done("verify", begin, format!("{share:.2} % of {total} findings hold: {}", shown.join(", ")), exit);
    Ok(())
}

/// Runs the tests over HTTP, if there are any.
pub(super) fn e2e(reach: &ReachArgs, on: &Address, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    if !work.project.e2e().is_dir() {
        work.done("e2e", begin, "there are no tests in e2e/".to_owned(), Exit::Same);
        return Ok(());
    }
    let report = work.logs.join("e2e.json");
    let exit = this("e2e", &["e2e".to_owned(), on.to_string()], &report, reach, work)?;
    let shown: Vec<String> =
        counts(&report).iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}")).collect();
    work.done("e2e", begin, shown.join(", "), exit);
    Ok(())
}

/// Runs repot itself, with its report and its log kept.
fn this(
    name: &str,
    args: &[String],
    report: &std::path::Path,
    reach: &ReachArgs,
    work: &Work<'_>,
) -> Result<Exit, CommandError> {
    let program = std::env::current_exe().map_err(|e| CommandError::usage(format!("repot itself: {e}")))?;
    let ended = Command::new(program)
        .arg("--project")
        .arg(work.project.root())
        .args(args)
        .args(reach.typed())
        .arg("--report")
        .arg(format!("json:{}", report.display()))
        .arg("--report")
        .arg(format!("human:{}", work.logs.join(format!("{name}.txt")).display()))
        .output()
        .map_err(|e| CommandError::usage(format!("repot itself: {e}")))?;
    let log = work.logs.join(format!("{name}.log"));
    let both = [ended.stdout, ended.stderr].concat();
    crate::files::write(&log, &both)?;
    let code = ended.status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.and_then(Exit::of_code).unwrap_or(Exit::Bug))
}

/// What a report counts, by verdict.
fn counts(report: &std::path::Path) -> Vec<(String, u64)> {
    let value: Option<Value> = std::fs::read(report).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let mut counts: Vec<(String, u64)> = Vec::new();
    for target in value.iter().flat_map(|v| v["targets"].as_array()).flatten() {
        for (name, n) in target["counts"].as_object().into_iter().flatten() {
            let n = n.as_u64().unwrap_or_default();
            match counts.iter_mut().find(|(known, _)| known == name) {
                Some((_, sum)) => *sum += n,
                None => counts.push((name.clone(), n)),
            }
        }
    }
    counts
}
