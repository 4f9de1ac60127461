//! The bare machine: one that runs, or a container made for this.

use crate::error::CommandError;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use target::address::Address;

/// What systemd and a server's programs need in a container.
const CAPABILITIES: &str =
    "SYS_PTRACE,NET_ADMIN,NET_RAW,SYS_ADMIN,SETFCAP,LINUX_IMMUTABLE,DAC_READ_SEARCH,AUDIT_WRITE,MKNOD,SYS_NICE";

/// How long a container may take to boot.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a machine does when it is new: images have no keys of sshd, which would be the same everywhere.
const FIRST_BOOT: &str = "[ ! -x /usr/sbin/sshd ] || ls /etc/ssh/ssh_host_*_key >/dev/null 2>&1 || { \
    ssh-keygen -A >/dev/null && { systemctl -q restart ssh 2>/dev/null || systemctl -q restart sshd; }; }";

/// A machine to build on. A container that was made for it is removed with it.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) address: Address,
    removes: Option<String>,
}

impl Machine {
    /// A machine that runs already.
    pub(super) fn running(address: Address) -> Self {
        Self { address, removes: None }
    }

    /// A container of an image.
    pub(super) fn of_image(image: &str, role: &str, keep: bool) -> Result<Self, CommandError> {
        let name = format!(
            "{}{}-{}",
            exchange::ran::REBUILT,
            exchange::generate::ansible::group(role).replace('_', "-"),
            std::process::id()
        );
        podman(&[
            "run",
            "-d",
            "--systemd=always",
            // Its /etc/hosts is the image's, as a machine's is its own.
            "--no-hosts",
            "--name",
            &name,
            "--hostname",
            &format!("{role}-rebuilt"),
            "--cap-add",
            CAPABILITIES,
            image,
            "/lib/systemd/systemd",
        ])?;
        let address = Address::Container { engine: "podman", name: name.clone() };
        let machine = Self { address, removes: (!keep).then(|| name.clone()) };
        let begin = Instant::now();
        loop {
            let state = Command::new("podman").args(["exec", &name, "systemctl", "is-system-running"]).output();
            let state = state.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default();
            if matches!(state.as_str(), "running" | "degraded") {
                podman(&["exec", &name, "sh", "-c", FIRST_BOOT])?;
                return Ok(machine);
            }
            if begin.elapsed() > PATIENCE {
                return Err(CommandError::usage(format!(
                    "{name} did not boot within {} s: {state}",
                    PATIENCE.as_secs()
                ))
                .hint("the image must have systemd at /lib/systemd/systemd"));
            }
            thread::sleep(Duration::from_millis(300));
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(name) = &self.removes {
            Command::new("podman").args(["rm", "-f", "-t", "5", name]).output().ok();
        }
    }
}

fn podman(args: &[&str]) -> Result<(), CommandError> {
    let ended = Command::new("podman").args(args).output();
    let ended = ended
        .map_err(|e| CommandError::usage(format!("podman: {e}")).hint("install podman, or name a machine: --on"))?;
    if ended.status.success() {
        return Ok(());
    }
    Err(CommandError::usage(format!("podman {}: {}", args[0], String::from_utf8_lossy(&ended.stderr).trim())))
}
