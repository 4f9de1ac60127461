//! A system that answers from a folder: `root/` holds its files, `system.yaml` what files cannot say.

use kinds::memo::Memo;
use kinds::sys::{Algorithm, Attributes, Command, Fetch, Fetched, FileType, Output, Space, Stat, Sys};
use model::answer::{Answer, Why, WhyCode};
use serde::Deserialize;
use sha2::Digest;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A recorded system.
pub struct Replay {
    root: PathBuf,
    system: Arc<System>,
    memo: Memo,
    instead: Option<(Piece, Vec<u8>)>,
    refused: Option<Piece>,
    stopped: bool,
}

/// One thing that a recorded system says, and that something else can be put in the place of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// The contents of a file.
    File(PathBuf),
    /// The last part of a file's path.
    Name(PathBuf),
    /// What a command prints.
    Command(String),
}

/// What `system.yaml` may say. Everything is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct System {
    /// Whether it runs; yes if it is not said.
    live: Option<bool>,
    /// Seconds since 1970.
    now: u64,
    /// What the programs answer, by command line (arguments joined by one space).
    commands: BTreeMap<String, Recorded>,
    /// What `stat` says beyond the checkout (where every file is root's, 0644 or 0755). Also makes special files.
    stat: BTreeMap<String, RecordedStat>,
    /// Attributes beside the mode.
    attributes: BTreeMap<String, RecordedAttributes>,
    /// Paths whose contents and entries may not be read.
    denied: Vec<String>,
    /// Space by mount point.
    space: BTreeMap<String, RecordedSpace>,
    /// Addresses something answers at; `timeout` and the like where that could not be told.
    connections: BTreeMap<String, Option<String>>,
    /// What web servers answer, by URL.
    web: BTreeMap<String, RecordedAnswer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Recorded {
    status: i32,
    stdout: String,
    /// A file of the case folder instead of `stdout`.
    stdout_file: Option<String>,
    stderr: String,
    /// `timeout`, `too-large` or `denied`: the command could not be answered.
    error: Option<String>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RecordedStat {
    kind: Option<String>,
    /// Four octal digits.
    mode: Option<String>,
    uid: u32,
    gid: u32,
    size: Option<u64>,
    mtime: Option<i64>,
    ctime: Option<i64>,
    device: u64,
    /// `denied`: it cannot be looked at.
    error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RecordedAttributes {
    /// Hexadecimal digits.
    capability: Option<String>,
    acl: Option<String>,
    default_acl: Option<String>,
    selinux: Option<String>,
    immutable: Option<bool>,
    append_only: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RecordedSpace {
    total: u64,
    available: u64,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RecordedAnswer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// The request header that it is given for only.
    needs: Option<(String, String)>,
    error: Option<String>,
}

/// What `.git` is called in a case folder: git keeps no repository inside another.
const DOT_GIT: &str = "dot-git";

/// The target's name of what is called so in a case folder.
fn named(name: OsString) -> OsString {
    if name == DOT_GIT { OsString::from(".git") } else { name }
}

impl Replay {
    /// The system recorded in a case folder.
    ///
    /// # Panics
    /// When the folder's `system.yaml` cannot be read as one: the case is wrong.
    pub fn open(case: &Path) -> Self {
        let path = case.join("system.yaml");
        let mut system: System = match std::fs::read_to_string(&path) {
            Ok(text) => serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display())),
            Err(_) => System::default(),
        };
        for (command, recorded) in &mut system.commands {
            if let Some(name) = &recorded.stdout_file {
                let path = case.join(name);
                recorded.stdout =
                    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{command}: {}: {e}", path.display()));
            }
        }
        Self {
            root: case.join("root"),
            system: Arc::new(system),
            memo: Memo::default(),
            instead: None,
            refused: None,
            stopped: false,
        }
    }

    /// The same system, nothing of it remembered, that says something else in one place.
    #[must_use]
    pub fn instead(&self, piece: Piece, bytes: Vec<u8>) -> Self {
        Self { instead: Some((piece, bytes)), ..self.again() }
    }

    /// The same system, nothing of it remembered, that refuses to say one thing.
    #[must_use]
    pub fn refusing(&self, piece: Piece) -> Self {
        Self { refused: Some(piece), ..self.again() }
    }

    /// The same system, nothing of it remembered, not running.
    #[must_use]
    pub fn stopped(&self) -> Self {
        Self { stopped: true, ..self.again() }
    }

    fn again(&self) -> Self {
        let (root, system) = (self.root.clone(), Arc::clone(&self.system));
        Self { root, system, memo: Memo::default(), instead: None, refused: None, stopped: self.stopped }
    }

    /// Everything the system says, in order, with what it says.
    pub fn pieces(&self) -> Vec<(Piece, Vec<u8>)> {
        let mut pieces = Vec::new();
        let mut todo = vec![PathBuf::from("/")];
        while let Some(dir) = todo.pop() {
            let Ok(entries) = std::fs::read_dir(self.inside(&dir)) else { continue };
            for entry in entries.flatten() {
                let path = dir.join(named(entry.file_name()));
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => todo.push(path),
                    Ok(kind) if kind.is_file() => {
                        let name = path.file_name().map(|n| n.as_bytes().to_vec()).unwrap_or_default();
                        pieces.push((Piece::Name(path.clone()), name));
                        let bytes = std::fs::read(self.inside(&path)).unwrap_or_default();
                        pieces.push((Piece::File(path), bytes));
                    }
                    _ => {}
                }
            }
        }
        let printed = |(line, recorded): (&String, &Recorded)| {
            (Piece::Command(line.clone()), recorded.stdout.clone().into_bytes())
        };
        pieces.extend(self.system.commands.iter().map(printed));
        pieces.sort();
        pieces
    }

    /// What is said instead of the contents of a file.
    fn contents(&self, path: &Path) -> Option<&[u8]> {
        match &self.instead {
            Some((Piece::File(file), bytes)) if file == path => Some(bytes),
            _ => None,
        }
    }

    /// The file that is called otherwise here, and what it is called.
    fn renamed(&self) -> Option<(&Path, PathBuf)> {
        match &self.instead {
            Some((Piece::Name(file), name)) => Some((file, file.with_file_name(std::ffi::OsStr::from_bytes(name)))),
            _ => None,
        }
    }

    /// The target's path with links followed inside the root; the last one too if asked.
    fn resolve(&self, path: &Path, last: bool) -> Option<PathBuf> {
        let mut done = PathBuf::from("/");
        let mut todo: Vec<OsString> = parts(path);
        let mut hops = 0;
        while let Some(part) = todo.pop() {
            if part == ".." {
                done.pop();
                continue;
            }
            let mut next = done.join(&part);
            match self.renamed() {
                Some((from, to)) if next == to => next = from.to_owned(),
                Some((from, _)) if next == from => return None,
                _ => {}
            }
            let follow = last || !todo.is_empty();
            match std::fs::read_link(self.inside(&next)) {
                Ok(to) if follow => {
                    hops += 1;
                    if hops > 40 {
                        return None;
                    }
                    if to.is_absolute() {
                        done = PathBuf::from("/");
                    }
                    todo.extend(parts(&to));
                }
                _ => done = next,
            }
        }
        Some(done)
    }

    fn inside(&self, path: &Path) -> PathBuf {
        path.strip_prefix("/").unwrap_or(path).iter().fold(self.root.clone(), |dir, part| {
            let kept = dir.join(DOT_GIT);
            if part == ".git" && kept.exists() { kept } else { dir.join(part) }
        })
    }

    fn denies(&self, path: &Path) -> bool {
        let is_refused = matches!(&self.refused, Some(Piece::File(refused)) if refused == path);
        is_refused || self.system.denied.iter().any(|d| path.starts_with(d))
    }
}

