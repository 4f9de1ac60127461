//! The project's key: with it secrets are fingerprinted, and without it their fingerprints mean nothing.

use crate::trouble::Trouble;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A project's key.
#[derive(Clone, PartialEq, Eq)]
pub struct ProjectKey(String);

impl ProjectKey {
    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, Trouble> {
        let text = text.trim();
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err(Trouble::new("the project's key must be 64 hexadecimal digits"))
    }

    /// The key in a file; `None` if there is no such file.
    pub fn read(path: &Path) -> Result<Option<Self>, Trouble> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map(Some).map_err(|t| Trouble::new(format!("{}: {t}", path.display()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Trouble::new(format!("{}: {error}", path.display()))),
        }
    }

    /// A new key.
    pub fn random() -> Result<Self, Trouble> {
        let mut bytes = [0_u8; 32];
        let read = fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut bytes));
        read.map_err(|e| Trouble::new(format!("/dev/urandom: {e}")))?;
        Ok(Self(bytes.iter().map(|b| format!("{b:02x}")).collect()))
    }

    /// Writes the key to a new file that only its owner can read.
    pub fn write(&self, path: &Path) -> Result<(), Trouble> {
        let trouble = |e: std::io::Error| {
            let trouble = Trouble::new(format!("{}: it cannot be written: {e}", path.display()));
            let is_full = matches!(e.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
            if is_full { trouble.hint("make room and do it again") } else { trouble }
        };
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).map_err(trouble)?;
        }
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(trouble)?;
        // Half a key would be taken for a broken one.
        writeln!(file, "{}", self.0).inspect_err(|_| drop(fs::remove_file(path))).map_err(trouble)
    }

    /// The key's digits, for the plan.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// A name of the key that says nothing about it: specs and recordings carry it.
    pub fn id(&self) -> String {
        let digest = Sha256::digest(format!("repot key id {}", self.0));
        digest.iter().take(4).map(|b| format!("{b:02x}")).collect()
    }
}
