//! Which `.hurl` files there are, and in which order they build on each other.
//!
//! A file `_setup.hurl` runs once per target before the files beside it and below it; they begin with its cookies and
//! with what it captured. A setup below another one builds on it.

use crate::hurl_file::HurlFile;
use std::path::{Path, PathBuf};
use target::trouble::Trouble;

/// The name of a file that others build on.
pub const SETUP: &str = "_setup.hurl";

/// How many files a suite may have.
const MOST_FILES: usize = 20_000;

/// Files to run.
#[derive(Debug, Clone, Default)]
pub struct Suite {
    /// All files, setups too, sorted by path.
    pub files: Vec<File>,
    /// What was wrong with files that are not run, in one line each with its place.
    pub refused: Vec<(String, Trouble)>,
}

/// A file of a suite.
#[derive(Debug, Clone)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub hurl: HurlFile,
    /// The setup it builds on, by its number in the suite.
    pub setup: Option<usize>,
    /// Whether others may build on it.
    pub is_setup: bool,
}

impl Suite {
    /// Reads the files in a directory, or the one file that was named; setups beside and above them come along.
    pub fn read(root: &Path, only: &[PathBuf]) -> Result<Self, Trouble> {
        let mut paths = Vec::new();
        if only.is_empty() {
            find(root, &mut paths)?;
        }
        for path in only {
            find(path, &mut paths)?;
        }
        for path in paths.clone() {
            let above = path.ancestors().skip(1).take_while(|dir| dir.starts_with(root));
            paths.extend(above.map(|dir| dir.join(SETUP)).filter(|p| p.is_file()));
        }
        paths.sort();
        paths.dedup();
        let mut suite = Self::default();
        for path in paths {
            suite.add(path)?;
        }
        suite.connect();
        Ok(suite)
    }

    fn add(&mut self, path: PathBuf) -> Result<(), Trouble> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|e| Trouble::new(format!("{name}: {e}")))?;
        match HurlFile::read(&name, &text) {
            Ok(hurl) => {
                let is_setup = path.file_name().is_some_and(|n| n == SETUP);
                self.files.push(File { path, hurl, setup: None, is_setup });
            }
            Err(all) => self.refused.extend(all.into_iter().map(|refused| {
                let what = format!(
                    "{}: the option {} would send requests past the target, so the file is not run",
                    refused.place, refused.option
                );
                let hint = "take the option out; where requests go is the target's to say, and hosts that are not \
                            the target stand in e2e/variables/ENV.hosts";
                (name.clone(), Trouble::new(what).hint(hint))
            })),
        }
        Ok(())
    }

    fn connect(&mut self) {
        let setups: Vec<(usize, PathBuf)> = (0..)
            .zip(&self.files)
            .filter(|(_, f)| f.is_setup)
            .filter_map(|(at, f)| Some((at, f.path.parent()?.to_owned())))
            .collect();
        for (at, file) in self.files.iter_mut().enumerate() {
            let below = setups.iter().filter(|(setup, dir)| *setup != at && file.path.starts_with(dir));
            // A setup builds on the one above it, not on itself.
            let proper = below.filter(|(_, dir)| !file.is_setup || file.path.parent() != Some(dir));
            file.setup = proper.max_by_key(|(_, dir)| dir.as_os_str().len()).map(|(setup, _)| *setup);
        }
    }
}

fn find(path: &Path, found: &mut Vec<PathBuf>) -> Result<(), Trouble> {
    let wrong = |e: &dyn std::fmt::Display| Trouble::new(format!("{}: {e}", path.display()));
    let mut todo = vec![path.to_owned()];
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(&dir).map_err(|e| wrong(&e))? {
            let path = entry.map_err(|e| wrong(&e))?.path();
            if path.is_dir() && !path.is_symlink() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "hurl") && path.is_file() {
                found.push(path);
            }
        }
        if found.len() > MOST_FILES {
            return Err(wrong(&format!("more than {MOST_FILES} .hurl files")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn suite(files: &[(&str, &str)], only: &[&str]) -> (tempfile::TempDir, Suite) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let only: Vec<PathBuf> = only.iter().map(|o| dir.path().join(o)).collect();
        let suite = Suite::read(dir.path(), &only).unwrap();
        (dir, suite)
    }

    const GET: &str = "GET http://a/\n";

    #[test]
    fn files_build_on_the_nearest_setup() {
        let files = ["a.hurl", "in/_setup.hurl", "in/b.hurl", "in/deep/_setup.hurl", "in/deep/c.hurl", "in/x.txt"];
        let (dir, suite) = suite(&files.map(|f| (f, GET)), &[]);
        let name = |at: usize| suite.files[at].path.strip_prefix(dir.path()).unwrap().display().to_string();
        let all: Vec<(String, Option<String>)> =
            (0..suite.files.len()).map(|at| (name(at), suite.files[at].setup.map(name))).collect();
        let on = |setup: &str| Some(setup.to_owned());
        assert_eq!(
            all,
            [
                ("a.hurl".into(), None),
                ("in/_setup.hurl".into(), None),
                ("in/b.hurl".into(), on("in/_setup.hurl")),
                ("in/deep/_setup.hurl".into(), on("in/_setup.hurl")),
                ("in/deep/c.hurl".into(), on("in/deep/_setup.hurl")),
            ]
        );
    }

    #[test]
    fn one_named_file_brings_its_setups_and_a_refused_one_stops_no_other() {
        let bad = "GET http://a/\n[Options]\nproxy: x\n";
        let (_dir, named) = suite(&[("in/_setup.hurl", GET), ("in/b.hurl", GET), ("c.hurl", GET)], &["in/b.hurl"]);
        assert_eq!(named.files.len(), 2);
        let (_dir, both) = suite(&[("a.hurl", bad), ("b.hurl", GET)], &[]);
        assert_eq!((both.files.len(), both.refused.len()), (1, 1));
        assert!(both.refused[0].1.what.contains("a.hurl:3:"), "{:?}", both.refused);
    }
}