fn parts(path: &Path) -> Vec<OsString> {
    let mut parts: Vec<OsString> = path
        .components()
        .filter_map(|c| match c {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some(OsString::from("..")),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
        })
        .collect();
    parts.reverse();
    parts
}

fn why(code: &str, what: &str) -> Why {
    let code = match code {
        "timeout" => WhyCode::Timeout,
        "too-large" => WhyCode::TooLarge,
        "denied" => WhyCode::Denied,
        other => panic!("{what}: a case knows timeout, too-large and denied, not {other}"),
    };
    Why::new(code, format!("{what} (recorded)"))
}

fn io<T>(path: &Path, result: std::io::Result<T>) -> Answer<T> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(e) => Err(Why::new(WhyCode::Failed, format!("{}: {e}", path.display()))),
    }
}

fn kind_of(meta: &std::fs::Metadata) -> FileType {
    if meta.is_dir() {
        FileType::Directory
    } else if meta.is_symlink() {
        FileType::Link
    } else {
        FileType::File
    }
}

fn kind_named(name: &str) -> FileType {
    let all = [
        FileType::File,
        FileType::Directory,
        FileType::Link,
        FileType::Socket,
        FileType::Pipe,
        FileType::CharDevice,
        FileType::BlockDevice,
    ];
    all.into_iter().find(|k| k.name() == name).unwrap_or_else(|| panic!("{name} is no file type"))
}

