//! What a program prints on its two outputs, read without threads: whoever asks after a program has ended has read all that
//! it printed, however busy the machine is. (A thread that reads may not have come to it by then, and nobody can tell.)

use kinds::sys::Output;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use std::io::{ErrorKind, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::process::Child;
use std::time::Duration;

/// The outputs of one program.
pub(crate) struct Printed {
    stdout: Stream,
    stderr: Stream,
}

impl Printed {
    /// Takes over the outputs of a program; keeps at most so many bytes of each.
    pub(crate) fn of(child: &mut Child, most: u64) -> std::io::Result<Self> {
        let stdout = Stream::of(child.stdout.take().map(OwnedFd::from), most)?;
        let stderr = Stream::of(child.stderr.take().map(OwnedFd::from), most)?;
        Ok(Self { stdout, stderr })
    }

    /// Waits until something is printed, but not longer than told, and reads all that is there.
    pub(crate) fn read(&mut self, wait: Duration) -> std::io::Result<()> {
        let open = [&self.stdout, &self.stderr].into_iter().filter_map(|s| s.pipe.as_ref());
        let mut fds: Vec<PollFd<'_>> = open.map(|pipe| PollFd::new(pipe, PollFlags::IN)).collect();
        let wait = Timespec::try_from(wait).map_err(|_far| std::io::Error::from(Errno::INVAL))?;
        match poll(&mut fds, Some(&wait)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        self.stdout.read()?;
        self.stderr.read()
    }

    /// Whether both outputs are closed.
    pub(crate) fn has_ended(&self) -> bool {
        self.stdout.pipe.is_none() && self.stderr.pipe.is_none()
    }

    /// Whether more was printed than is kept.
    pub(crate) fn is_over(&self) -> bool {
        self.stdout.is_over() || self.stderr.is_over()
    }

    /// What was read, beside how the program ended.
    pub(crate) fn output(self, status: i32) -> Output {
        Output { status, stdout: self.stdout.bytes, stderr: self.stderr.bytes }
    }
}

/// One output; without a pipe when it is closed.
struct Stream {
    pipe: Option<std::fs::File>,
    bytes: Vec<u8>,
    most: u64,
}

impl Stream {
    fn of(pipe: Option<OwnedFd>, most: u64) -> std::io::Result<Self> {
        if let Some(pipe) = &pipe {
            let flags = fcntl_getfl(pipe.as_fd())?;
            fcntl_setfl(pipe.as_fd(), flags | OFlags::NONBLOCK)?;
        }
        Ok(Self { pipe: pipe.map(std::fs::File::from), bytes: Vec::new(), most })
    }

    fn len(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap_or(u64::MAX)
    }

    fn is_over(&self) -> bool {
        self.len() > self.most
    }

    /// Reads until nothing more is there, or the end, or one byte more than is kept.
    fn read(&mut self) -> std::io::Result<()> {
        let left = self.most.saturating_add(1).saturating_sub(self.len());
        let Some(pipe) = self.pipe.as_mut() else { return Ok(()) };
        match pipe.take(left).read_to_end(&mut self.bytes) {
            Ok(_) => {
                self.pipe = None;
                Ok(())
            }
            // What was read before is kept.
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    fn start(script: &str) -> Child {
        Command::new("sh").args(["-c", script]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    #[test]
    fn after_the_end_one_reading_has_everything_though_a_daemon_holds_the_pipe() {
        let mut child = start("sleep 3 & seq 9000; echo b >&2");
        let mut printed = Printed::of(&mut child, 1 << 20).unwrap();
        child.wait().unwrap();
        printed.read(Duration::ZERO).unwrap();
        assert!(!printed.has_ended());
        let out = printed.output(0);
        assert!(out.stdout.ends_with(b"\n9000\n"));
        assert_eq!(out.stderr, b"b\n");
    }

    #[test]
    fn closed_outputs_have_ended_and_one_byte_too_much_is_over() {
        for (most, is_over) in [(4, false), (3, true)] {
            let mut child = start("printf abcd");
            let mut printed = Printed::of(&mut child, most).unwrap();
            child.wait().unwrap();
            printed.read(Duration::ZERO).unwrap();
            assert_eq!(printed.is_over(), is_over);
            assert!(printed.has_ended());
        }
    }
}
