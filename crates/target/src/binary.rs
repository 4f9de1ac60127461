//! The agent's binaries: where they are found here, and the names under which they are kept on targets.

use crate::trouble::Trouble;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::OnceLock;

/// The agent's file name beside the `repot` binary. One for another machine has its name behind it, as `uname -m`
/// says it: `repot-agent-aarch64`.
pub const NAME: &str = "repot-agent";

/// The machines that Linux runs on and that an agent may be for.
const MACHINES: &[&str] = &["aarch64", "armv7l", "i686", "ppc64le", "riscv64", "s390x", "x86_64"];

/// An agent's binary in memory.
#[derive(Debug)]
pub struct Binary {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The first digits of its SHA-256.
    pub hash: String,
    /// The machine that it is for, where it is not the one for all others.
    pub machine: Option<&'static str>,
}

/// Finds and reads the agents once: the one that `wanted` says, or those beside this program. The first is for every
/// machine that none of the others is for.
pub fn find(wanted: Option<&Path>) -> Result<&'static [Binary], Trouble> {
    static FOUND: OnceLock<Result<Vec<Binary>, Trouble>> = OnceLock::new();
    FOUND.get_or_init(|| read_all(wanted)).as_ref().map(Vec::as_slice).map_err(Clone::clone)
}

fn read_all(wanted: Option<&Path>) -> Result<Vec<Binary>, Trouble> {
    if let Some(path) = wanted {
        return Ok(vec![read(path, None)?]);
    }
    let here = std::env::current_exe().map_err(|e| Trouble::new(format!("where repot is: {e}")))?;
    beside(&here.with_file_name(NAME))
}

/// An agent, and those for other machines in the same directory.
fn beside(first: &Path) -> Result<Vec<Binary>, Trouble> {
    let mut all = vec![read(first, None)?];
    for machine in MACHINES {
        let path = first.with_file_name(format!("{NAME}-{machine}"));
        if path.is_file() {
            all.push(read(&path, Some(machine))?);
        }
    }
    Ok(all)
}

fn read(path: &Path, machine: Option<&'static str>) -> Result<Binary, Trouble> {
    let bytes = std::fs::read(path).map_err(|e| {
        Trouble::new(format!("the agent {}: {e}", path.display()))
            .hint("install repot-agent beside repot, or name it with --agent FILE")
    })?;
    let hash = Sha256::digest(&bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
    Ok(Binary { bytes, hash, machine })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_for_other_machines_are_found_beside_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = dir.path().join(NAME);
        assert!(beside(&first).is_err(), "there is none");
        std::fs::write(&first, "this").unwrap();
        std::fs::write(dir.path().join("repot-agent-aarch64"), "another").unwrap();
        std::fs::write(dir.path().join("repot-agent-$(id)"), "no machine").unwrap();
        let found = beside(&first).unwrap();
        let machines: Vec<_> = found.iter().map(|b| b.machine).collect();
        assert_eq!(machines, [None, Some("aarch64")]);
        assert_ne!(found[0].hash, found[1].hash);
    }
}
