//! Runs the `repot` binary as a person would, in a scrubbed environment, and shows what it did as one text.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A project in an empty directory, with a root directory `fs` to look at.
pub struct Project {
    dir: TempDir,
    binary: &'static str,
}

impl Project {
    /// A new one, for a `repot` binary.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new(binary: &'static str) -> Self {
        let dir = tempfile::tempdir().unwrap_or_else(|e| panic!("a temporary directory: {e}"));
        let project = Self { dir, binary };
        project.write("fs/etc/hostname", "web-03\n");
        project
    }

    /// A path in it.
    pub fn path(&self, rest: &str) -> PathBuf {
        self.dir.path().join(rest)
    }

    /// Writes a file.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        let done = fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).and_then(|()| fs::write(&path, text));
        done.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }

    /// The text of a file; empty if there is none.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// Runs repot in it.
    ///
    /// # Panics
    /// When it cannot be run.
    pub fn run(&self, args: &[&str]) -> Output {
        let output = command(self.binary, self.dir.path()).args(args).output();
        output.unwrap_or_else(|e| panic!("{}: {e}", self.binary))
    }

    /// What a run did, in one text.
    pub fn shown(&self, args: &[&str]) -> String {
        let here = self.dir.path().display().to_string();
        shown(&self.run(args), &[(&here, "[PROJECT]")])
    }

    /// The status a run ended with; -1 for a signal.
    pub fn status(&self, args: &[&str]) -> i32 {
        self.run(args).status.code().unwrap_or(-1)
    }
}

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
