//! The statements of a project's sources as a file in version control: JSON, version 1. A source that is imported again
//! replaces what was recorded of it.

use super::statement::Statement;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The version that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// What is recorded of all sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Says what the file is: `imported`.
    pub repot: String,
    /// Its version.
    pub version: u32,
    /// Every statement, in the order in which it was imported.
    pub statements: Vec<Recorded>,
}

/// One statement and the reader that read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The reader.
    pub source: String,
    /// The statement.
    #[serde(flatten)]
    pub statement: Statement,
}

impl Default for Record {
    fn default() -> Self {
        Self { repot: "imported".to_owned(), version: VERSION, statements: Vec::new() }
    }
}

impl Record {
    /// Reads it; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let head: Head = serde_json::from_str(text).map_err(|e| e.to_string())?;
        if head.version > VERSION {
            return Err(format!("it is of version {}, written by a newer repot", head.version));
        }
        serde_json::from_str(text).map_err(|e| e.to_string())
    }

    /// Its text, a statement a line, so that a change shows as one.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.statements.iter().filter_map(|s| serde_json::to_string(s).ok()).collect();
        format!("{{\"repot\": \"imported\", \"version\": {VERSION}, \"statements\": [\n{}\n]}}\n", lines.join(",\n"))
    }

    /// Takes in what was read of some files; what was recorded of the same files before goes.
    pub fn replace(&mut self, files: &BTreeSet<String>, read: Vec<Recorded>) {
        self.statements.retain(|s| !files.contains(&s.statement.place.file));
        self.statements.extend(read);
    }
}
