//! The system a probe asks on a real machine: the running one, or a root directory on it.

use crate::command;
use crate::fetch::fetch;
use crate::reach::reach;
use crate::within;
use kinds::memo::Memo;
use kinds::sys::{Algorithm, Attributes, Command, Fetch, Fetched, FileType, Output, Space, Stat, Sys};
use md5::Digest;
use model::answer::{Answer, Why, WhyCode};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The running machine, or a root directory.
pub struct Machine {
    /// None for the running machine.
    root: Option<PathBuf>,
    /// Whether it runs: what its kernel shows below the root is of now.
    is_live: bool,
    /// Paths that are taken for not there.
    hidden: Vec<PathBuf>,
    memo: Memo,
    answers: Mutex<HashMap<Command, Arc<OnceLock<Answer<Output>>>>>,
    started: AtomicU64,
}

impl Machine {
    /// The running machine.
    pub fn running() -> Self {
        Self::new(None, true)
    }

    /// A directory that is some machine's root; nothing in it is executed.
    pub fn rootfs(root: &Path) -> Self {
        Self::new(Some(root.to_owned()), false)
    }

    /// A machine that runs and whose root is seen from beside it, as a container's is from another one of its pod: nothing
    /// in it is executed.
    pub fn beside(root: &Path) -> Self {
        Self::new(Some(root.to_owned()), true)
    }

    fn new(root: Option<PathBuf>, is_live: bool) -> Self {
        Self {
            root,
            is_live,
            hidden: Vec::new(),
            memo: Memo::default(),
            answers: Mutex::default(),
            started: AtomicU64::new(0),
        }
    }

    /// Without some paths and what is below them.
    #[must_use]
    pub fn without(mut self, hidden: &[PathBuf]) -> Self {
        self.hidden = hidden.to_vec();
        self
    }

    fn is_hidden(&self, path: &Path) -> bool {
        self.hidden.iter().any(|hidden| path.starts_with(hidden))
    }

    /// How many processes were started for probes so far.
    pub fn processes(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    /// The path on this machine.
    fn here<'a>(&self, path: &'a Path, follow_last: bool) -> Result<Cow<'a, Path>, Why> {
        let Some(root) = &self.root else { return Ok(Cow::Borrowed(path)) };
        match within::resolve(root, path, follow_last) {
            Some(path) => Ok(Cow::Owned(path)),
            None => Err(Why::new(WhyCode::Failed, format!("{}: its links go round in a circle", path.display()))),
        }
    }

    /// Opens a regular file, and nothing else: a pipe would hang, a device may act.
    fn open(&self, path: &Path, follow: bool) -> Answer<File> {
        let here = self.here(path, follow)?;
        // A root directory's links were followed above, inside it; what is a link now was put there since.
        let follow = follow && self.root.is_none();
        let meta = if follow { std::fs::metadata(&here) } else { std::fs::symlink_metadata(&here) };
        let Some(meta) = looked(path, meta)? else { return Ok(None) };
        if !meta.is_file() {
            return Err(not_regular(path, &meta));
        }
        let mut flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        if !follow {
            flags |= OFlags::NOFOLLOW;
        }
        let opened = rustix::fs::open(here.as_ref(), flags, Mode::empty()).map_err(std::io::Error::from);
        let Some(file) = looked(path, opened)?.map(File::from) else { return Ok(None) };
        match looked(path, file.metadata())? {
            Some(meta) if meta.is_file() => Ok(Some(file)),
            Some(meta) => Err(not_regular(path, &meta)),
            None => Ok(None),
        }
    }

    fn run_once(&self, command: &Command) -> Answer<Output> {
        self.started.fetch_add(1, Ordering::Relaxed);
        command::run(command)
    }
}

fn not_regular(path: &Path, meta: &Metadata) -> Why {
    Why::new(WhyCode::Unsupported, format!("{} is a {}", path.display(), type_of(meta).name()))
}

