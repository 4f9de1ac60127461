//! A whole tree as one entry: a digest over everything in it that does not move by itself, and its revision.

use crate::read;
use crate::sys::{Algorithm, FileType, Stat, Sys};
use model::answer::{Why, WhyCode};
use model::text;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The most entries a tree may have to be digested.
const MOST_ENTRIES: usize = 300_000;

/// The most bytes whose contents are digested; beyond it names, sizes and modes are.
const MOST_BYTES: u64 = 4 << 30;

/// How deep a tree may be.
const DEEPEST: usize = 200;

/// Directories of what a service writes for itself.
const DATA: &[&str] = &[
    "log",
    "logs",
    "tmp",
    "cache",
    "uploads",
    "upload",
    "sessions",
    "pids",
    "sockets",
    "spool",
    "queue",
    "proxies",
    "__pycache__",
    ".git",
    ".cache",
];

/// Endings of what a service writes for itself.
const DATA_ENDINGS: &[&str] = &[
    ".log",
    ".pid",
    ".sock",
    ".lock",
    ".sqlite",
    ".sqlite3",
    ".sqlite-wal",
    ".sqlite-shm",
    ".sqlite-journal",
    ".db",
    ".db-wal",
    ".db-shm",
    ".db-journal",
    ".pyc",
    ".swp",
    ".rdb",
    ".aof",
];

/// What a tree is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    /// The digest.
    pub(crate) digest: Result<String, Why>,
    /// How many files it covers.
    pub(crate) files: usize,
}

/// Whether a path is what a service writes for itself: it is there today and other tomorrow.
pub(crate) fn is_data(path: &Path, stat: &Stat) -> bool {
    let name = path.file_name().map(|n| text::from_bytes(n.as_encoded_bytes())).unwrap_or_default();
    match stat.kind {
        FileType::Directory => DATA.contains(&name.as_str()),
        FileType::Socket | FileType::Pipe => true,
        FileType::File => {
            let rotated = name.contains(".log.");
            // Services have numbers below 1000 (useradd(8)); what one of them may write is its own.
            let is_services = (1..1000).contains(&stat.uid) && stat.mode & 0o200 != 0;
            rotated || is_services || name.starts_with("sess_") || DATA_ENDINGS.iter().any(|e| name.ends_with(e))
        }
        FileType::Link | FileType::CharDevice | FileType::BlockDevice => false,
    }
}

/// How many entries a directory has in all, up to a limit.
pub(crate) fn entries(sys: &dyn Sys, dir: &Path, most: usize) -> Result<usize, Why> {
    let mut todo = vec![(dir.to_owned(), 0)];
    let mut count = 0;
    while let Some((dir, depth)) = todo.pop() {
        for name in sys.list(&dir)?.unwrap_or_default() {
            count += 1;
            if count > most || depth > DEEPEST {
                return Ok(count.max(most + 1));
            }
            let path = dir.join(name);
            if sys.stat(&path)?.is_some_and(|s| s.kind == FileType::Directory && !is_data(&path, &s)) {
                todo.push((path, depth + 1));
            }
        }
    }
    Ok(count)
}

/// Digests a tree.
pub(crate) fn digest(sys: &dyn Sys, root: &Path) -> Tree {
    let mut walk = Walk { sys, root, found: Vec::new(), bytes: 0 };
    if let Err(why) = walk.collect() {
        return Tree { digest: Err(why), files: walk.found.len() };
    }
    let files = walk.found.iter().filter(|(_, s)| s.kind != FileType::Directory).count();
    Tree { digest: walk.digest(), files }
}

struct Walk<'a> {
    sys: &'a dyn Sys,
    root: &'a Path,
    found: Vec<(PathBuf, Stat)>,
    bytes: u64,
}

impl Walk<'_> {
    fn collect(&mut self) -> Result<(), Why> {
        let mut todo = vec![(self.root.to_owned(), 0)];
        let device = self.sys.stat(self.root)?.map(|s| s.device);
        while let Some((dir, depth)) = todo.pop() {
            for name in self.sys.list(&dir)?.unwrap_or_default() {
                let path = dir.join(name);
                let Some(stat) = self.sys.stat(&path)? else { continue };
                if is_data(&path, &stat) || Some(stat.device) != device {
                    continue;
                }
                if self.found.len() >= MOST_ENTRIES || depth >= DEEPEST {
                    let detail =
                        format!("{} has more than {MOST_ENTRIES} entries or {DEEPEST} levels", self.root.display());
                    return Err(Why::new(WhyCode::TooLarge, detail));
                }
                if stat.kind == FileType::Directory {
                    todo.push((path.clone(), depth + 1));
                }
                self.bytes += if stat.kind == FileType::File { stat.size } else { 0 };
                self.found.push((path, stat));
            }
        }
        self.found.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(())
    }

    fn digest(&self) -> Result<String, Why> {
        let with_contents = self.bytes <= MOST_BYTES;
        let mut digest = Sha256::new();
        for (path, stat) in &self.found {
            let name = path.strip_prefix(self.root).unwrap_or(path);
            digest.update(name.as_os_str().as_encoded_bytes());
            digest.update(format!("\0{}\0{:o}\0{}\0{}\0", stat.kind.name(), stat.mode, stat.uid, stat.gid));
            match stat.kind {
                FileType::File if with_contents => digest.update(self.contents(path)?),
                FileType::File => digest.update(stat.size.to_le_bytes()),
                FileType::Link => {
                    let target = self.sys.link(path)?.unwrap_or_default();
                    digest.update(target.as_os_str().as_encoded_bytes());
                }
                FileType::Directory
                | FileType::Socket
                | FileType::Pipe
                | FileType::CharDevice
                | FileType::BlockDevice => {}
            }
            digest.update(b"\0");
        }
        let mut hex = String::new();
        for byte in digest.finalize() {
            // Writing to a string does not fail.
            write!(hex, "{byte:02x}").ok();
        }
        Ok(hex)
    }

    fn contents(&self, path: &Path) -> Result<String, Why> {
        Ok(self.sys.digest(path, Algorithm::Sha256)?.unwrap_or_default())
    }
}

/// The commit a git checkout is at: HEAD, or the branch it names (gitrepository-layout(5)).
pub(crate) fn git_revision(sys: &dyn Sys, dir: &str) -> Option<String> {
    let head = read::file(sys, &format!("{dir}/.git/HEAD")).ok()??;
    let head = head.trim();
    let Some(branch) = head.strip_prefix("ref: ") else { return Some(head.to_owned()) };
    if branch.contains("..") {
        return None;
    }
    if let Some(commit) = read::file(sys, &format!("{dir}/.git/{branch}")).ok()? {
        return Some(commit.trim().to_owned());
    }
    let packed = read::file(sys, &format!("{dir}/.git/packed-refs")).ok()??;
    packed.lines().find_map(|l| l.strip_suffix(branch)?.strip_suffix(' ').map(str::to_owned))
}

/// The revision that capistrano wrote into a release.
pub(crate) fn release_revision(sys: &dyn Sys, dir: &str) -> Option<String> {
    let text = read::file(sys, &format!("{dir}/REVISION")).ok()??;
    text.lines().next().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty())
}
