//! What a probe may ask of a system. A running machine, a root directory, a shell on the far side of a connection
//! and a recorded system all answer the same questions.

use crate::memo::Memo;
use model::answer::{Answer, Why, WhyCode};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A system that can be asked. Paths are absolute paths of the target; links never lead out of its root.
pub trait Sys: Sync {
    /// Whether the system is running, so that it has processes, sockets and a kernel of its own.
    fn is_live(&self) -> bool;

    /// What a path is, itself: a link is a link.
    fn stat(&self, path: &Path) -> Answer<Stat>;

    /// The contents of a regular file (or a file of /proc), links followed. More than `most` bytes is
    /// [`WhyCode::TooLarge`]; what is no regular file is [`WhyCode::Unsupported`], and is never opened.
    fn read(&self, path: &Path, most: u64) -> Answer<Vec<u8>>;

    /// The names in a directory, links followed, sorted, without `.` and `..`.
    fn list(&self, path: &Path) -> Answer<Vec<OsString>>;

    /// Where a link points, as it is written.
    fn link(&self, path: &Path) -> Answer<PathBuf>;

    /// The path with every link followed; `None` when the end is not there.
    fn real(&self, path: &Path) -> Answer<PathBuf>;

    /// The digest of a regular file's contents, links not followed, in lower-case hexadecimal digits.
    fn digest(&self, path: &Path, algorithm: Algorithm) -> Answer<String>;

    /// What stands beside the mode: capabilities, ACLs, the immutable flag.
    fn attributes(&self, path: &Path) -> Answer<Attributes>;

    /// Runs a program of the target. `None` when there is no such program. A program that ends badly is an answer;
    /// one that exceeds its time or output limit is an error, and its whole process tree is ended.
    fn run(&self, command: &Command) -> Answer<Output>;

    /// The space of the file system a path is on.
    fn space(&self, path: &Path) -> Answer<Space>;

    /// Whether a TCP or UDP address (`tcp://host:port`) can be reached from the system.
    fn connect(&self, address: &str, timeout: Duration, from: Option<&str>) -> Answer<()> {
        let from = from.unwrap_or_default();
        Err(Why::new(WhyCode::Unsupported, format!("{address}: no connection from here ({timeout:?}) {from}")))
    }

    /// What an HTTP server answers the system.
    fn fetch(&self, request: &Fetch) -> Answer<Fetched> {
        Err(Why::new(WhyCode::Unsupported, format!("{}: no HTTP from here", request.url)))
    }

    /// Hears what will be asked for soon. A system where every question costs a round trip can ask for it at once.
    fn foresee(&self, _what: &Foreseen<'_>) {}

    /// Seconds since 1970.
    fn now(&self) -> u64;

    /// Readings that probes of the same look share.
    fn memo(&self) -> &Memo;
}

/// What will be asked for soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreseen<'a> {
    /// What every path of a directory's own file system is, from the directory down, with its attributes.
    Walk(&'a Path),
    /// The contents of these files, most of them small.
    Reads(&'a [PathBuf]),
    /// The digests of these files.
    Digests(&'a [PathBuf], Algorithm),
    /// What links these directories hold, and where they point.
    Links(&'a [PathBuf]),
}

/// What a path is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// The type.
    pub kind: FileType,
    /// The permission bits, with set-user-id, set-group-id and sticky: 0 to 0o7777.
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970 of the last change of the contents.
    pub mtime: i64,
    /// Seconds since 1970 of the last change of anything; 0 where unknown.
    pub ctime: i64,
    /// The device it is on: changes at a mount point.
    pub device: u64,
    /// The inode number.
    pub inode: u64,
}

/// The type of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileType {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A socket.
    Socket,
    /// A named pipe.
    Pipe,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
}

impl FileType {
    /// Goss's name for it.
    pub fn name(self) -> &'static str {
        match self {
            FileType::File => "file",
            FileType::Directory => "directory",
            FileType::Link => "symlink",
            FileType::Socket => "socket",
            FileType::Pipe => "pipe",
            FileType::CharDevice => "character-device",
            FileType::BlockDevice => "block-device",
        }
    }
}

/// A digest's algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// MD5, for what packaging systems recorded.
    Md5,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// What stands beside a file's mode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The value of `security.capability`, raw.
    pub capability: Option<Vec<u8>>,
    /// The value of `system.posix_acl_access`, raw.
    pub acl: Option<Vec<u8>>,
    /// The value of `system.posix_acl_default`, raw.
    pub default_acl: Option<Vec<u8>>,
    /// The SELinux label.
    pub selinux: Option<Vec<u8>>,
    /// Whether the immutable flag (chattr +i) is set; `None` where the file system has no such flag.
    pub immutable: Option<bool>,
    /// Whether the append-only flag (chattr +a) is set; `None` where the file system has no such flag.
    pub append_only: Option<bool>,
}

/// The space of a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Bytes in all.
    pub total: u64,
    /// Bytes free to ordinary users.
    pub available: u64,
}

/// A program to run. It gets no input, the C locale, and nothing of repot's own environment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Command {
    /// The program, looked for in the system's usual directories, and its arguments.
    pub argv: Vec<String>,
    /// More environment variables.
    pub env: Vec<(String, String)>,
    /// The user to run as, if not the one repot runs as.
    pub user: Option<String>,
    /// How long it may take.
    pub timeout: Duration,
    /// The most it may print on each of its outputs, in bytes.
    pub most: u64,
    /// Whether the answer may be shared with other probes of the same look that run the very same command.
    pub shared: bool,
}

impl Command {
    /// A program with arguments, 20 seconds and 16 MiB.
    pub fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            env: Vec::new(),
            user: None,
            timeout: Duration::from_secs(20),
            most: 16 << 20,
            shared: true,
        }
    }
}

/// What a program did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// The exit status; 128 and the signal's number where a signal ended it.
    pub status: i32,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it complained.
    pub stderr: Vec<u8>,
}

/// An HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// The URL.
    pub url: String,
    /// The method.
    pub method: String,
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long it may take.
    pub timeout: Duration,
    /// Whether redirects are followed.
    pub follow: bool,
    /// Whether a certificate that cannot be verified is accepted.
    pub insecure: bool,
    /// The proxy to go through.
    pub proxy: Option<String>,
    /// A file of the target with the authorities to trust instead of its own.
    pub authorities: Option<String>,
    /// A file of the target with the certificate to show.
    pub certificate: Option<String>,
    /// A file of the target with the key of that certificate.
    pub key: Option<String>,
}

/// An HTTP response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The status code.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, at most 1 MiB of it.
    pub body: Vec<u8>,
}