/// An I/O result as an answer: what is not there is an answer, the rest is not.
fn looked<T>(path: &Path, result: std::io::Result<T>) -> Answer<T> {
    let error = match result {
        Ok(value) => return Ok(Some(value)),
        Err(error) => error,
    };
    let code = match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
        Some(Errno::ACCESS | Errno::PERM) => WhyCode::Denied,
        _ => WhyCode::Failed,
    };
    // That it was denied says the code.
    let detail = match code == WhyCode::Denied {
        true => path.display().to_string(),
        false => format!("{}: {}", path.display(), plain(&error)),
    };
    Err(Why::new(code, detail))
}

/// What went wrong, without the number that the system has for it.
pub(crate) fn plain(error: &std::io::Error) -> String {
    let said = error.to_string();
    match said.rfind(" (os error ") {
        Some(at) => said[..at].to_owned(),
        None => said,
    }
}

fn type_of(meta: &Metadata) -> FileType {
    let t = meta.file_type();
    if t.is_dir() {
        FileType::Directory
    } else if t.is_symlink() {
        FileType::Link
    } else if t.is_socket() {
        FileType::Socket
    } else if t.is_fifo() {
        FileType::Pipe
    } else if t.is_char_device() {
        FileType::CharDevice
    } else if t.is_block_device() {
        FileType::BlockDevice
    } else {
        FileType::File
    }
}

fn attribute(path: &Path, name: &str) -> Result<Option<Vec<u8>>, Why> {
    let mut buffer = vec![0_u8; 4096];
    match rustix::fs::lgetxattr(path, name, &mut buffer[..]) {
        Ok(len) => {
            buffer.truncate(len);
            Ok(Some(buffer))
        }
        Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(None),
        Err(error) => {
            let code = if error == Errno::ACCESS || error == Errno::PERM { WhyCode::Denied } else { WhyCode::Failed };
            Err(Why::new(code, format!("{}: {name}: {error}", path.display())))
        }
    }
}

/// The names of a path's attributes, each ended by a zero byte; none where they are too many to be listed.
fn attribute_names(path: &Path) -> Option<Vec<u8>> {
    let mut buffer = vec![0_u8; 4096];
    let len = match rustix::fs::llistxattr(path, &mut buffer[..]) {
        Ok(len) => len,
        Err(Errno::OPNOTSUPP) => 0,
        // The reason is told when each is asked for by its name.
        Err(_) => return None,
    };
    buffer.truncate(len);
    Some(buffer)
}

/// Whether a path is immutable, and whether it only grows: from what the kernel says of it anyway. Where it does not
/// say, the file system is asked for the flags of chattr(1), and may have none.
fn flags(path: &Path) -> (Option<bool>, Option<bool>) {
    use rustix::fs::{AtFlags, CWD, IFlags, StatxAttributes, StatxFlags};
    let both = StatxAttributes::IMMUTABLE | StatxAttributes::APPEND;
    match rustix::fs::statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::TYPE) {
        Ok(stat) if stat.stx_attributes_mask.contains(both) => {
            let has = |flag| Some(stat.stx_attributes.contains(flag));
            (has(StatxAttributes::IMMUTABLE), has(StatxAttributes::APPEND))
        }
        Ok(_) | Err(_) => {
            let flags = flags_of_chattr(path);
            let has = |flag| flags.map(|f| f.contains(flag));
            (has(IFlags::IMMUTABLE), has(IFlags::APPEND))
        }
    }
}

fn flags_of_chattr(path: &Path) -> Option<rustix::fs::IFlags> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = rustix::fs::open(path, flags, Mode::empty()).ok()?;
    rustix::fs::ioctl_getflags(&file).ok()
}

fn digest_of<D: Digest>(mut file: File, path: &Path) -> Answer<String> {
    let mut digest = D::new();
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        let Some(len) = looked(path, file.read(&mut buffer))? else { return Ok(None) };
        if len == 0 {
            let mut hex = String::new();
            for byte in digest.finalize() {
                write!(hex, "{byte:02x}").map_err(|e| Why::new(WhyCode::Failed, e.to_string()))?;
            }
            return Ok(Some(hex));
        }
        digest.update(&buffer[..len]);
    }
}

impl Sys for Machine {
    fn is_live(&self) -> bool {
        self.is_live
    }

