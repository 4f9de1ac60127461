//! A program run with a time limit and a memory limit; what it prints is read while it runs, what it complains is kept up to
//! a bound.

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The most that is kept of what a program complains, in bytes: the head of each of some ten thousand exchanges.
pub(crate) const MOST_COMPLAINED: u64 = 16 << 20;

/// The most that is read of what it prints.
const MOST_PRINTED: u64 = 256 << 20;

/// What a program may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    /// Time.
    pub(crate) time: Duration,
    /// Address space, in bytes.
    pub(crate) memory: u64,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended<T> {
    /// Its status; none for a signal.
    pub(crate) status: Option<i32>,
    /// What was read of what it printed; none if that did not come to its end in time.
    pub(crate) printed: Option<T>,
    /// What it complained.
    pub(crate) stderr: String,
    /// Whether its time was over.
    pub(crate) is_late: bool,
}

/// Runs it to its end, or to the end of its time; then it and what it started are ended. What it prints is read by a
/// function of the caller, beside it.
pub(crate) fn run<T: Send + 'static>(
    mut command: Command,
    most: Most,
    read: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
) -> std::io::Result<Ended<T>> {
    let begun = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let limit = Rlimit { current: Some(most.memory), maximum: Some(most.memory) };
    // It fails where the program ended already.
    prlimit(Some(Pid::from_child(&child)), Resource::As, limit).ok();
    let printed = beside(child.stdout.take(), MOST_PRINTED, read);
    let complained = beside(child.stderr.take(), MOST_COMPLAINED, kept);
    // It closes both when it ends.
    let left = || most.time.saturating_sub(begun.elapsed());
    let (stderr, stdout) = (complained.recv_timeout(left()).ok(), printed.recv_timeout(left()).ok());
    let is_late = stderr.is_none() || stdout.is_none();
    if is_late {
        end(&mut child);
    }
    let (stderr, printed) = (rest(stderr, &complained).unwrap_or_default(), rest(stdout, &printed));
    let status = child.wait()?;
    Ok(Ended { status: status.code(), printed, stderr: String::from_utf8_lossy(&stderr).into_owned(), is_late })
}

/// What was read, also of a program that was ended just now.
fn rest<T>(read: Option<T>, from: &Receiver<T>) -> Option<T> {
    read.or_else(|| from.recv_timeout(Duration::from_secs(1)).ok())
}

/// Keeps all of a stream. What cannot be read was not said.
fn kept(stream: &mut dyn Read) -> Vec<u8> {
    let mut said = Vec::new();
    stream.read_to_end(&mut said).ok();
    said
}

/// Has so much of a stream read, beside the caller, and the rest read away, so that nobody waits for it to be taken.
fn beside<T: Send + 'static>(
    stream: Option<impl Read + Send + 'static>,
    most: u64,
    read: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
) -> Receiver<T> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        if let Some(mut stream) = stream {
            let said = read(&mut (&mut stream).take(most));
            std::io::copy(&mut stream, &mut std::io::sink()).ok();
            sender.send(said).ok();
        }
    });
    receiver
}

/// Ends a process group.
fn end(child: &mut Child) {
    let group = format!("-{}", child.id());
    // Both fail only when nothing is left to end.
    Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status().ok();
    child.kill().ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, time: Duration, memory: u64) -> Ended<Vec<u8>> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, Most { time, memory }, kept).unwrap()
    }

    #[test]
    fn it_ends_in_time_with_all_it_started() {
        let begun = Instant::now();
        let ended = shell("echo begun >&2; sleep 60 & sleep 60", Duration::from_millis(300), 1 << 30);
        assert!(ended.is_late && begun.elapsed() < Duration::from_secs(10));
        assert_eq!(ended.stderr, "begun\n");
    }

    #[test]
    fn what_it_says_is_kept_up_to_a_bound() {
        let script = "yes 12345678 | head -c 30000000 >&2; yes 1234567 | head -c 3000000; exit 4";
        let ended = shell(script, Duration::from_secs(20), 1 << 30);
        assert_eq!(
            (ended.status, ended.stderr.len(), ended.printed.map(|p| p.len())),
            (Some(4), 16 << 20, Some(3_000_000))
        );
    }

    #[test]
    fn its_memory_is_limited() {
        // The shell itself has begun when its limit is set; what it starts has it from the beginning.
        let ended = shell("sleep 1; exec sh -c 'ulimit -v'", Duration::from_secs(20), 512 << 20);
        assert_eq!(ended.printed.as_deref(), Some(&b"524288\n"[..]));
    }
}
