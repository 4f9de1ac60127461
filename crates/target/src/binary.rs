//! The agent's binary: where it is found here, and the name under which it is kept on targets.

use crate::trouble::Trouble;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The agent's file name beside the `repot` binary.
pub const NAME: &str = "repot-agent";

/// The agent's binary in memory.
#[derive(Debug)]
pub struct Binary {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The first digits of its SHA-256.
    pub hash: String,
}

/// Finds and reads the agent once: where `wanted` says, or beside this program.
pub fn find(wanted: Option<&Path>) -> Result<&'static Binary, Trouble> {
    static FOUND: OnceLock<Result<Binary, Trouble>> = OnceLock::new();
    FOUND.get_or_init(|| read(&path(wanted)?)).as_ref().map_err(Clone::clone)
}

fn path(wanted: Option<&Path>) -> Result<PathBuf, Trouble> {
    if let Some(path) = wanted {
        return Ok(path.to_owned());
    }
    let here = std::env::current_exe().map_err(|e| Trouble::new(format!("where repot is: {e}")))?;
    Ok(here.with_file_name(NAME))
}

fn read(path: &Path) -> Result<Binary, Trouble> {
    let bytes = std::fs::read(path).map_err(|e| {
        Trouble::new(format!("the agent {}: {e}", path.display()))
            .hint("install repot-agent beside repot, or name it with --agent FILE")
    })?;
    let hash = Sha256::digest(&bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
    Ok(Binary { bytes, hash })
}
