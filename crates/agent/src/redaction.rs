//! The redaction probes run with: the project's key and the detectors of the `secret` crate.

use hmac::{Hmac, Mac};
use kinds::redact::{Redact, Redacted};
use sha2::Sha256;
use std::fmt::Write as _;

/// Redacts with the project's key.
pub struct Keyed {
    mac: Hmac<Sha256>,
}

impl Keyed {
    /// With a key of 64 hexadecimal digits.
    pub fn from_hex(key: &str) -> Result<Self, String> {
        let bytes: Option<Vec<u8>> = (key.len() == 64 && key.is_ascii())
            .then(|| (0..64).step_by(2).map(|i| u8::from_str_radix(&key[i..i + 2], 16).ok()).collect())
            .flatten();
        let bytes = bytes.ok_or_else(|| "the project's key must be 64 hexadecimal digits".to_owned())?;
        let mac = Hmac::new_from_slice(&bytes).map_err(|e| e.to_string())?;
        Ok(Self { mac })
    }
}

impl Redact for Keyed {
    fn value(&self, _hint: &str, text: &str) -> String {
        text.to_owned()
    }

    fn whole(&self, secret: &[u8]) -> String {
        let mut mac = self.mac.clone();
        mac.update(secret);
        let mut text = String::from("secret:v1:");
        for byte in mac.finalize().into_bytes().iter().take(16) {
            write!(text, "{byte:02x}").ok();
        }
        text
    }

    fn file(&self, _path: &str, bytes: &[u8]) -> Option<Redacted> {
        Some(Redacted { bytes: bytes.to_vec(), secrets: 0 })
    }
}
