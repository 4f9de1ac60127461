//! A whole tree as one entry: a digest over everything in it that does not move by itself, and its revision.

use crate::read;
use crate::sys::{Algorithm, FileType, Stat, Sys};
use model::answer::{Answer, Why, WhyCode};
use model::text;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::Path;

/// The most entries a tree may have to be digested.
const MOST_ENTRIES: usize = 2_000_000;

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
    "templates_c",
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
            rotated
                || is_a_services(path, &name, stat)
                || name.starts_with("sess_")
                || DATA_ENDINGS.iter().any(|e| name.ends_with(e))
        }
        FileType::Link | FileType::CharDevice | FileType::BlockDevice => false,
    }
}

/// Endings of what people write, also where they gave it to the service that runs it.
const WRITTEN_BY_PEOPLE: &[&str] = &[
    ".php",
    ".phtml",
    ".inc",
    ".py",
    ".rb",
    ".pl",
    ".sh",
    ".js",
    ".css",
    ".html",
    ".htm",
    ".tpl",
    ".twig",
    ".conf",
    ".cfg",
    ".cnf",
    ".ini",
    ".yml",
    ".yaml",
    ".toml",
    ".env",
    ".htaccess",
    ".htpasswd",
    ".service",
    ".sql",
    ".md",
];

/// Services have numbers below 1000 (useradd(8)); what one of them may write is its own, but not in /etc and /usr.
fn is_a_services(path: &Path, name: &str, stat: &Stat) -> bool {
    (1..1000).contains(&stat.uid)
        && stat.mode & 0o200 != 0
        && !["/etc", "/usr"].iter().any(|top| path.starts_with(top))
        && !WRITTEN_BY_PEOPLE.iter().any(|e| name.ends_with(e))
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

/// Digests a tree, directory by directory in the order of names, so that no more than one directory's names and those
/// above it are held at a time.
pub(crate) fn digest(sys: &dyn Sys, root: &Path) -> Tree {
    let mut walk = Walk { sys, root, device: None, digest: Sha256::new(), entries: 0, files: 0, bytes: 0 };
    let seen = walk.root();
    let digest = seen.map(|()| hex(&std::mem::take(&mut walk.digest).finalize()));
    Tree { digest, files: walk.files }
}

struct Walk<'a> {
    sys: &'a dyn Sys,
    root: &'a Path,
    device: Option<u64>,
    digest: Sha256,
    entries: usize,
    files: usize,
    bytes: u64,
}

impl Walk<'_> {
    fn root(&mut self) -> Result<(), Why> {
        self.device = self.sys.stat(self.root)?.map(|s| s.device);
        self.below(self.root, 0)
    }

    fn below(&mut self, dir: &Path, depth: usize) -> Result<(), Why> {
        for name in self.sys.list(dir)?.unwrap_or_default() {
            let path = dir.join(name);
            let Some(stat) = self.sys.stat(&path)? else { continue };
            if is_data(&path, &stat) || Some(stat.device) != self.device {
                continue;
            }
            self.entries += 1;
            if self.entries > MOST_ENTRIES || depth >= DEEPEST {
                let detail =
                    format!("{} has more than {MOST_ENTRIES} entries or {DEEPEST} levels", self.root.display());
                return Err(Why::new(WhyCode::TooLarge, detail));
            }
            self.entry(&path, &stat)?;
            if stat.kind == FileType::Directory {
                self.below(&path, depth + 1)?;
            } else {
                self.files += 1;
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, stat: &Stat) -> Result<(), Why> {
        let name = path.strip_prefix(self.root).unwrap_or(path);
        self.digest.update(name.as_os_str().as_encoded_bytes());
        self.digest.update(format!("\0{}\0{:o}\0{}\0{}\0", stat.kind.name(), stat.mode, stat.uid, stat.gid));
        match stat.kind {
            FileType::File => {
                self.bytes = self.bytes.saturating_add(stat.size);
                if self.bytes <= MOST_BYTES {
                    self.digest.update(self.sys.digest(path, Algorithm::Sha256)?.unwrap_or_default());
                } else {
                    self.digest.update(stat.size.to_le_bytes());
                }
            }
            FileType::Link => {
                let target = self.sys.link(path)?.unwrap_or_default();
                self.digest.update(target.as_os_str().as_encoded_bytes());
            }
            FileType::Directory | FileType::Socket | FileType::Pipe | FileType::CharDevice | FileType::BlockDevice => {}
        }
        self.digest.update(b"\0");
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes {
        // Writing to a string does not fail.
        write!(hex, "{byte:02x}").ok();
    }
    hex
}

/// The revision of a tree: a git checkout's commit, or what capistrano wrote.
pub(crate) fn revision(sys: &dyn Sys, dir: &str) -> Answer<String> {
    match git_revision(sys, dir)? {
        Some(revision) => Ok(Some(revision)),
        None => release_revision(sys, dir),
    }
}

/// The commit a git checkout is at: HEAD, or the branch it names (gitrepository-layout(5)).
pub(crate) fn git_revision(sys: &dyn Sys, dir: &str) -> Answer<String> {
    let Some(head) = read::file(sys, &format!("{dir}/.git/HEAD"))? else { return Ok(None) };
    let head = head.trim();
    let Some(branch) = head.strip_prefix("ref: ") else { return Ok(Some(head.to_owned())) };
    if branch.contains("..") {
        return Ok(None);
    }
    if let Some(commit) = read::file(sys, &format!("{dir}/.git/{branch}"))? {
        return Ok(Some(commit.trim().to_owned()));
    }
    let packed = read::file_or_empty(sys, &format!("{dir}/.git/packed-refs"))?;
    Ok(packed.lines().find_map(|l| l.strip_suffix(branch)?.strip_suffix(' ').map(str::to_owned)))
}

/// The revision that capistrano wrote into a release.
pub(crate) fn release_revision(sys: &dyn Sys, dir: &str) -> Answer<String> {
    let text = read::file_or_empty(sys, &format!("{dir}/REVISION"))?;
    Ok(text.lines().next().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()))
}
