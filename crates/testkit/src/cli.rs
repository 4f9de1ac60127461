//! Runs the `repot` binary as a person would, in a scrubbed environment, and shows what it did as one text.

use std::path::Path;
use std::process::{Command, Output};

/// What a run did: status, stdout and stderr in one text, with what differs from run to run replaced.
pub fn shown(output: &Output, redact: &[(&str, &str)]) -> String {
    let mut text = format!(
        "status: {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().map_or_else(|| "signal".to_owned(), |c| c.to_string()),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    for (what, with) in redact {
        text = text.replace(what, with);
    }
    text
}

/// The binary with nothing of the tester's environment.
pub fn command(binary: &str, dir: &Path) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(dir).env_clear().env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    command.env("HOME", dir).env("LC_ALL", "C.UTF-8").env("TERM", "dumb");
    command
}
