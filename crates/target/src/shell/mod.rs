//! Looking at a target on which no program of ours runs: the probes run here, and every question they ask is put to one
//! `sh` there, over the same single connection. Slower, same facts.

mod attributes;
mod connect;
mod conversation;
mod line;
mod paths;
mod system;

pub(crate) use conversation::Conversation;

use crate::observe::Reach;
use crate::trouble::Trouble;
use agent::redaction::Keyed;
use agent::serve::{MakeSys, serve as look};
use kinds::redact::Redact;
use kinds::sys::Sys;
use model::event::Event;
use model::plan::Plan;
use std::sync::Arc;
use std::time::Instant;
use system::ShellSystem;

const QUESTIONS: &str = include_str!("questions.sh");

/// How much longer a kind may take than with an agent: a question is a round trip and some processes.
const SLOWER: u64 = 4;

/// The line that makes a shell answer questions. The shell that reads it knows NONCE.
pub(crate) fn bootstrap(reach: &Reach) -> String {
    let script = line::word(QUESTIONS.as_bytes()).unwrap_or_default();
    let script = String::from_utf8_lossy(&script);
    let sudo = match (reach.sudo, &reach.sudo_password) {
        (true, Some(_)) => "sudo -S -p '' -- ",
        (true, None) => "sudo -n -- ",
        (false, _) => "",
    };
    format!("n=$(printf '\\nx'); n=${{n%x}}; exec {sudo}sh -c {script} repot \"$NONCE\"")
}

/// Runs a plan by asking. What is secret is replaced here, before anybody hears of it.
pub(crate) fn serve(there: Conversation, plan: &Plan, take: &mut dyn FnMut(Event)) -> Result<(), Trouble> {
    let begun = Instant::now();
    let redact: Arc<dyn Redact + Send + Sync> = Arc::new(Keyed::from_hex(&plan.key).map_err(Trouble::new)?);
    let there = Arc::new(there);
    let asked = Arc::clone(&there);
    let make: MakeSys = Box::new(move || Arc::new(ShellSystem::new(Arc::clone(&asked))) as Arc<dyn Sys + Send + Sync>);
    let mut plan = plan.clone();
    plan.seconds_per_kind = plan.seconds_per_kind.saturating_mul(SLOWER);
    look(&plan, &make, &redact, take);
    if let Some(why) = there.lost() {
        return Err(Trouble::new(why.detail));
    }
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    take(Event::Done { processes: there.runs(), millis });
    Ok(())
}
