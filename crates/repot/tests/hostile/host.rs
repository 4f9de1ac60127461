//! Runs repot with a time limit, and checks what holds in every case.

use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long any case may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A project with a hostile root in `root/`.
pub(crate) struct Case {
    pub(crate) dir: TempDir,
}

impl Case {
    pub(crate) fn new() -> Self {
        let case = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(case.root()).unwrap();
        case
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("root")
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Runs repot to its end within the limit.
    pub(crate) fn repot(&self, args: &[&str], path: Option<&Path>) -> Output {
        let mut command = testkit::cli::command(env!("CARGO_BIN_EXE_repot"), self.dir.path());
        if let Some(first) = path {
            command.env("PATH", format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", first.display()));
        }
        let child =
            command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = within_limit(child, args);
        sound(&output, args);
        output
    }
}

fn within_limit(mut child: Child, args: &[&str]) -> Output {
    let begun = Instant::now();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (out, err) = (drain(out), drain(err));
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() };
        }
        if begun.elapsed() > LIMIT {
            child.kill().unwrap();
            panic!("{args:?} did not end in {} s", LIMIT.as_secs());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn drain(mut from: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).ok();
        bytes
    })
}

/// What holds of every run: no bug, nothing that a terminal would act on.
fn sound(output: &Output, args: &[&str]) {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8(text).unwrap_or_else(|e| panic!("{args:?} printed what is not UTF-8: {e}"));
    assert_ne!(output.status.code(), Some(70), "{args:?} is a bug:\n{text}");
    assert!(!text.contains("panicked"), "{args:?}:\n{text}");
    let bad = text.chars().find(|c| *c != '\n' && model::text::unsafe_on_terminals(*c));
    assert_eq!(bad, None, "{args:?} sends a character that terminals act on:\n{text:?}");
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
