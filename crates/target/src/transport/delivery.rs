//! The agent on the far side of one connection: it is found there or sent there, asked once, and heard to its end.
//!
//! All of it goes over one process's stdin and stdout. The far side runs `deliver.sh`, which says in a line with a
//! nonce whether it needs the agent; only then are its bytes sent, and only after the last of them was taken is the
//! plan sent, so that no program on the far side reads beyond its share.

use super::through::Through;
use crate::binary::{self, Binary};
use crate::observe::Reach;
use crate::project_key::ProjectKey;
use crate::trouble::Trouble;
use model::event::Event;
use model::plan::Plan;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const SCRIPT: &str = include_str!("deliver.sh");

/// The longest line the agent may say, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

/// What is said of a program that said nothing itself.
const ENDED: &str = "it ended without a word";

/// How often a connection that was refused for load is tried again.
const TRIES: u32 = 4;

/// Runs a plan through a program that reaches the target.
pub(crate) fn run(through: &Through, plan: &Plan, reach: &Reach, take: &mut dyn FnMut(Event)) -> Result<(), Trouble> {
    let agent = binary::find(reach.agent.as_deref())?;
    let mut tried = 0;
    loop {
        tried += 1;
        let mut session = Session::start(through, agent, reach)?;
        match session.serve(agent, plan, reach, take) {
            // sshd refuses connections at random beyond MaxStartups (sshd_config(5)); a little later it takes them.
            Err(trouble) if tried < TRIES && trouble.what.contains("kex_exchange_identification") => {
                let spread = u64::from(std::process::id() % 7) * 40;
                thread::sleep(Duration::from_millis(200 * u64::from(tried) + spread));
            }
            ended => return ended,
        }
    }
}

struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<std::io::Result<Vec<u8>>>,
    complaints: Arc<Mutex<String>>,
    nonce: String,
    through: Through,
}

impl Session {
    fn start(through: &Through, agent: &Binary, reach: &Reach) -> Result<Self, Trouble> {
        let nonce = ProjectKey::random()?.id();
        let script = script(agent, reach, &nonce);
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
        Ok(Self { child, stdin, lines, complaints, nonce, through: through.clone() })
    }

    fn serve(
        &mut self,
        agent: &Binary,
        plan: &Plan,
        reach: &Reach,
        take: &mut dyn FnMut(Event),
    ) -> Result<(), Trouble> {
        let patience = reach.patience;
        if self.word(patience)? == "need" {
            self.send(&agent.bytes)?;
            let word = self.word(patience)?;
            if word != "run" {
                return Err(self.trouble(&word));
            }
        }
        if let Some(password) = &reach.sudo_password
            && reach.sudo
        {
            self.send(format!("{password}\n").as_bytes())?;
        }
        let mut text = serde_json::to_vec(plan).map_err(|e| Trouble::new(e.to_string()))?;
        text.push(b'\n');
        self.send(&text)?;
        self.hear(patience, take)
    }

    /// The next word of the script; what a login shell prints before it is passed over.
    fn word(&mut self, patience: Duration) -> Result<String, Trouble> {
        loop {
            let line = self.line(patience)?.ok_or_else(|| self.trouble(ENDED))?;
            let line = String::from_utf8_lossy(&line).into_owned();
            let Some(word) = line.trim_end().strip_prefix(&self.nonce) else { continue };
            match word.trim_start() {
                word @ ("need" | "run") => return Ok(word.to_owned()),
                "nowhere" => {
                    return Err(self.trouble("no directory there takes the agent and lets it run").hint(
                        "repot wants a directory of yours that is not mounted noexec, for a static x86-64 program",
                    ));
                }
                other => return Err(self.trouble(other)),
            }
        }
    }

    fn hear(&mut self, patience: Duration, take: &mut dyn FnMut(Event)) -> Result<(), Trouble> {
        while let Some(line) = self.line(patience)? {
            let event: Event = serde_json::from_slice(&line).map_err(|_bad| {
                let shown: String = String::from_utf8_lossy(&line).chars().take(120).collect();
                self.trouble(&format!("it said what an agent does not say: {}", shown.trim_end()))
            })?;
            let is_last = matches!(event, Event::Done { .. });
            take(event);
            if is_last {
                self.stdin = None;
                return Ok(());
            }
        }
        Err(self.trouble("the connection ended before the agent's last word"))
    }

    fn line(&mut self, patience: Duration) -> Result<Option<Vec<u8>>, Trouble> {
        match self.lines.recv_timeout(patience) {
            Ok(Ok(line)) => Ok(Some(line)),
            Ok(Err(error)) => Err(self.trouble(&error.to_string())),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => Err(self
                .trouble(&format!("silent for {} s", patience.as_secs()))
                .hint("--timeout sets how long to wait")),
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let sent = match &mut self.stdin {
            Some(stdin) => stdin.write_all(bytes).and_then(|()| stdin.flush()),
            None => Ok(()),
        };
        sent.map_err(|e| self.trouble(&e.to_string()))
    }

    /// What went wrong, with what the program in between complained, and what to do about it.
    fn trouble(&mut self, what: &str) -> Trouble {
        // What it complained may come a moment after its output ended.
        thread::sleep(Duration::from_millis(50));
        let said = self.complaints.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let last = said.lines().rfind(|l| !l.trim().is_empty()).map(str::trim);
        let program = &self.through.what;
        let last =
            last.map(|last| last.strip_prefix(program.as_str()).and_then(|l| l.strip_prefix(": ")).unwrap_or(last));
        let mut trouble = Trouble::new(match last {
            // What it complained says more than that it ended.
            Some(last) if what == ENDED => format!("{program}: {last}"),
            Some(last) => format!("{program}: {last} ({what})"),
            None => format!("{program}: {what}"),
        });
        for (part, hint) in self.through.hints {
            if said.contains(part) {
                trouble = trouble.hint(*hint);
            }
        }
        trouble
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stdin = None;
        // After its last word the far side ends by itself; if it does not, it is ended.
        for _ in 0..40 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn script(agent: &Binary, reach: &Reach, nonce: &str) -> String {
    let sudo = match (reach.sudo, &reach.sudo_password) {
        (true, Some(_)) => "ask",
        (true, None) => "yes",
        (false, _) => "no",
    };
    let remove = if reach.remove_agent { "yes" } else { "no" };
    let size = agent.bytes.len();
    format!("HASH={} SIZE={size} NONCE={nonce} SUDO={sudo} REMOVE={remove}\n{SCRIPT}", agent.hash)
}

/// One word for a shell.
fn quoted(text: &str) -> String {
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
