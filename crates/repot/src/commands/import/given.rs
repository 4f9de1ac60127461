//! The files that were named, and those in directories that were: secrets are replaced before anything reads them.

use crate::error::CommandError;
use exchange::import::files::{File, LARGEST};
use secret::{Key, redact_file};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The most files that one import reads.
const MOST: usize = 20_000;

/// Directories that hold no sources.
const PASSED_OVER: &[&str] =
    &[".git", ".hg", ".svn", "node_modules", "vendor", ".repot", "__pycache__", ".vagrant", ".terraform"];

/// What was found where people pointed.
#[derive(Default)]
pub(super) struct Given {
    pub(super) files: Vec<File>,
    /// Files that were left out, and why.
    pub(super) left_out: Vec<String>,
}

/// Reads the files that were typed. Links are not followed out of a directory that was typed.
pub(super) fn read(typed: &[PathBuf], key: &Key) -> Result<Given, CommandError> {
    let mut given = Given::default();
    let mut seen = BTreeSet::new();
    for path in typed {
        let meta = std::fs::metadata(path).map_err(|e| CommandError::file(path, &e))?;
        if !meta.is_dir() {
            given.take(path, true, key, &mut seen)?;
            continue;
        }
        let mut todo = vec![path.clone()];
        while let Some(dir) = todo.pop() {
            let entries = std::fs::read_dir(&dir).map_err(|e| CommandError::file(&dir, &e))?;
            let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
            paths.sort();
            for path in paths {
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                if path.is_symlink() {
                    given.left_out.push(format!("{}: a link in a directory is not followed", path.display()));
                } else if path.is_dir() && !PASSED_OVER.contains(&name.as_str()) {
                    todo.push(path);
                } else if path.is_file() {
                    given.take(&path, false, key, &mut seen)?;
                }
            }
        }
    }
    Ok(given)
}

impl Given {
    fn take(&mut self, path: &Path, named: bool, key: &Key, seen: &mut BTreeSet<String>) -> Result<(), CommandError> {
        // `a//b` and `./a/b` are one file.
        let shown: PathBuf = path.components().filter(|c| !matches!(c, std::path::Component::CurDir)).collect();
        let shown = shown.display().to_string();
        if !seen.insert(shown.clone()) {
            return Ok(());
        }
        if self.files.len() >= MOST {
            return Err(
                CommandError::usage(format!("more than {MOST} files")).hint("name the files that hold the sources")
            );
        }
        let size = std::fs::metadata(path).map_err(|e| CommandError::file(path, &e))?.len();
        if size > LARGEST as u64 {
            self.left_out.push(format!("{shown}: {size} bytes are more than the {LARGEST} that are read"));
            return Ok(());
        }
        let bytes = std::fs::read(path).map_err(|e| CommandError::file(path, &e))?;
        let redacted = redact_file(&shown, &bytes, key);
        if !redacted.is_text {
            self.left_out.push(format!("{shown}: no text"));
            return Ok(());
        }
        self.files.push(File::new(shown, named, &redacted.bytes));
        Ok(())
    }
}
