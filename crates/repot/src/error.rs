//! How a command fails: what, where, and what to do next, with the exit status that goes with it.

use model::exit::Exit;
use std::fmt::Display;
use std::path::Path;
use target::trouble::Trouble;

/// A failure of a command.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// How the process ends.
    pub(crate) exit: Exit,
    /// What happened; may be several lines when it shows places in files.
    pub(crate) what: String,
    /// What to do next.
    pub(crate) hints: Vec<String>,
}

impl CommandError {
    /// The user's input cannot be used.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, what: what.into(), hints: Vec::new() }
    }

    /// A file here cannot be read or written.
    pub(crate) fn file(path: &Path, error: &dyn Display) -> Self {
        Self::usage(format!("{}: {error}", path.display()))
    }

    /// A target could not be reached.
    pub(crate) fn unreachable(target: impl Display, trouble: Trouble) -> Self {
        Self { exit: Exit::Unreachable, what: format!("{target}: {}", trouble.what), hints: trouble.hints }
    }

    /// The same with a hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl From<Trouble> for CommandError {
    fn from(trouble: Trouble) -> Self {
        Self { exit: Exit::Usage, what: trouble.what, hints: trouble.hints }
    }
}