    fn stat(&self, path: &Path) -> Answer<Stat> {
        if self.is_hidden(path) {
            return Ok(None);
        }
        let here = self.here(path, false)?;
        Ok(looked(path, std::fs::symlink_metadata(&here))?.map(|meta| Stat {
            kind: type_of(&meta),
            mode: meta.mode() & 0o7777,
            uid: meta.uid(),
            gid: meta.gid(),
            size: meta.size(),
            mtime: meta.mtime(),
            ctime: meta.ctime(),
            device: meta.dev(),
            inode: meta.ino(),
        }))
    }

    fn read(&self, path: &Path, most: u64) -> Answer<Vec<u8>> {
        let Some(file) = self.open(path, true)? else { return Ok(None) };
        // The kernel's own files say that they are empty, and are read in growing pieces.
        let expected = file.metadata().map_or(0, |m| m.len()).min(most);
        let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0).saturating_add(1));
        if looked(path, file.take(most.saturating_add(1)).read_to_end(&mut bytes))?.is_none() {
            return Ok(None);
        }
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
            return Err(Why::new(WhyCode::TooLarge, format!("{} is larger than {most} bytes", path.display())));
        }
        Ok(Some(bytes))
    }

    fn list(&self, path: &Path) -> Answer<Vec<OsString>> {
        let here = self.here(path, true)?;
        let Some(entries) = looked(path, std::fs::read_dir(&here))? else { return Ok(None) };
        let mut names = Vec::new();
        for entry in entries {
            if let Some(entry) = looked(path, entry)? {
                let name = entry.file_name();
                if self.hidden.is_empty() || !self.is_hidden(&path.join(&name)) {
                    names.push(name);
                }
            }
        }
        names.sort();
        Ok(Some(names))
    }

    fn link(&self, path: &Path) -> Answer<PathBuf> {
        let here = self.here(path, false)?;
        match std::fs::read_link(&here) {
            Err(error) if error.raw_os_error() == Some(Errno::INVAL.raw_os_error()) => Ok(None),
            result => looked(path, result),
        }
    }

    fn real(&self, path: &Path) -> Answer<PathBuf> {
        let Some(root) = &self.root else { return looked(path, std::fs::canonicalize(path)) };
        let here = self.here(path, true)?;
        let Some(_) = looked(path, std::fs::symlink_metadata(&here))? else { return Ok(None) };
        Ok(Some(Path::new("/").join(here.strip_prefix(root).unwrap_or(&here))))
    }

    fn digest(&self, path: &Path, algorithm: Algorithm) -> Answer<String> {
        let Some(file) = self.open(path, false)? else { return Ok(None) };
        match algorithm {
            Algorithm::Md5 => digest_of::<md5::Md5>(file, path),
            Algorithm::Sha256 => digest_of::<sha2::Sha256>(file, path),
            Algorithm::Sha512 => digest_of::<sha2::Sha512>(file, path),
        }
    }

    fn attributes(&self, path: &Path) -> Answer<Attributes> {
        let here = self.here(path, false)?;
        let Some(meta) = looked(path, std::fs::symlink_metadata(&here))? else { return Ok(None) };
        let names = attribute_names(&here);
        let attribute = |name: &str| {
            let is_there = names.as_ref().is_none_or(|names| names.split(|b| *b == 0).any(|n| n == name.as_bytes()));
            if is_there { attribute(&here, name) } else { Ok(None) }
        };
        let has_flags = meta.is_file() || meta.is_dir();
        let (immutable, append_only) = if has_flags { flags(&here) } else { (None, None) };
        Ok(Some(Attributes {
            capability: attribute("security.capability")?,
            acl: attribute("system.posix_acl_access")?,
            default_acl: if meta.is_dir() { attribute("system.posix_acl_default")? } else { None },
            selinux: attribute("security.selinux")?,
            immutable,
            append_only,
        }))
    }

    fn run(&self, command: &Command) -> Answer<Output> {
        if self.root.is_some() {
            return Err(match self.is_live {
                true => Why::new(WhyCode::Denied, "it is seen from beside it, where none of its programs can be run"),
                false => Why::not_running(),
            });
        }
        if !command.shared {
            return self.run_once(command);
        }
        let slot = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(command.clone()).or_default())
        };
        slot.get_or_init(|| self.run_once(command)).clone()
    }

    fn space(&self, path: &Path) -> Answer<Space> {
        let here = self.here(path, true)?;
        let space = looked(path, rustix::fs::statvfs(here.as_ref()).map_err(std::io::Error::from))?;
        Ok(space.map(|s| Space { total: s.f_blocks * s.f_frsize, available: s.f_bavail * s.f_frsize }))
    }

    fn connect(&self, address: &str, timeout: Duration, from: Option<&str>) -> Answer<()> {
        if !self.is_live() {
            return Err(Why::not_running());
        }
        Ok(reach(address, timeout, from)?.map(drop))
    }

    fn fetch(&self, request: &Fetch) -> Answer<Fetched> {
        if !self.is_live() {
            return Err(Why::not_running());
        }
        fetch(request)
    }

    fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
    }

    fn memo(&self) -> &Memo {
        &self.memo
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_pipe_is_never_opened() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, Mode::RUSR, 0).unwrap();
        for machine in [Machine::running(), Machine::rootfs(dir.path())] {
            let path = if machine.is_live() { pipe.clone() } else { PathBuf::from("/pipe") };
            let why = machine.read(&path, 10).unwrap_err();
            assert_eq!(why.code, WhyCode::Unsupported, "{why}");
            assert_eq!(machine.stat(&path).unwrap().unwrap().kind, FileType::Pipe);
        }
    }

    #[test]
    fn what_is_hidden_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("own")).unwrap();
        std::fs::write(dir.path().join("own/f"), "1").unwrap();
        std::fs::write(dir.path().join("owner"), "2").unwrap();
        let machine = Machine::running().without(&[dir.path().join("own")]);
        assert_eq!(machine.list(dir.path()).unwrap().unwrap(), ["owner"]);
        assert_eq!(machine.stat(&dir.path().join("own")), Ok(None));
        assert_eq!(machine.stat(&dir.path().join("own/f")), Ok(None));
        assert!(machine.stat(&dir.path().join("owner")).unwrap().is_some());
    }

    #[test]
    fn what_is_too_large_is_said_to_be() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("f"), "12345").unwrap();
        let machine = Machine::rootfs(dir.path());
        assert_eq!(machine.read(Path::new("/f"), 5).unwrap().unwrap(), b"12345");
        assert_eq!(machine.read(Path::new("/f"), 4).unwrap_err().code, WhyCode::TooLarge);
        assert_eq!(machine.read(Path::new("/g"), 4), Ok(None));
        assert_eq!(machine.read(Path::new("/f/g"), 4), Ok(None));
    }

    #[test]
    fn a_root_directory_runs_nothing_and_its_links_stay_inside() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("etc")).unwrap();
        std::fs::write(dir.path().join("etc/f"), "in").unwrap();
        symlink("/etc/f", dir.path().join("l")).unwrap();
        let machine = Machine::rootfs(dir.path());
        assert_eq!(machine.read(Path::new("/l"), 9).unwrap().unwrap(), b"in");
        assert_eq!(machine.real(Path::new("/l")).unwrap().unwrap(), Path::new("/etc/f"));
        assert_eq!(machine.link(Path::new("/l")).unwrap().unwrap(), Path::new("/etc/f"));
        assert_eq!(machine.link(Path::new("/etc")), Ok(None));
        assert_eq!(machine.run(&Command::new(["true"])).unwrap_err().code, WhyCode::NotRunning);
    }

    #[test]
    fn the_same_command_runs_once_unless_it_must_not() {
        let machine = Machine::running();
        let mut command = Command::new(["sh", "-c", "echo $$"]);
        assert_eq!(machine.run(&command), machine.run(&command));
        assert_eq!(machine.processes(), 1);
        command.shared = false;
        assert_ne!(machine.run(&command), machine.run(&command));
        assert_eq!(machine.processes(), 3);
    }
}
