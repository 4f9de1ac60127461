//! Runs the `repot` binary as a person would, in a scrubbed environment, and shows what it did as one text.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
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

    /// What is shown in a terminal of its own, which script(1) makes, when somebody types keys, one after the other.
    pub fn in_a_terminal(&self, args: &[&str], keys: &str) -> String {
        let quoted = |word: &&str| format!("'{}'", word.replace('\'', "'\\''"));
        let line = std::iter::once(&self.binary).chain(args).map(quoted).collect::<Vec<_>>().join(" ");
        let mut child = command("script", &self.path(""))
            .args(["-qec", &line, "/dev/null"])
            .env("TERM", "xterm")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("script(1)");
        let mut stdin = child.stdin.take().expect("a pipe");
        for key in keys.chars() {
            // A person types one key after the other; what was typed ahead is not lost either.
            stdin.write_all(key.to_string().as_bytes()).and_then(|()| stdin.flush()).expect("the terminal takes it");
        }
        // The terminal stays open until the program ends by itself.
        let output = child.wait_with_output().expect("its end");
        drop(stdin);
        shown(&output, &[])
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
