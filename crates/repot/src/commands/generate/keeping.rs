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
    /// Those that were written: they were not there as they are.
    pub(super) written: Vec<String>,
    /// Those that are no longer made, and were taken away.
    pub(super) removed: Vec<String>,
    /// Whether there was nothing before.
    pub(super) is_first: bool,
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
    let mut kept = Kept { is_first: before.is_empty(), ..Kept::default() };
    let mut todo: Vec<(String, PathBuf, &[u8])> = Vec::new();
    for (name, bytes) in made {
        let path = dir.join(name);
        let there = there(&path)?;
        let last = before.get(name);
        let is_theirs = there.as_ref().is_some_and(|now| last != Some(&digest(now)) && now != bytes)
            // A file of theirs that repot never wrote is theirs as well.
            || (there.is_none() && last.is_some());
        match (is_theirs, last == Some(&digest(bytes))) {
            (false, _) => todo.push((name.clone(), path, bytes)),
            (true, true) => kept.edited.push(name.clone()),
            (true, false) => {
                kept.beside.push(name.clone());
                let new = format!("{name}.new");
                let path = dir.join(&new);
                todo.push((new, path, bytes));
            }
        }
    }
    let mut text = format!("{HEAD}\n");
    for (name, bytes) in made {
        text.push_str(&format!("{} {name}\n", digest(bytes)));
    }
    todo.push((sums.to_owned(), sums_path, text.as_bytes()));
    let written = files::write_all(todo.iter().map(|(_, path, bytes)| (path.as_path(), *bytes)))?;
    let names = written.into_iter().filter_map(|at| todo.get(at)).map(|(name, ..)| name.clone());
    kept.written = names.filter(|name| name != sums).collect();
    for (name, last) in before.iter().filter(|(name, _)| !made.contains_key(*name)) {
        let path = dir.join(name);
        match there(&path)? {
            Some(now) if digest(&now) == *last => {
                std::fs::remove_file(&path).map_err(|e| CommandError::file(&path, &e))?;
                kept.removed.push(name.clone());
            }
            Some(_) => kept.stale.push(name.clone()),
            None => {}
        }
    }
    Ok(kept)
}

impl Kept {
    /// What was written again and what was taken away, as lines; nothing where everything is new.
    pub(super) fn told(&self) -> Vec<String> {
        if self.is_first {
            return Vec::new();
        }
        let written = self.written.iter().map(|name| format!("  written: {name}"));
        written.chain(self.removed.iter().map(|name| format!("  removed: {name}"))).collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn made(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn text(dir: &Path, name: &str) -> Option<String> {
        std::fs::read_to_string(dir.join(name)).ok()
    }

    #[test]
    fn what_people_changed_stays_and_what_they_did_not_follows() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let first = made(&[("a", "1"), ("b", "1"), ("c/d", "1"), ("e", "1"), ("f", "1"), ("g", "1")]);
        let kept = write(dir, SUMS, &first).unwrap();
        assert_eq!((kept.written.len(), kept.told()), (6, Vec::new()), "all is new");
        std::fs::write(dir.join("b"), "mine").unwrap();
        std::fs::write(dir.join("c/d"), "mine").unwrap();
        std::fs::write(dir.join("f"), "mine").unwrap();
        std::fs::remove_file(dir.join("g")).unwrap();
        std::fs::write(dir.join("own"), "mine").unwrap();
        // `a` follows, `b` is edited, `c/d` is both, `e` and `f` are no longer made, `g` was thrown away.
        let kept = write(dir, SUMS, &made(&[("a", "2"), ("b", "1"), ("c/d", "2"), ("g", "1")])).unwrap();
        assert_eq!(text(dir, "a").as_deref(), Some("2"));
        assert_eq!(
            (text(dir, "b").as_deref(), kept.edited.as_slice()),
            (Some("mine"), &["b".to_owned(), "g".to_owned()][..])
        );
        assert_eq!(text(dir, "c/d").as_deref(), Some("mine"));
        assert_eq!((text(dir, "c/d.new").as_deref(), kept.beside.as_slice()), (Some("2"), &["c/d".to_owned()][..]));
        assert_eq!((text(dir, "e"), text(dir, "g")), (None, None));
        assert_eq!(kept.told(), ["  written: a", "  written: c/d.new", "  removed: e"]);
        assert_eq!((text(dir, "f").as_deref(), kept.stale.as_slice()), (Some("mine"), &["f".to_owned()][..]));
        assert_eq!(text(dir, "own").as_deref(), Some("mine"));
        // A second time says the same, and writes nothing.
        let again = write(dir, SUMS, &made(&[("a", "2"), ("b", "1"), ("c/d", "2"), ("g", "1")])).unwrap();
        assert_eq!(again.told(), Vec::<String>::new());
        assert_eq!(text(dir, "c/d").as_deref(), Some("mine"));
    }

    #[test]
    fn a_list_that_leads_elsewhere_removes_nothing_there() {
        let dir = tempfile::tempdir().unwrap();
        let below = dir.path().join("out");
        std::fs::create_dir(&below).unwrap();
        std::fs::write(dir.path().join("theirs"), "x").unwrap();
        let sums = format!("{HEAD}\n{} ../theirs\n", digest(b"x"));
        std::fs::write(below.join(SUMS), sums).unwrap();
        write(&below, SUMS, &made(&[("a", "1")])).unwrap();
        assert_eq!(text(dir.path(), "theirs").as_deref(), Some("x"));
    }
}
