//! A program run with a time limit and a memory limit, what it says kept up to a bound.

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The most that is kept of what a program complains, in bytes.
const MOST_COMPLAINED: u64 = 1 << 20;

/// The most that is kept of what it prints.
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
pub(crate) struct Ended {
    /// Its status; none for a signal.
    pub(crate) status: Option<i32>,
    /// What it printed.
    pub(crate) stdout: Vec<u8>,
    /// What it complained.
    pub(crate) stderr: String,
    /// Whether its time was over.
    pub(crate) is_late: bool,
}

/// Runs it to its end, or to the end of its time; then it and what it started are ended.
pub(crate) fn run(mut command: Command, most: Most) -> std::io::Result<Ended> {
    let begun = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let limit = Rlimit { current: Some(most.memory), maximum: Some(most.memory) };
    // It fails where the program ended already.
    prlimit(Some(Pid::from_child(&child)), Resource::As, limit).ok();
    let printed = kept(child.stdout.take(), MOST_PRINTED);
    let complained = kept(child.stderr.take(), MOST_COMPLAINED);
    // It closes both when it ends.
    let left = || most.time.saturating_sub(begun.elapsed());
    let (stderr, stdout) = (complained.recv_timeout(left()).ok(), printed.recv_timeout(left()).ok());
    let is_late = stderr.is_none() || stdout.is_none();
    if is_late {
        end(&mut child);
    }
    let rest = |said: Option<Vec<u8>>, from: &Receiver<Vec<u8>>| {
        said.or_else(|| from.recv_timeout(Duration::from_secs(1)).ok()).unwrap_or_default()
    };
    let (stderr, stdout) = (rest(stderr, &complained), rest(stdout, &printed));
    let status = child.wait()?;
    Ok(Ended { status: status.code(), stdout, stderr: String::from_utf8_lossy(&stderr).into_owned(), is_late })
}

/// Reads a stream to its end, and keeps so much of it.
fn kept(stream: Option<impl Read + Send + 'static>, most: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        if let Some(mut stream) = stream {
            // What cannot be read was not said; the rest is read away so that nobody waits for it to be taken.
            (&mut stream).take(most).read_to_end(&mut said).ok();
            std::io::copy(&mut stream, &mut std::io::sink()).ok();
        }
        sender.send(said).ok();
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

    fn shell(script: &str, time: Duration, memory: u64) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, Most { time, memory }).unwrap()
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
        let script = "yes 12345678 | head -c 3000000 >&2; yes 1234567 | head -c 3000000; exit 4";
        let ended = shell(script, Duration::from_secs(20), 1 << 30);
        assert_eq!((ended.status, ended.stderr.len(), ended.stdout.len()), (Some(4), 1 << 20, 3_000_000));
    }

    #[test]
    fn its_memory_is_limited() {
        // The shell itself has begun when its limit is set; what it starts has it from the beginning.
        let ended = shell("sleep 1; exec sh -c 'ulimit -v'", Duration::from_secs(20), 512 << 20);
        assert_eq!(String::from_utf8_lossy(&ended.stdout), "524288\n");
    }
}
