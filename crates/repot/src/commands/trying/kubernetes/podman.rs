//! podman, as it is called here.

use crate::error::CommandError;
use std::process::{Command, Stdio};

/// Whether it is there.
pub(super) fn check() -> Result<(), CommandError> {
    run(&["--version"]).map(|_| ()).map_err(|e| e.hint("the try-out needs podman; Debian has it"))
}

/// Runs it; what it says on its output, or what it complained of.
pub(super) fn run(args: &[&str]) -> Result<String, CommandError> {
    let ended = Command::new("podman").args(args).stdin(Stdio::null()).output();
    let ended = ended.map_err(|e| CommandError::usage(format!("podman: {e}")))?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    let last: Vec<&str> = said.lines().rev().take(12).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    Err(CommandError::usage(format!("podman {}: {}", args.first().unwrap_or(&""), last.join("\n"))))
}

/// Runs it where it may well fail.
pub(super) fn try_run(args: &[&str]) {
    Command::new("podman").args(args).stdin(Stdio::null()).output().ok();
}