impl Sys for Replay {
    fn is_live(&self) -> bool {
        !self.stopped && self.system.live.unwrap_or(true)
    }

    fn stat(&self, path: &Path) -> Answer<Stat> {
        let Some(path) = self.resolve(path, false) else { return Ok(None) };
        let recorded = self.system.stat.get(&path.to_string_lossy().into_owned());
        if let Some(error) = recorded.and_then(|r| r.error.as_deref()) {
            return Err(why(error, &path.to_string_lossy()));
        }
        let meta = io(&path, std::fs::symlink_metadata(self.inside(&path)))?;
        let special = recorded.and_then(|r| r.kind.as_deref()).map(kind_named);
        if meta.is_none() && special.is_none() {
            return Ok(None);
        }
        let recorded = recorded.cloned().unwrap_or_default();
        let kind = special.or_else(|| meta.as_ref().map(kind_of)).unwrap_or(FileType::File);
        let usual = match kind {
            FileType::Directory => 0o755,
            FileType::Link => 0o777,
            // A checkout keeps whether the owner may execute, and nothing else.
            FileType::File if meta.as_ref().is_some_and(|m| m.mode() & 0o100 != 0) => 0o755,
            FileType::File | FileType::Socket | FileType::Pipe | FileType::CharDevice | FileType::BlockDevice => 0o644,
        };
        let mode = recorded.mode.map_or(usual, |m| u32::from_str_radix(&m, 8).unwrap_or_else(|e| panic!("{m}: {e}")));
        Ok(Some(Stat {
            kind,
            mode,
            uid: recorded.uid,
            gid: recorded.gid,
            size: match self.contents(&path) {
                Some(bytes) => bytes.len() as u64,
                None => recorded.size.unwrap_or_else(|| meta.as_ref().map_or(0, std::fs::Metadata::len)),
            },
            mtime: recorded.mtime.unwrap_or(0),
            ctime: recorded.ctime.unwrap_or(0),
            device: recorded.device,
            inode: meta.map_or(0, |m| m.ino()),
        }))
    }

    fn read(&self, path: &Path, most: u64) -> Answer<Vec<u8>> {
        let Some(path) = self.resolve(path, true) else { return Ok(None) };
        if self.denies(&path) {
            return Err(why("denied", &path.to_string_lossy()));
        }
        match self.stat(&path)? {
            None => return Ok(None),
            Some(stat) if stat.kind != FileType::File => {
                let detail = format!("{} is a {}", path.display(), stat.kind.name());
                return Err(Why::new(WhyCode::Unsupported, detail));
            }
            Some(stat) if stat.size > most => return Err(why("too-large", &path.to_string_lossy())),
            Some(_) => {}
        }
        match self.contents(&path) {
            Some(bytes) => Ok(Some(bytes.to_vec())),
            None => io(&path, std::fs::read(self.inside(&path))),
        }
    }

    fn list(&self, path: &Path) -> Answer<Vec<OsString>> {
        let Some(path) = self.resolve(path, true) else { return Ok(None) };
        if self.denies(&path) {
            return Err(why("denied", &path.to_string_lossy()));
        }
        let Some(entries) = io(&path, std::fs::read_dir(self.inside(&path)))? else { return Ok(None) };
        let mut names: Vec<OsString> =
            entries.flatten().map(|e| named(e.file_name())).filter(|n| n != ".gitkeep").collect();
        if let Some((from, to)) = self.renamed().filter(|(from, _)| from.parent() == Some(&path)) {
            names.retain(|name| Some(name.as_os_str()) != from.file_name());
            names.extend(to.file_name().map(ToOwned::to_owned));
        }
        // Special files exist in system.yaml only.
        for special in self.system.stat.iter().filter(|(_, r)| r.kind.is_some()).map(|(p, _)| Path::new(p)) {
            if special.parent() == Some(&path) {
                names.extend(special.file_name().map(ToOwned::to_owned));
            }
        }
        names.sort();
        names.dedup();
        Ok(Some(names))
    }

