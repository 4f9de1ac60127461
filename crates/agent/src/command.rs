//! Running a program with limits: on time, on output, and on whatever it leaves behind.

use crate::machine::plain;
use crate::printed::Printed;
use kinds::sys::{Command, Output};
use model::answer::{Answer, Why, WhyCode};
use rustix::process::{Pid, Signal};
use std::io::{ErrorKind, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The variable by which the processes of one run know each other, also those that became daemons.
const MARK: &str = "REPOT_RUN";

/// How long to wait for output that a left-behind process still holds open, once the program itself has ended.
const LINGER: Duration = Duration::from_millis(300);

/// How often a program whose output is open and silent is looked after.
const TICK: Duration = Duration::from_millis(20);

static RUNS: AtomicU64 = AtomicU64::new(0);

/// Runs a program; see [`kinds::sys::Sys::run`].
pub fn run(command: &Command) -> Answer<Output> {
    run_with(command, Vec::new())
}

/// Runs a program that reads what nobody else may see from its stdin: arguments can be read by all users of the machine.
pub(crate) fn run_with(command: &Command, input: Vec<u8>) -> Answer<Output> {
    let line = command.argv.join(" ");
    let mark = format!("{}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
    let child = match start(command, &mark, !input.is_empty()) {
        Ok(mut child) => {
            if let Some(mut stdin) = child.stdin.take() {
                // A program that does not read to the end says itself what is wrong.
                thread::spawn(move || stdin.write_all(&input).ok());
            }
            child
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let code = if error.kind() == ErrorKind::PermissionDenied { WhyCode::Denied } else { WhyCode::Failed };
            return Err(Why::new(code, format!("{line}: {}", plain(&error))));
        }
    };
    Run { child, mark, line, deadline: Instant::now() + command.timeout }.finish(command)
}

fn start(command: &Command, mark: &str, has_input: bool) -> std::io::Result<Child> {
    let as_user = command.user.iter().flat_map(|user| ["runuser", "-u", user.as_str(), "--"]);
    let mut argv = as_user.chain(command.argv.iter().map(String::as_str));
    let program = argv.next().ok_or_else(|| std::io::Error::new(ErrorKind::InvalidInput, "no program named"))?;
    let mut process = std::process::Command::new(program);
    process
        .args(argv)
        .env_clear()
        .current_dir("/")
        .env("PATH", PATH)
        .env("LC_ALL", "C")
        .env("HOME", "/root")
        .env(MARK, mark);
    process.envs(command.env.iter().map(|(k, v)| (k, v)));
    process
        .stdin(if has_input { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    process.spawn()
}

struct Run {
    child: Child,
    mark: String,
    line: String,
    deadline: Instant,
}

impl Run {
    fn finish(mut self, command: &Command) -> Answer<Output> {
        let result = self.collect(command);
        if result.is_err() {
            self.end_all();
        }
        result
    }

    fn collect(&mut self, command: &Command) -> Answer<Output> {
        let mut printed = Printed::of(&mut self.child, command.most).map_err(|e| self.failed(&e))?;
        let mut ended: Option<(ExitStatus, Instant)> = None;
        loop {
            let wait = TICK.min(self.deadline.saturating_duration_since(Instant::now()));
            printed.read(wait).map_err(|e| self.failed(&e))?;
            if printed.is_over() {
                let detail = format!("{} printed more than {} bytes", self.line, command.most);
                return Err(Why::new(WhyCode::TooLarge, detail));
            }
            if printed.has_ended() {
                let status = self.wait_for_end(command)?;
                return Ok(Some(printed.output(code(status))));
            }
            // Of a program that had ended before this reading, everything has been read; never end without that.
            if let Some((status, since)) = ended
                && since.elapsed() > LINGER
            {
                return Ok(Some(printed.output(code(status))));
            }
            if ended.is_none() {
                ended = self.child.try_wait().map_err(|e| self.failed(&e))?.map(|status| (status, Instant::now()));
            }
            if Instant::now() >= self.deadline && ended.is_none() {
                return Err(self.timed_out(command));
            }
        }
    }

    /// Both outputs ended; the program itself may go on.
    fn wait_for_end(&mut self, command: &Command) -> Result<ExitStatus, Why> {
        loop {
            if let Some(status) = self.child.try_wait().map_err(|e| self.failed(&e))? {
                return Ok(status);
            }
            if Instant::now() >= self.deadline {
                return Err(self.timed_out(command));
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn timed_out(&self, command: &Command) -> Why {
        let detail = format!("{} took longer than {} s", self.line, command.timeout.as_secs_f32());
        Why::new(WhyCode::Timeout, detail)
    }

    fn failed(&self, error: &std::io::Error) -> Why {
        Why::new(WhyCode::Failed, format!("{}: {error}", self.line))
    }

    /// Ends the program's process group, and whatever it started that left the group.
    fn end_all(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // An error here means that it has ended by itself.
            rustix::process::kill_process_group(group, Signal::KILL).ok();
        }
        for pid in marked(&self.mark) {
            rustix::process::kill_process(pid, Signal::KILL).ok();
        }
        self.child.wait().ok();
    }
}

fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|s| 128 + s)).unwrap_or(-1)
}

/// The processes that carry a run's mark in their environment.
fn marked(mark: &str) -> Vec<Pid> {
    let needle = format!("{MARK}={mark}");
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| {
            std::fs::read(format!("/proc/{pid}/environ"))
                .is_ok_and(|env| env.split(|b| *b == 0).any(|var| var == needle.as_bytes()))
        })
        .filter_map(Pid::from_raw)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, millis: u64) -> Answer<Output> {
        let mut command = Command::new(["sh", "-c", script]);
        command.timeout = Duration::from_millis(millis);
        command.most = 1000;
        run(&command)
    }

    #[test]
    fn a_program_that_is_not_there_is_an_answer() {
        assert_eq!(run(&Command::new(["repot-no-such-program"])), Ok(None));
    }

    #[test]
    fn status_and_outputs_come_back() {
        let out = sh("echo a; echo b >&2; exit 3", 5000).unwrap().unwrap();
        assert_eq!((out.status, out.stdout, out.stderr), (3, b"a\n".to_vec(), b"b\n".to_vec()));
        assert_eq!(sh("kill -9 $$", 5000).unwrap().unwrap().status, 137);
    }

    #[test]
    fn the_whole_process_tree_ends_at_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let pids = dir.path().join("pids");
        let script = format!("sleep 60 & echo $! >> {0}; setsid sleep 60 & echo $! >> {0}; sleep 60", pids.display());
        assert_eq!(sh(&script, 400).unwrap_err().code, WhyCode::Timeout);
        let text = std::fs::read_to_string(pids).unwrap();
        assert_eq!(text.lines().count(), 2);
        thread::sleep(Duration::from_millis(100));
        for pid in text.lines() {
            let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            assert!(state.is_empty() || state.contains(") Z "), "{pid} lives: {state}");
        }
    }

    #[test]
    fn a_flood_is_cut() {
        assert_eq!(sh("yes", 5000).unwrap_err().code, WhyCode::TooLarge);
    }

    #[test]
    fn a_daemon_that_keeps_the_pipe_open_does_not_hold_the_answer() {
        let begun = Instant::now();
        assert_eq!(sh("sleep 5 & exit 0", 4000).unwrap().unwrap().status, 0);
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}
