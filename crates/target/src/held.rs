//! A shell script that runs on a target as long as it is held: it says when it is ready, waits for the end of its stdin,
//! and takes back what it did. Its stdin ends with the connection, and so with repot, however repot ends.

use crate::address::Address;
use crate::observe::Reach;
use crate::project_key::ProjectKey;
use crate::transport::through::{self, Through};
use crate::trouble::Trouble;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The most that is heard of a script, in bytes.
const MOST: u64 = 256 << 20;

/// A script that runs on a target.
#[derive(Debug)]
pub struct Held {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    complaints: Receiver<String>,
    nonce: String,
    through: Through,
    patience: Duration,
}

impl Held {
    /// Starts a script, for which `$NONCE` begins every line that is meant, and waits until it says `ready`.
    pub fn start(address: &Address, reach: &Reach, script: &str) -> Result<Self, Trouble> {
        let through = way(address, reach)?;
        let nonce = ProjectKey::random()?.id();
        // What sudo did not take as its password is passed over, up to the line that is the nonce.
        let entry = format!("while IFS= read -r line; do [ \"$line\" = {nonce} ] && exec sh -s; done; exit 1");
        let mut argv = through.argv.clone();
        let root = match (reach.sudo, &reach.sudo_password) {
            (true, Some(_)) => &["sudo", "-S", "-p", "", "--"][..],
            (true, None) => &["sudo", "-n", "--"][..],
            (false, _) => &[],
        };
        let words: Vec<&str> = root.iter().copied().chain(["sh", "-c", &entry]).collect();
        if through.is_one_word {
            argv.push(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
        } else {
            argv.extend(words.into_iter().map(str::to_owned));
        }
        let mut command = Command::new(&argv[0]);
        command.args(&argv[1..]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let spawned = command.spawn();
        let mut child =
            spawned.map_err(|e| Trouble::new(format!("{}: {e}", argv[0])).hint(format!("install {}", argv[0])))?;
        let lines = lines(child.stdout.take());
        let complaints = lines_of_complaint(child.stderr.take());
        let stdin = child.stdin.take();
        let mut held = Self { child, stdin, lines, complaints, nonce, through, patience: reach.patience };
        let password =
            reach.sudo_password.as_ref().filter(|_| reach.sudo).map_or_else(String::new, |p| format!("{p}\n"));
        held.send(&format!("{password}{nonce}\nNONCE={nonce}\n{script}\n", nonce = held.nonce))?;
        held.until("ready")?;
        Ok(held)
    }

    fn send(&mut self, text: &str) -> Result<(), Trouble> {
        let sent = self.stdin.as_mut().map(|stdin| stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()));
        match sent {
            Some(Err(error)) => Err(self.trouble(&error.to_string())),
            Some(Ok(())) | None => Ok(()),
        }
    }

    /// The lines up to the word that is waited for. A line `failed WHY` ends the waiting.
    fn until(&mut self, word: &str) -> Result<Vec<String>, Trouble> {
        let until = Instant::now() + self.patience;
        let mut said = Vec::new();
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => match line.strip_prefix(&self.nonce).map(str::trim) {
                    Some(heard) if heard == word => return Ok(said),
                    Some(heard) => match heard.strip_prefix("failed ") {
                        Some(why) => return Err(Trouble::new(why)),
                        None => said.push(heard.to_owned()),
                    },
                    // What a login shell prints is passed over.
                    None => {}
                },
                Err(RecvTimeoutError::Disconnected) => return Err(self.trouble("it ended without a word")),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(self.trouble(&format!("silent for {} s", self.patience.as_secs())));
                }
            }
        }
    }

    /// Lets it end, and gives what it says at its end, up to the line `done`.
    pub fn end(mut self) -> Result<Vec<String>, Trouble> {
        drop(self.stdin.take());
        self.until("done")
    }

    fn trouble(&self, what: &str) -> Trouble {
        let said: Vec<String> =
            std::iter::from_fn(|| self.complaints.recv_timeout(Duration::from_millis(50)).ok()).collect();
        let last = said.iter().rfind(|line| !line.trim().is_empty());
        let program = &self.through.what;
        let what =
            last.map_or_else(|| format!("{program}: {what}"), |last| format!("{program}: {} ({what})", last.trim()));
        let hints = self.through.hints.iter().filter(|(part, _)| said.iter().any(|line| line.contains(part)));
        hints.fold(Trouble::new(what), |trouble, (_, hint)| trouble.hint(*hint))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It takes back what it did; only what does not end by itself is ended.
        let until = Instant::now() + Duration::from_secs(15);
        while Instant::now() < until {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn way(address: &Address, reach: &Reach) -> Result<Through, Trouble> {
    match address {
        Address::Local => {
            Ok(Through { argv: Vec::new(), is_one_word: false, what: "sh".into(), root: None, hints: &[] })
        }
        Address::Ssh { user, host, port } => Ok(through::ssh(user.as_deref(), host, *port, reach)),
        Address::Container { engine, name } => Ok(through::container(engine, name)),
        Address::Pod { namespace, pod, container } => Ok(through::pod(namespace, pod, container.as_deref(), reach)),
        Address::Rootfs(_) | Address::Recording(_) => {
            Err(Trouble::new(format!("{address} does not run, so nothing can be started there")))
        }
    }
}

/// One word for a shell.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn lines(from: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(from) = from {
        thread::spawn(move || {
            for line in BufReader::new(from.take(MOST)).split(b'\n').map_while(Result::ok) {
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

fn lines_of_complaint(from: Option<impl Read + Send + 'static>) -> Receiver<String> {
    lines(from.map(|from| from.take(1 << 20)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach() -> Reach {
        Reach { patience: Duration::from_secs(10), ..Reach::default() }
    }

    #[test]
    fn it_is_held_until_its_end_and_says_its_last_words() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("left");
        let script = format!(
            "main() {{ : >{0}; echo noise; echo $NONCE ready; cat >/dev/null; rm {0}; echo $NONCE a b; echo $NONCE done; }}\nmain",
            quoted(&file.display().to_string())
        );
        let held = Held::start(&Address::Local, &reach(), &script).unwrap();
        assert!(file.exists());
        assert_eq!(held.end().unwrap(), ["a b"]);
        assert!(!file.exists());
        drop(Held::start(&Address::Local, &reach(), &script).unwrap());
        assert!(!file.exists());
    }

    #[test]
    fn how_it_failed_is_told() {
        let failed = Held::start(&Address::Local, &reach(), "echo $NONCE failed no such thing; exit 1").unwrap_err();
        assert_eq!(failed.what, "no such thing");
        let failed = Held::start(&Address::Local, &reach(), "echo oh no >&2; exit 1").unwrap_err();
        assert_eq!(failed.what, "sh: oh no (it ended without a word)");
        assert!(Held::start(&Address::Rootfs("/x".into()), &reach(), "").is_err());
    }
}
