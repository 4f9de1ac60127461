//! Secrets in what a machine shows: found value by value and replaced with keyed fingerprints, so that nothing leaks
//! and a changed secret still compares as changed. Pure: no files, no processes.

mod by_first;
mod detector;
mod detectors;
mod document;
mod entropy;
mod fingerprint;
mod format;
mod hint;
mod hit;
mod literal;
mod name;
mod redact;
mod scan;
mod span;
mod value;
mod whole_file;

pub use detector::{Described, detectors};
pub use fingerprint::{Fingerprint, Key, KeyError};
pub use hit::{Hit, SecretType};
pub use redact::{Redacted, redact_file, redact_value};
pub use whole_file::whole_file_secret;
