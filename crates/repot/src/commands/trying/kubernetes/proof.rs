//! The proofs: `verify` in each container against what holds there, and the same `e2e` as against the host.

use super::play::{Running, container};
use super::{Pods, Work};
use crate::error::CommandError;
use crate::files;
use crate::observing::ReachArgs;
use model::exit::Exit;
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// Proves one container against the claims that hold in it.
pub(super) fn verify(reach: &ReachArgs, pod: &Running, name: &str, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let holds = work.code.join(format!("holds/{name}.yaml"));
    if !holds.is_file() {
        work.done(format!("verify {name}"), begin, "nothing of the spec is claimed of it".to_owned(), Exit::Same);
        return Ok(());
    }
    let target = format!("podman:{}", container(&pod.name, name));
    let args = ["verify".to_owned(), target, "--spec".to_owned(), holds.display().to_string()];
    let (exit, counts) = this(&format!("verify-{name}"), &args, reach, work)?;
    work.done(format!("verify {name}"), begin, told(&counts), exit);
    Ok(())
}

/// Runs the tests over HTTP, if there are any.
pub(super) fn e2e(pods: &Pods, pod: &Running, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    if !work.project.e2e().is_dir() {
        work.done("e2e", begin, "there are no tests in e2e/".to_owned(), Exit::Same);
        return Ok(());
    }
    let beside = pods.beside.as_deref().map(Beside::start).transpose()?;
    let mut args = vec!["e2e".to_owned(), format!("podman:{}", container(&pod.name, "nginx"))];
    args.extend(pods.env.iter().flat_map(|env| ["--env".to_owned(), env.clone()]));
    let (exit, counts) = this("e2e", &args, &pods.reach, work)?;
    drop(beside);
    super::play::keep_logs(pod, work)?;
    work.done("e2e", begin, told(&counts), exit);
    Ok(())
}

/// What runs beside the tests, until they end: its input ends then.
struct Beside(Child);

impl Beside {
    fn start(command: &str) -> Result<Self, CommandError> {
        let child = Command::new("sh")
            .args(["-c", &format!("exec {command}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.map_err(|e| CommandError::usage(format!("{command}: {e}")))?;
        // It says a line when it is ready.
        if let Some(out) = child.stdout.take() {
            use std::io::BufRead;
            std::io::BufReader::new(out).read_line(&mut String::new()).ok();
        }
        Ok(Self(child))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Runs repot itself, with its report and its log kept.
fn this(
    name: &str,
    args: &[String],
    reach: &ReachArgs,
    work: &Work<'_>,
) -> Result<(Exit, Vec<(String, u64)>), CommandError> {
    let program = std::env::current_exe().map_err(|e| CommandError::usage(format!("repot itself: {e}")))?;
    let report = work.place.join(format!("{name}.json"));
    let ended = Command::new(program)
        .arg("--project")
        .arg(work.project.root())
        .args(args)
        .args(reach.typed())
        .arg("--report")
        .arg(format!("json:{}", report.display()))
        .arg("--report")
        .arg(format!("human:{}", work.place.join(format!("{name}.txt")).display()))
        .output()
        .map_err(|e| CommandError::usage(format!("repot itself: {e}")))?;
    files::write(&work.place.join(format!("{name}.log")), &[ended.stdout, ended.stderr].concat())?;
    let code = ended.status.code().and_then(|code| u8::try_from(code).ok());
    Ok((code.and_then(Exit::of_code).unwrap_or(Exit::Bug), counts(&report)))
}

fn told(counts: &[(String, u64)]) -> String {
    let shown: Vec<String> = counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}")).collect();
    if shown.is_empty() { "nothing was compared".to_owned() } else { shown.join(", ") }
}

/// What a report counts, by verdict.
fn counts(report: &Path) -> Vec<(String, u64)> {
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
