//! The redaction probes run with: the project's key and the detectors of the `secret` crate.

use kinds::redact::{Redact, Redacted};
use secret::{Key, redact_file, redact_value, whole_file_secret};

/// Redacts with the project's key.
pub struct Keyed {
    key: Key,
}

impl Keyed {
    /// With a key of 64 hexadecimal digits.
    pub fn from_hex(key: &str) -> Result<Self, String> {
        let key = Key::from_hex(key).map_err(|e| e.to_string())?;
        Ok(Self { key })
    }
}

impl Redact for Keyed {
    fn value(&self, hint: &str, text: &str) -> String {
        redact_value(hint, text, &self.key).0
    }

    fn whole(&self, secret: &[u8]) -> String {
        self.key.fingerprint(secret).as_str().to_owned()
    }

    fn file(&self, path: &str, bytes: &[u8]) -> Option<Redacted> {
        if whole_file_secret(path, bytes) {
            return None;
        }
        let redacted = redact_file(path, bytes, &self.key);
        Some(Redacted { secrets: redacted.hits.len(), is_text: redacted.is_text, bytes: redacted.bytes })
    }
}
