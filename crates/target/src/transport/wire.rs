//! The two ends of one program that reaches a target: lines come from it, bytes go to it, and what it complains is kept.

use super::through::Through;
use crate::project_key::ProjectKey;
use crate::trouble::Trouble;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The longest line the far side may say, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

/// What is said of a program that said nothing itself.
pub(crate) const ENDED: &str = "it ended without a word";

/// What comes from the far side.
pub(crate) enum Heard {
    /// A line, with its end.
    Line(Vec<u8>),
    /// There will be no more.
    End,
    /// Nothing came in time.
    Silence,
    /// Reading failed.
    Failed(String),
}

/// A running program and what stands between it and us.
pub(crate) struct Wire {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<std::io::Result<Vec<u8>>>,
    complaints: Arc<Mutex<String>>,
    /// What the far side begins its words with, so that nothing else is taken for one.
    pub(crate) nonce: String,
    through: Through,
}

impl Wire {
    /// Starts the program with what a shell on the far side is to run, made with the nonce.
    pub(crate) fn start(through: &Through, script: impl FnOnce(&str) -> String) -> Result<Self, Trouble> {
        let nonce = ProjectKey::random()?.id();
        let script =
            if through.root.is_some() { format!("IFS= read -r go\n{}", script(&nonce)) } else { script(&nonce) };
        let mut argv = through.argv.clone();
        if through.is_one_word {
            argv.push(format!("exec sh -c {}", quoted(&script)));
        } else {
            argv.extend(["sh".to_owned(), "-c".to_owned(), script]);
        }
        let mut command = Command::new(&argv[0]);
        command.args(&argv[1..]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|e| Trouble::new(format!("{}: {e}", argv[0])).hint(format!("install {}", argv[0])))?;
        let lines = lines(child.stdout.take());
        let complaints = complaints(child.stderr.take());
        let stdin = child.stdin.take();
        let mut wire = Self { child, stdin, lines, complaints, nonce, through: through.clone() };
        if through.root.is_some() {
            // What is said before anybody listens there is lost: it waits for a word.
            wire.send(b"go\n")?;
        }
        Ok(wire)
    }

    /// The next word of the script; what a login shell prints before it is passed over.
    pub(crate) fn word(&mut self, patience: Duration) -> Result<String, Trouble> {
        loop {
            let line = self.line(patience)?.ok_or_else(|| self.trouble(ENDED))?;
            let line = String::from_utf8_lossy(&line).into_owned();
            if let Some(word) = line.trim_end().strip_prefix(&self.nonce) {
                return Ok(word.trim_start().to_owned());
            }
        }
    }

    /// The next line, with its end; `None` when there are no more.
    pub(crate) fn line(&mut self, patience: Duration) -> Result<Option<Vec<u8>>, Trouble> {
        match self.heard(patience) {
            Heard::Line(line) => Ok(Some(line)),
            Heard::Failed(error) => Err(self.trouble(&error)),
            Heard::End => Ok(None),
            Heard::Silence => Err(self
                .trouble(&format!("silent for {} s", patience.as_secs()))
                .hint("--timeout sets how long to wait")),
        }
    }

    /// What comes next.
    pub(crate) fn heard(&self, patience: Duration) -> Heard {
        match self.lines.recv_timeout(patience) {
            Ok(Ok(line)) => Heard::Line(line),
            Ok(Err(error)) => Heard::Failed(error.to_string()),
            Err(RecvTimeoutError::Disconnected) => Heard::End,
            Err(RecvTimeoutError::Timeout) => Heard::Silence,
        }
    }

    /// Sends bytes.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let sent = match &mut self.stdin {
            Some(stdin) => stdin.write_all(bytes).and_then(|()| stdin.flush()),
            None => Ok(()),
        };
        sent.map_err(|e| self.trouble(&e.to_string()))
    }

    /// Says that nothing more will be sent.
    pub(crate) fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// What went wrong, with what the program in between complained, and what to do about it.
    pub(crate) fn trouble(&mut self, what: &str) -> Trouble {
        // What it complained may come a moment after its output ended.
        thread::sleep(Duration::from_millis(50));
        let said = self.complaints.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let last = said.lines().rfind(|l| !l.trim().is_empty()).map(str::trim);
        let program = &self.through.what;
        let last =
            last.map(|last| last.strip_prefix(program.as_str()).and_then(|l| l.strip_prefix(": ")).unwrap_or(last));
        let trouble = Trouble::new(match last {
            // What it complained says more than that it ended.
            Some(last) if what == ENDED => format!("{program}: {last}"),
            Some(last) => format!("{program}: {last} ({what})"),
            None => format!("{program}: {what}"),
        });
        self.through.explain(trouble, &said)
    }

    /// Ends the program at once.
    pub(crate) fn cut(&mut self) {
        self.stdin = None;
        // An error here means that it has ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.stdin = None;
        // After its last word the far side ends by itself; if it does not, it is ended.
        for _ in 0..40 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.cut();
    }
}

/// One word for a shell.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn lines(from: Option<impl Read + Send + 'static>) -> Receiver<std::io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    let Some(from) = from else { return receiver };
    thread::spawn(move || {
        let mut from = BufReader::with_capacity(1 << 16, from);
        loop {
            let mut line = Vec::new();
            let read = (&mut from).take(LONGEST_LINE).read_until(b'\n', &mut line);
            let message = match read {
                Ok(0) => return,
                Ok(_) => Ok(line),
                Err(error) => Err(error),
            };
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Keeps the end of what a program complains.
fn complaints(from: Option<impl Read + Send + 'static>) -> Arc<Mutex<String>> {
    let kept: Arc<Mutex<String>> = Arc::default();
    let to = Arc::clone(&kept);
    if let Some(from) = from {
        thread::spawn(move || {
            for line in BufReader::new(from.take(1 << 20)).split(b'\n').map_while(Result::ok) {
                let mut kept = to.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push_str(&String::from_utf8_lossy(&line));
                kept.push('\n');
            }
        });
    }
    kept
}