    fn link(&self, path: &Path) -> Answer<PathBuf> {
        let Some(path) = self.resolve(path, false) else { return Ok(None) };
        match self.stat(&path)? {
            Some(stat) if stat.kind == FileType::Link => io(&path, std::fs::read_link(self.inside(&path))),
            _ => Ok(None),
        }
    }

    fn real(&self, path: &Path) -> Answer<PathBuf> {
        let Some(path) = self.resolve(path, true) else { return Ok(None) };
        Ok(self.stat(&path)?.map(|_| path))
    }

    fn digest(&self, path: &Path, algorithm: Algorithm) -> Answer<String> {
        let Some(bytes) = self.read(path, u64::MAX)? else { return Ok(None) };
        Ok(Some(match algorithm {
            Algorithm::Md5 => hex(&md5::Md5::digest(&bytes)),
            Algorithm::Sha256 => hex(&sha2::Sha256::digest(&bytes)),
            Algorithm::Sha512 => hex(&sha2::Sha512::digest(&bytes)),
        }))
    }

    fn attributes(&self, path: &Path) -> Answer<Attributes> {
        let Some(path) = self.resolve(path, false) else { return Ok(None) };
        if self.stat(&path)?.is_none() {
            return Ok(None);
        }
        let Some(recorded) = self.system.attributes.get(&path.to_string_lossy().into_owned()) else {
            return Ok(Some(Attributes::default()));
        };
        Ok(Some(Attributes {
            capability: recorded.capability.as_deref().map(unhex),
            acl: recorded.acl.as_deref().map(unhex),
            default_acl: recorded.default_acl.as_deref().map(unhex),
            selinux: recorded.selinux.as_ref().map(|s| s.clone().into_bytes()),
            immutable: recorded.immutable,
            append_only: recorded.append_only,
        }))
    }

    fn run(&self, command: &Command) -> Answer<Output> {
        let line = command.argv.join(" ");
        let Some(recorded) = self.system.commands.get(&line) else { return Ok(None) };
        if let Some(error) = &recorded.error {
            return Err(why(error, &line));
        }
        if self.stopped || matches!(&self.refused, Some(Piece::Command(refused)) if *refused == line) {
            return Err(why("denied", &line));
        }
        let stdout = match &self.instead {
            Some((Piece::Command(other), bytes)) if *other == line => bytes.clone(),
            _ => recorded.stdout.clone().into_bytes(),
        };
        Ok(Some(Output { status: recorded.status, stdout, stderr: recorded.stderr.clone().into_bytes() }))
    }

    fn space(&self, path: &Path) -> Answer<Space> {
        let recorded = self.system.space.get(&path.to_string_lossy().into_owned());
        Ok(recorded.map(|s| Space { total: s.total, available: s.available }))
    }

    fn connect(&self, address: &str, _timeout: Duration, _from: Option<&str>) -> Answer<()> {
        match self.system.connections.get(address) {
            Some(Some(error)) => Err(why(error, address)),
            Some(None) => Ok(Some(())),
            None => Ok(None),
        }
    }

    fn fetch(&self, request: &Fetch) -> Answer<Fetched> {
        let Some(recorded) = self.system.web.get(&request.url).cloned() else { return Ok(None) };
        if let Some(error) = recorded.error {
            return Err(why(&error, &request.url));
        }
        if recorded.needs.is_some_and(|needed| !request.headers.contains(&needed)) {
            return Ok(Some(Fetched { status: 401, ..Fetched::default() }));
        }
        Ok(Some(Fetched { status: recorded.status, headers: recorded.headers, body: recorded.body.into_bytes() }))
    }

    fn now(&self) -> u64 {
        self.system.now
    }

    fn memo(&self) -> &Memo {
        &self.memo
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap_or_else(|e| panic!("{text}: {e}")))
        .collect()
}
