//! The files that were handed in: which source took them, and which others they lead to.

use super::source::Source;
use model::place::Place;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 8 << 20;

/// A file that was handed in.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path as it was typed, or below a directory that was.
    pub path: String,
    /// Whether it was named, rather than found in a directory that was.
    pub named: bool,
    /// What stands in it, bytes that are no UTF-8 written as `\xHH`.
    text: Arc<str>,
}

impl File {
    /// A file with its bytes.
    pub fn new(path: impl Into<String>, named: bool, bytes: &[u8]) -> Self {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => model::text::from_bytes(bytes),
        };
        Self { path: path.into(), named, text: text.into() }
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its lines with their numbers, the first of which is 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Its name without directories.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The ending of its name, without the dot, in lower case.
    pub fn ending(&self) -> String {
        self.name().rsplit_once('.').map_or_else(String::new, |(_, end)| end.to_ascii_lowercase())
    }

    /// The directory it is in, as its path has it.
    pub fn dir(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(dir, _)| dir)
    }

    /// A line of it as a place.
    pub fn line(&self, line: usize) -> Place {
        Place::line(&self.path, u32::try_from(line).unwrap_or(u32::MAX))
    }
}

/// All files that were handed in.
#[derive(Debug, Clone, Default)]
pub struct Files {
    all: BTreeMap<String, File>,
    taken: BTreeMap<String, &'static str>,
    used: RefCell<BTreeSet<String>>,
}

/// Why a file that a source leads to cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoFile {
    /// It was not handed in.
    NotGiven(String),
    /// Its path leads out of what was handed in.
    Outside(String),
}

impl std::fmt::Display for NoFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoFile::NotGiven(path) => write!(f, "{path} is not among the files that were given"),
            NoFile::Outside(path) => write!(f, "{path} leads out of the files that were given"),
        }
    }
}

impl Files {
    /// These files.
    pub fn new(files: impl IntoIterator<Item = File>) -> Self {
        Self { all: files.into_iter().map(|f| (f.path.clone(), f)).collect(), ..Self::default() }
    }

    /// Every file, in order of its path.
    pub fn all(&self) -> impl Iterator<Item = &File> {
        self.all.values()
    }

    /// The files a source takes; each file is taken once, and not when another source used it as what it pushes.
    pub(super) fn taken_by(&mut self, source: &dyn Source) -> Vec<File> {
        let used = self.used.borrow();
        let is_free = |f: &&File| !self.taken.contains_key(&f.path) && (f.named || !used.contains(&f.path));
        let taken: Vec<File> = self.all.values().filter(is_free).filter(|f| source.takes(f)).cloned().collect();
        drop(used);
        for file in &taken {
            self.taken.insert(file.path.clone(), source.name());
        }
        taken
    }

    /// The source that took a file.
    pub fn source_of(&self, path: &str) -> Option<&'static str> {
        self.taken.get(path).copied()
    }

    /// A file that a source leads to, named relative to the directory of another.
    pub fn from(&self, by: &File, path: &str) -> Result<&File, NoFile> {
        let base = if path.starts_with('/') { "" } else { by.dir() };
        let path = normal(base, path).ok_or_else(|| NoFile::Outside(path.to_owned()))?;
        self.get(&path)
    }

    /// A file named from the root of a project on, which is some directory above a file.
    pub fn above(&self, by: &File, path: &str) -> Option<&File> {
        let mut dir = by.dir();
        loop {
            let whole = if dir.is_empty() { path.to_owned() } else { format!("{dir}/{path}") };
            if let Some(file) = normal("", &whole).and_then(|path| self.get(&path).ok()) {
                return Some(file);
            }
            if dir.is_empty() {
                return None;
            }
            dir = dir.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// A file by its path.
    pub fn get(&self, path: &str) -> Result<&File, NoFile> {
        let file = self.all.get(path).ok_or_else(|| NoFile::NotGiven(path.to_owned()))?;
        self.used.borrow_mut().insert(path.to_owned());
        Ok(file)
    }

    /// The files below a directory, named relative to the directory of a file.
    pub fn below(&self, by: &File, dir: &str) -> Result<Vec<&File>, NoFile> {
        let base = if dir.starts_with('/') { "" } else { by.dir() };
        let dir = normal(base, dir).ok_or_else(|| NoFile::Outside(dir.to_owned()))?;
        let start = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let found: Vec<&File> =
            self.all.range(start.clone()..).take_while(|(p, _)| p.starts_with(&start)).map(|(_, f)| f).collect();
        self.used.borrow_mut().extend(found.iter().map(|f| f.path.clone()));
        if found.is_empty() { Err(NoFile::NotGiven(dir)) } else { Ok(found) }
    }

    /// The files that no source took and none led to.
    pub fn unread(&self) -> Vec<&File> {
        let used = self.used.borrow();
        self.all.values().filter(|f| !self.taken.contains_key(&f.path) && !used.contains(&f.path)).collect()
    }
}

/// A path without `.` and `..`; `None` when it leads out of where it begins.
pub fn normal(base: &str, path: &str) -> Option<String> {
    let is_absolute = path.starts_with('/') || (base.starts_with('/') && !path.starts_with('/'));
    let mut parts: Vec<&str> = Vec::new();
    let mut outside = 0_usize;
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_none_or(|p| *p == "..") => {
                // Files may be handed in by a path that itself begins above.
                parts.push("..");
                outside += 1;
            }
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let before = base.split('/').take_while(|p| *p == "..").count();
    if outside > before || (is_absolute && outside > 0) {
        return None;
    }
    let joined = parts.join("/");
    Some(if is_absolute { format!("/{joined}") } else { joined })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_do_not_lead_out() {
        assert_eq!(normal("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(normal("a", "../../etc/passwd"), None);
        assert_eq!(normal("", "../x"), None);
        assert_eq!(normal("../papers", "config/x").as_deref(), Some("../papers/config/x"));
        assert_eq!(normal("../papers", "../../x"), None);
        assert_eq!(normal("/srv/papers", "../x").as_deref(), Some("/srv/x"));
        assert_eq!(normal("/srv", "../../x"), None);
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        assert_eq!(File::new("x", true, b"a\xffb").text(), "a\\xffb");
        assert_eq!(File::new("x", true, b"a\\x41").text(), "a\\x41");
    }
}
