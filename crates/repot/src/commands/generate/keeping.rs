//! Files that are generated again: what people changed in them stays.
//!
//! Beside the files stands `.generated`, a digest a file as it was written last. A file that is as it was written
//! follows the spec; one that people changed is theirs.

use crate::error::CommandError;
use crate::files;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file of digests, where a directory is all of one generator.
pub(super) const SUMS: &str = ".generated";

/// Its first line.
const HEAD: &str = "repot generated 1";

/// What became of the files.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// How many were written.
    pub(super) written: usize,
    /// Changed by people only: left as they are.
    pub(super) edited: Vec<String>,
    /// Changed by both: left as they are, with the new one beside.
    pub(super) beside: Vec<String>,
    /// No longer made, and changed by people: left as they are.
    pub(super) stale: Vec<String>,
}

/// Writes the files below a directory; `sums` is the file of digests there.
pub(super) fn write(dir: &Path, sums: &str, made: &BTreeMap<String, Vec<u8>>) -> Result<Kept, CommandError> {
    let sums_path = dir.join(sums);
    let before = read(&sums_path)?;
    let mut kept = Kept::default();
    let mut todo: Vec<(PathBuf, &[u8])> = Vec::new();
    for (name, bytes) in made {
        let path = dir.join(name);
        let there = there(&path)?;
        let last = before.get(name);
        let is_theirs = there.as_ref().is_some_and(|now| last != Some(&digest(now)) && now != bytes)
            // A file of theirs that repot never wrote is theirs as well.
            || (there.is_none() && last.is_some());
        match (is_theirs, last == Some(&digest(bytes))) {
            (false, _) => todo.push((path, bytes)),
            (true, true) => kept.edited.push(name.clone()),
            (true, false) => {
                kept.beside.push(name.clone());
                todo.push((dir.join(format!("{name}.new")), bytes));
            }
        }
    }
    let mut sums = format!("{HEAD}\n");
    for (name, bytes) in made {
        sums.push_str(&format!("{} {name}\n", digest(bytes)));
    }
    todo.push((sums_path, sums.as_bytes()));
    kept.written = files::write_all(todo.iter().map(|(path, bytes)| (path.as_path(), *bytes)))?;
    for (name, last) in before.iter().filter(|(name, _)| !made.contains_key(*name)) {
        let path = dir.join(name);
        match there(&path)? {
            Some(now) if digest(&now) == *last => {
                std::fs::remove_file(&path).map_err(|e| CommandError::file(&path, &e))?;
            }
            Some(_) => kept.stale.push(name.clone()),
            None => {}
        }
    }
    Ok(kept)
}

fn there(path: &Path) -> Result<Option<Vec<u8>>, CommandError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CommandError::file(path, &error)),
    }
}

fn read(path: &Path) -> Result<BTreeMap<String, String>, CommandError> {
    let Some(text) = files::read(path)? else { return Ok(BTreeMap::new()) };
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return Err(
            CommandError::file(path, &"this was written by a newer repot").hint("use that one; nothing was written")
        );
    }
    // A name that leads out of the directory was not written by repot.
    let is_below = |name: &str| Path::new(name).components().all(|c| matches!(c, std::path::Component::Normal(_)));
    let pairs = lines.filter_map(|line| line.split_once(' ')).filter(|(_, name)| is_below(name));
    Ok(pairs.map(|(sum, name)| (name.to_owned(), sum.to_owned())).collect())
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
