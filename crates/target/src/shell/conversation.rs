//! One shell that is asked and answers, one question at a time. A question that hangs is given up with the shell it
//! hangs in, and another one is started; a connection that ends is not made again.

use super::bootstrap;
use crate::observe::Reach;
use crate::project_key::ProjectKey;
use crate::transport::through::Through;
use crate::transport::wire::{Heard, Wire};
use crate::trouble::Trouble;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::answer::{Why, WhyCode};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many shells may hang before nothing more is asked.
const MOST_HANGS: u32 = 3;

/// The longest answer, encoded.
const LONGEST: usize = 1 << 30;

/// What a question gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// What it printed.
    pub(crate) out: Vec<u8>,
    /// What it complained; its status is the last line.
    pub(crate) complaint: Vec<u8>,
}

/// The shell on the far side.
pub(crate) struct Conversation {
    through: Through,
    reach: Reach,
    talk: Mutex<Talk>,
    has: BTreeSet<String>,
    /// What no one there can know beforehand.
    pub(crate) mark: String,
    runs: AtomicU64,
}

struct Talk {
    shell: Result<Shell, Why>,
    hangs: u32,
}

struct Shell {
    wire: Wire,
    is_hex: bool,
}

impl Conversation {
    /// Reaches a shell that does nothing but answer.
    pub(crate) fn start(through: &Through, reach: &Reach) -> Result<Self, Trouble> {
        Self::go_on(begin(through, reach)?, through, reach)
    }

    /// Goes on with a shell that has read the bootstrap line.
    pub(crate) fn go_on(mut wire: Wire, through: &Through, reach: &Reach) -> Result<Self, Trouble> {
        let (is_hex, has) = ready(&mut wire, reach)?;
        let talk = Mutex::new(Talk { shell: Ok(Shell { wire, is_hex }), hangs: 0 });
        let mark = format!("{}{}", ProjectKey::random()?.id(), ProjectKey::random()?.id());
        Ok(Self { through: through.clone(), reach: reach.clone(), talk, has, mark, runs: AtomicU64::new(0) })
    }

    /// Whether something is there that not every system has.
    pub(crate) fn has(&self, what: &str) -> bool {
        self.has.contains(what)
    }

    /// Why nothing more can be asked, if so.
    pub(crate) fn lost(&self) -> Option<Why> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner).shell.as_ref().err().cloned()
    }

    /// How many programs were run for probes.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// The number of the next program that is run.
    pub(crate) fn next_run(&self) -> u64 {
        self.runs.fetch_add(1, Ordering::Relaxed)
    }

    /// Asks a question: a line of sh. `patience` is how long it may be silent.
    pub(crate) fn ask(&self, question: &[u8], patience: Duration) -> Result<Said, Why> {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        let shell = talk.shell.as_mut().map_err(|why| why.clone())?;
        let why = match shell.ask(question, patience) {
            Ok(said) => return Ok(said),
            Err(why) => why,
        };
        shell.wire.cut();
        if why.code == WhyCode::Cut {
            talk.shell = Err(why.clone());
            return Err(why);
        }
        talk.hangs += 1;
        talk.shell = if talk.hangs > MOST_HANGS { Err(why.clone()) } else { self.another().map_err(cut) };
        Err(why)
    }

    fn another(&self) -> Result<Shell, Trouble> {
        let mut wire = begin(&self.through, &self.reach)?;
        let (is_hex, _) = ready(&mut wire, &self.reach)?;
        Ok(Shell { wire, is_hex })
    }
}

fn begin(through: &Through, reach: &Reach) -> Result<Wire, Trouble> {
    Wire::start(through, |nonce| format!("NONCE={nonce}\n{}", bootstrap(reach)))
}

/// Waits for a shell to be ready: whether it answers in hexadecimal digits, and what is there.
fn ready(wire: &mut Wire, reach: &Reach) -> Result<(bool, BTreeSet<String>), Trouble> {
    if let Some(password) = &reach.sudo_password
        && reach.sudo
    {
        wire.send(format!("{password}\n").as_bytes())?;
    }
    let word = wire.word(reach.patience)?;
    let mut words = word.split_whitespace().map(str::to_owned);
    if words.next().as_deref() != Some("ready") {
        return Err(wire.trouble(&word));
    }
    Ok((words.next().as_deref() == Some("hex"), words.collect()))
}

fn cut(trouble: Trouble) -> Why {
    Why::new(WhyCode::Cut, trouble.what)
}

impl Shell {
    fn ask(&mut self, question: &[u8], patience: Duration) -> Result<Said, Why> {
        self.wire.send(&[question, b"\n"].concat()).map_err(cut)?;
        Ok(Said { out: self.part(patience)?, complaint: self.part(patience)? })
    }

    /// One part of an answer, up to the line that closes it.
    fn part(&mut self, patience: Duration) -> Result<Vec<u8>, Why> {
        let mut text = Vec::new();
        loop {
            let line = match self.wire.heard(patience) {
                Heard::Line(line) => line,
                Heard::End => return Err(cut(self.wire.trouble("the connection ended"))),
                Heard::Failed(error) => return Err(cut(self.wire.trouble(&error))),
                Heard::Silence => {
                    let detail = format!("the shell there was silent for {} s", patience.as_secs());
                    return Err(Why::new(WhyCode::Timeout, detail));
                }
            };
            if line.trim_ascii() == self.wire.nonce.as_bytes() {
                return self.decoded(&text).ok_or_else(|| {
                    Why::new(WhyCode::Malformed, "the shell there answered what cannot be read".to_owned())
                });
            }
            text.extend(line.iter().filter(|b| !b.is_ascii_whitespace()));
            if text.len() > LONGEST {
                return Err(Why::new(WhyCode::TooLarge, format!("an answer of more than {LONGEST} bytes")));
            }
        }
    }

    fn decoded(&self, text: &[u8]) -> Option<Vec<u8>> {
        if self.is_hex { unhex(text) } else { STANDARD.decode(text).ok() }
    }
}

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pairs = text.chunks_exact(2);
    pairs.remainder().is_empty().then_some(())?;
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

impl Said {
    /// What was complained, without the status, and the status. `None` where so much was complained that it was cut.
    pub(crate) fn ended(&self) -> Option<(&[u8], i32)> {
        let at = self.complaint.iter().rposition(|b| *b == b'\n')?;
        let status = std::str::from_utf8(self.complaint.get(at + 1..)?).ok()?.trim().parse().ok()?;
        Some((self.complaint.get(..at)?, status))
    }

    /// The first line of what was complained; empty where nothing was.
    pub(crate) fn first_complaint(&self) -> String {
        let said = self.ended().map_or(self.complaint.as_slice(), |(said, _)| said);
        let said = model::text::from_bytes(said);
        said.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answers_end_is_its_status() {
        let said = |text: &str| Said { complaint: text.into(), ..Said::default() };
        assert_eq!(said("\n0").ended(), Some((b"".as_slice(), 0)));
        assert_eq!(said("sh: no\n\n7").ended(), Some((b"sh: no\n".as_slice(), 7)));
        assert_eq!(said("yes yes yes").ended(), None);
        assert_eq!(said("\nstat: no\n1").first_complaint(), "stat: no");
    }

    #[test]
    fn hexadecimal_digits_are_read() {
        assert_eq!(unhex(b"00ffa0"), Some(vec![0, 255, 160]));
        assert_eq!(unhex(b"0"), None);
        assert_eq!(unhex(b"zz"), None);
    }
}
