//! One shell as root on the lab's host for many scripts: starting one for each would take longer than the scripts do.

use crate::host::{lab, name};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What the shell says after a script, followed by the script's status.
const DONE: &str = "-- repot's lab: done";

/// The shell.
pub(crate) struct Session {
    shell: Child,
    says: BufReader<ChildStdout>,
    hears: ChildStdin,
}

impl Session {
    /// Starts it, with the functions that the changes may call.
    pub(crate) fn new() -> Self {
        let container = format!("repot-lab-{}", name());
        let mut shell = Command::new("podman")
            .args(["exec", "-i", &container, "bash"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (says, hears) = (BufReader::new(shell.stdout.take().unwrap()), shell.stdin.take().unwrap());
        let mut session = Self { shell, says, hears };
        session.hears.write_all(&fs::read(lab().join("mutations/in-host.sh")).unwrap()).unwrap();
        session
    }

    /// Runs a script to its end or its first failing command; what it said if it failed.
    pub(crate) fn run(&mut self, script: &str) -> Result<(), String> {
        let whole = format!("( set -e\n{script}\n) </dev/null 2>&1\nprintf '\\n%s %d\\n' \"{DONE}\" $?\n");
        self.hears.write_all(whole.as_bytes()).map_err(|e| e.to_string())?;
        let mut said = String::new();
        loop {
            let mut line = Vec::new();
            let read = self.says.read_until(b'\n', &mut line).map_err(|e| e.to_string())?;
            let line = String::from_utf8_lossy(&line);
            match line.strip_prefix(DONE).map(str::trim) {
                Some("0") => return Ok(()),
                Some(status) => return Err(format!("status {status}: {}", said.trim())),
                None if read == 0 => return Err(format!("the shell ended: {}", said.trim())),
                None => said.push_str(&line),
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.shell.kill().ok();
        self.shell.wait().ok();
    }
}
