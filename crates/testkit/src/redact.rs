//! A redaction that shows what it was asked to hide as a whole, and leaves the rest alone.

use kinds::redact::{Redact, Redacted};

/// Hides only what a kind describes as a secret.
pub struct OnlyWhole;

impl Redact for OnlyWhole {
    fn value(&self, _hint: &str, text: &str) -> String {
        text.to_owned()
    }
    fn whole(&self, secret: &[u8]) -> String {
        format!("secret({} bytes)", secret.len())
    }
    fn file(&self, _path: &str, bytes: &[u8]) -> Option<Redacted> {
        Some(Redacted { bytes: bytes.to_vec(), secrets: 0, is_text: true })
    }
}
