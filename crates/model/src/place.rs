//! Where something is written: a file, a line, a column.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A place in a file; line and column count from 1, 0 means "not known".
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The path, as a person would type it.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u32,
    /// The column in characters, from 1; 0 for the line as a whole.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub column: u32,
}

// serde asks for a reference
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Place {
    /// A line of a file.
    pub fn line(file: impl Into<String>, line: u32) -> Self {
        Self { file: file.into(), line, column: 0 }
    }

    /// A file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Self::line(file, 0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        Ok(())
    }
}
