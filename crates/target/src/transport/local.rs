//! The machine repot runs on, and root directories on it: probes run inside repot itself.

use crate::trouble::Trouble;
use agent::machine::Machine;
use agent::redaction::Keyed;
use agent::serve::{MakeSys, serve};
use kinds::redact::Redact;
use kinds::sys::Sys;
use model::event::Event;
use model::plan::Plan;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Looks at the running machine.
pub(crate) fn running(plan: &Plan, take: &mut dyn FnMut(Event)) -> Result<(), Trouble> {
    run(plan, take, Machine::running)
}

/// Looks at a root directory.
pub(crate) fn rootfs(root: &Path, plan: &Plan, take: &mut dyn FnMut(Event)) -> Result<(), Trouble> {
    let meta = std::fs::metadata(root).map_err(|error| {
        let is_there = error.kind() != ErrorKind::NotFound;
        let (root, error) =
            (root.display(), if is_there { error.to_string() } else { "there is no such directory".into() });
        Trouble::new(format!("{root}: {error}"))
    })?;
    if !meta.is_dir() {
        return Err(Trouble::new(format!("{} is not a directory", root.display()))
            .hint("rootfs: takes an unpacked image or the mount point of a disk"));
    }
    let root: PathBuf = std::fs::canonicalize(root).map_err(|e| Trouble::new(format!("{}: {e}", root.display())))?;
    run(plan, take, move || Machine::rootfs(&root))
}

fn run(plan: &Plan, take: &mut dyn FnMut(Event), machine: impl Fn() -> Machine + 'static) -> Result<(), Trouble> {
    let begun = Instant::now();
    let redact: Arc<dyn Redact + Send + Sync> = Arc::new(Keyed::from_hex(&plan.key).map_err(Trouble::new)?);
    let machines: Arc<Mutex<Vec<Arc<Machine>>>> = Arc::default();
    let made = Arc::clone(&machines);
    let hidden = plan.hidden.clone();
    let make: MakeSys = Box::new(move || {
        let machine = Arc::new(machine().without(&hidden));
        made.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&machine));
        machine as Arc<dyn Sys + Send + Sync>
    });
    serve(plan, &make, &redact, take);
    let processes = machines.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|m| m.processes()).sum();
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    take(Event::Done { processes, millis });
    Ok(())
}
