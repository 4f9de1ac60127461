//! Why a target gave nothing at all.

use std::fmt;

/// Why a target could not be observed, and what a person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happened, in one line.
    pub what: String,
    /// What to do next.
    pub hints: Vec<String>,
    /// Whether there is no shell to be asked, so that another way can be tried.
    pub lacks_shell: bool,
}

impl Trouble {
    /// A trouble without a hint.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hints: Vec::new(), lacks_shell: false }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Trouble {}
