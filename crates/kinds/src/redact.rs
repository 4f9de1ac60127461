//! What keeps secrets from leaving the host: every text a probe shows passes through here.

/// Replaces secrets by keyed fingerprints. Implemented with the project's key where probes run.
pub trait Redact: Sync {
    /// A value, a command line or a name; the hint is what it is called (`env[DB_PASSWORD].value`).
    fn value(&self, hint: &str, text: &str) -> String;

    /// A text that is a secret as a whole.
    fn whole(&self, secret: &[u8]) -> String;

    /// A file's contents. `None` when the whole file is a secret.
    fn file(&self, path: &str, bytes: &[u8]) -> Option<Redacted>;
}

/// A file's contents without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The contents, each secret replaced by its fingerprint.
    pub bytes: Vec<u8>,
    /// How many secrets were replaced.
    pub secrets: usize,
    /// Whether it was read as text: of what is none, not every secret is found.
    pub is_text: bool,
}
