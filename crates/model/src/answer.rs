//! The shape that keeps "could not look" apart from "not there".

use serde::{Deserialize, Serialize};
use std::fmt;

/// What looking at something gave: `Ok(Some(_))` it is there, `Ok(None)` looked and it is not there, `Err(_)` could
/// not look.
pub type Answer<T> = Result<Option<T>, Why>;

/// Why something could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Why {
    /// The class of the reason.
    pub code: WhyCode,
    /// What exactly happened, with the path or the command.
    pub detail: String,
}

/// The classes of reasons why something could not be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WhyCode {
    /// The target refused: no permission, or a policy.
    Denied,
    /// The target is a directory, not a running machine, and the fact exists only while running.
    NotRunning,
    /// A program that answers this question is not installed, or too old.
    NoTool,
    /// It took longer than its time limit.
    Timeout,
    /// It was larger than its limit (bytes, entries or depth).
    TooLarge,
    /// An answer came and could not be understood.
    Malformed,
    /// The question failed: an I/O error, or a command that ended badly.
    Failed,
    /// The connection to the target, or the agent on it, ended before the answer came.
    Cut,
    /// The target system has no such thing and no replacement that repot knows.
    Unsupported,
    /// Nobody asked: the kind or the name was not part of the plan.
    NotAsked,
    /// A secret cannot be compared without the project's key.
    NoKey,
}

impl Why {
    /// A reason of a class, with its detail.
    pub fn new(code: WhyCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// The fact needs a running machine.
    pub fn not_running() -> Self {
        Self::new(WhyCode::NotRunning, "the target is not running")
    }

    /// The same reason with the question put before its detail.
    #[must_use]
    pub fn during(mut self, question: &str) -> Self {
        self.detail = format!("{question}: {}", self.detail);
        self
    }
}

impl WhyCode {
    /// The name used in every machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NotRunning => "not-running",
            Self::NoTool => "no-tool",
            Self::Timeout => "timeout",
            Self::TooLarge => "too-large",
            Self::Malformed => "malformed",
            Self::Failed => "failed",
            Self::Cut => "cut",
            Self::Unsupported => "unsupported",
            Self::NotAsked => "not-asked",
            Self::NoKey => "no-key",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.detail)
    }
}

impl std::error::Error for Why {}
