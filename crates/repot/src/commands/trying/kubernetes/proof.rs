//! The proofs: `verify` in each container against what holds there, and the same `e2e` as against the host.

use super::play::{Running, container};
use super::{Pods, Work};
use crate::commands::e2e::E2e;
use crate::commands::verify::Verify;
use crate::error::CommandError;
use exchange::report::{self, Look, Run};
use model::exit::Exit;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use target::address::Address;

/// What the containers are in the migration.
const STAGE: &str = "pod";

/// Proves one container against the claims that hold in it.
pub(super) fn verify(asked: &Pods, pod: &Running, name: &str, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let holds = work.code.join(format!("holds/{name}.yaml"));
    if !holds.is_file() {
        work.done(format!("verify {name}"), begin, "nothing of the spec is claimed of it".to_owned(), Exit::Same);
        return Ok(());
    }
    let run = Verify::against(&address(pod, name), &holds, &asked.reach).at(STAGE).found(work.project, work.ui)?;
    let (said, exit) = (said(&run), run.exit());
    keep(&format!("verify-{name}"), &run, work)?;
    work.done(format!("verify {name}"), begin, said, exit);
    Ok(())
}

fn address(pod: &Running, name: &str) -> Address {
    Address::Container { engine: "podman", name: container(&pod.name, name) }
}

/// Runs the tests over HTTP, if there are any.
pub(super) fn e2e(asked: &Pods, pod: &Running, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    if !work.project.e2e().is_dir() {
        work.done("e2e", begin, "there are no tests in e2e/".to_owned(), Exit::Same);
        return Ok(());
    }
    let during = asked.during.as_deref().map(Beside::start).transpose()?;
    let (run, exit) =
        E2e::of(&address(pod, "nginx"), &asked.suite, &asked.reach).at(STAGE).found(work.project, work.ui)?;
    drop(during);
    super::play::keep_logs(pod, work)?;
    keep("e2e", &run, work)?;
    work.done("e2e", begin, said(&run), exit);
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

/// Keeps findings as a log.
fn keep(name: &str, run: &Run, work: &Work<'_>) -> Result<(), CommandError> {
    for (report, end) in [("human", "txt"), ("json", "json")] {
        let mut bytes = Vec::new();
        if let Some(report) = report::named(report) {
            (report.write)(run, Look { all: true, ..Look::default() }, &mut bytes)
                .map_err(|e| CommandError::usage(e.to_string()))?;
        }
        crate::files::write(&work.place.join(format!("{name}.{end}")), &bytes)?;
    }
    Ok(())
}

/// What was found, counted, in words.
fn said(run: &Run) -> String {
    let counts: Vec<_> = run.targets.iter().map(report::Target::counts).collect();
    let all = [
        (counts.iter().map(|c| c.same).sum::<usize>(), "same"),
        (counts.iter().map(|c| c.waived).sum(), "waived"),
        (counts.iter().map(|c| c.differs).sum(), "differ"),
        (counts.iter().map(|c| c.missing).sum(), "missing"),
        (counts.iter().map(|c| c.extra).sum(), "extra"),
        (counts.iter().map(|c| c.undecided).sum(), "undecided"),
    ];
    let some: Vec<String> = all.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if some.is_empty() { "nothing was compared".to_owned() } else { some.join(", ") }
}
