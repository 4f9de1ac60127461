//! The agent on a target: reads one plan from stdin, says what it sees on stdout, one JSON object a line, and ends.

use agent::machine::Machine;
use agent::redaction::Keyed;
use agent::serve::{MakeSys, serve};
use kinds::redact::Redact;
use model::event::{Event, PROTOCOL};
use model::plan::Plan;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The longest plan that is read, in bytes.
const LONGEST_PLAN: u64 = 256 << 20;

fn main() -> ExitCode {
    // Whoever brought it here wants to know whether it runs at all.
    if std::env::args_os().nth(1).is_some_and(|word| word == "--runs") {
        return ExitCode::SUCCESS;
    }
    match look(root()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            // The one line that the other side shows when no event came.
            writeln!(std::io::stderr(), "repot-agent: {trouble}").ok();
            ExitCode::FAILURE
        }
    }
}

/// The root of the machine to look at, where it is not this program's own: `--root DIR`.
fn root() -> Option<PathBuf> {
    let mut words = std::env::args_os().skip(1);
    (words.next()? == "--root").then(|| words.next().map(PathBuf::from))?
}

/// Goes into a root for good, as far as the kernel allows it: what is there is then run and read as by itself.
fn enter(root: &Path) -> bool {
    std::os::unix::fs::chroot(root).is_ok() && std::env::set_current_dir("/").is_ok()
}

fn look(root: Option<PathBuf>) -> Result<(), String> {
    let begun = Instant::now();
    let plan = plan()?;
    let redact: Arc<dyn Redact + Send + Sync> = Arc::new(Keyed::from_hex(&plan.key)?);
    let machines: Arc<Mutex<Vec<Arc<Machine>>>> = Arc::default();
    let made = Arc::clone(&machines);
    let hidden = plan.hidden.clone();
    if let Some(root) = &root
        && let Err(error) = std::fs::read_dir(root)
    {
        return Err(format!("{}: {error}", root.display()));
    }
    let root = root.filter(|root| !enter(root));
    let make: MakeSys = Box::new(move || {
        let machine = Arc::new(root.as_deref().map_or_else(Machine::running, Machine::beside).without(&hidden));
        made.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&machine));
        machine
    });
    let mut out = BufWriter::new(std::io::stdout().lock());
    serve(&plan, &make, &redact, &mut |event| {
        if say(&mut out, &event).is_err() {
            nobody_listens();
        }
    });
    let processes = machines.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|m| m.processes()).sum();
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    say(&mut out, &Event::Done { processes, millis }).and_then(|()| out.flush()).map_err(|e| e.to_string())
}

/// The connection was cut: there is nothing left to do, and no one to tell.
#[expect(clippy::exit, reason = "probes that hang must not keep the agent on the target")]
fn nobody_listens() -> ! {
    std::process::exit(1)
}

fn plan() -> Result<Plan, String> {
    let mut text = String::new();
    let mut stdin = BufReader::new(std::io::stdin().lock().take(LONGEST_PLAN));
    stdin.read_line(&mut text).map_err(|e| format!("the plan: {e}"))?;
    let plan: Plan = serde_json::from_str(&text).map_err(|e| format!("the plan: {e}"))?;
    if plan.protocol != PROTOCOL {
        return Err(format!("the plan speaks protocol {}, this agent {PROTOCOL}", plan.protocol));
    }
    Ok(plan)
}

fn say(out: &mut impl Write, event: &Event) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, event)?;
    out.write_all(b"\n")?;
    if matches!(event, Event::Resource { .. }) { Ok(()) } else { out.flush() }
}
