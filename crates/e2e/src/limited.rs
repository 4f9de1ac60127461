//! A program run with a time limit and a memory limit, its complaints kept up to a bound.

use std::ffi::OsString;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// The most that is kept of what a program complains, in bytes.
const MOST_SAID: u64 = 1 << 20;

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Its status; none for a signal.
    pub(crate) status: Option<i32>,
    /// What it complained.
    pub(crate) stderr: String,
    /// Whether its time was over.
    pub(crate) is_late: bool,
}

/// A command that may take so much address space, in KiB. The shell sets the limit and becomes the program.
pub(crate) fn command(words: &[OsString], most_memory: u64) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -v {most_memory} 2>/dev/null; exec \"$@\"")).arg("sh").args(words);
    command
}

/// Runs it to its end, or to the end of its time; then it and what it started are ended.
pub(crate) fn run(mut command: Command, most: Duration) -> std::io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let (sender, receiver) = channel();
    let stderr = child.stderr.take();
    thread::spawn(move || {
        let mut said = Vec::new();
        if let Some(mut stderr) = stderr {
            // What cannot be read was not said; the rest is read away so that nobody waits for it to be taken.
            (&mut stderr).take(MOST_SAID).read_to_end(&mut said).ok();
            std::io::copy(&mut stderr, &mut std::io::sink()).ok();
        }
        sender.send(said).ok();
    });
    // It closes its stderr when it ends.
    let (said, is_late) = match receiver.recv_timeout(most) {
        Ok(said) => (said, false),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            end(&mut child);
            (receiver.recv_timeout(Duration::from_secs(1)).unwrap_or_default(), true)
        }
    };
    let status = child.wait()?;
    Ok(Ended { status: status.code(), stderr: String::from_utf8_lossy(&said).into_owned(), is_late })
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
    use std::time::Instant;

    fn shell(script: &str, most: Duration) -> Ended {
        run(command(&["sh".into(), "-c".into(), script.into()], 1 << 20), most).unwrap()
    }

    #[test]
    fn it_ends_in_time_with_all_it_started() {
        let begun = Instant::now();
        let ended = shell("echo begun >&2; sleep 60 & sleep 60", Duration::from_millis(300));
        assert!(ended.is_late && begun.elapsed() < Duration::from_secs(10));
        assert_eq!(ended.stderr, "begun\n");
    }

    #[test]
    fn what_it_says_is_kept_up_to_a_bound() {
        let ended = shell("yes 12345678 | head -c 3000000 >&2; exit 4", Duration::from_secs(20));
        assert_eq!((ended.status, ended.stderr.len()), (Some(4), 1 << 20));
    }
}
