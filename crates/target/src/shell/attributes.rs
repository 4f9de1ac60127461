//! What stands beside a mode, as far as the programs of a target show it.

use super::paths::Batch;
use kinds::sys::{Attributes, FileType, Stat};
use model::answer::{Why, WhyCode};
use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Which programs there are to see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tools {
    /// lsattr(1): flags.
    pub(super) lsattr: bool,
    /// getcap(8): capabilities.
    pub(super) getcap: bool,
    /// getfacl(1): ACLs.
    pub(super) getfacl: bool,
    /// An ls(1) that marks what has an ACL.
    pub(super) ls: bool,
}

impl Tools {
    /// Why not all of it can be seen of such a path.
    pub(super) fn missing(self, stat: &Stat) -> Option<Why> {
        let has_flags = matches!(stat.kind, FileType::File | FileType::Directory);
        let missing = [
            ("lsattr", has_flags && !self.lsattr),
            ("getcap", can_have_capabilities(stat) && !self.getcap),
            ("getfacl", stat.kind != FileType::Link && !self.getfacl && !self.ls),
        ];
        let (program, _) = missing.iter().find(|(_, is_missing)| *is_missing)?;
        Some(Why::new(WhyCode::NoTool, format!("without an agent it is seen by {program}, which is not installed")))
    }
}

/// A capability does nothing on what nobody may run.
pub(super) fn can_have_capabilities(stat: &Stat) -> bool {
    stat.kind == FileType::File && stat.mode & 0o111 != 0
}

/// Those of a batch that have nothing beside their mode; of the others each is asked by itself.
pub(super) fn plain(batch: &Batch, tools: Tools) -> Vec<PathBuf> {
    let Some(beside) = &batch.beside else { return Vec::new() };
    // Lines of a name with a newline say nothing certain.
    if batch.paths.iter().any(|(path, _)| path.as_os_str().as_bytes().contains(&b'\n')) {
        return Vec::new();
    }
    let named: Vec<&str> = beside.iter().flat_map(|text| text.lines()).collect();
    let marked: BTreeSet<&Path> = named
        .iter()
        .flat_map(|line| {
            let from = line.find('/').unwrap_or(line.len());
            let path = &line[from..];
            // A name may hold what divides it from what is said of it, so that each reading of the line counts.
            let ends = path.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at).chain([path.len()]);
            ends.map(move |at| Path::new(&path[..at]))
        })
        .collect();
    let is_plain = |(path, stat): &&(PathBuf, Option<Stat>)| {
        stat.as_ref().is_some_and(|s| tools.missing(s).is_none()) && !marked.contains(path.as_path())
    };
    // Names that are no text are shown otherwise than they are.
    batch.paths.iter().filter(is_plain).filter(|(p, _)| p.to_str().is_some()).map(|(p, _)| p.clone()).collect()
}

/// Of a path that has nothing.
pub(super) fn none(stat: &Stat) -> Attributes {
    let has_flags = matches!(stat.kind, FileType::File | FileType::Directory);
    Attributes { immutable: has_flags.then_some(false), ..Attributes::default() }
}

/// Whether a line of lsattr(1) says that a path is immutable; `None` where its file system has no flags.
pub(super) fn is_immutable(line: &str) -> Option<bool> {
    let flags = line.split_whitespace().next()?;
    flags.starts_with(['-', 's', 'u', 'S']).then(|| flags.contains('i'))
}

/// What getcap(8) says of a path.
pub(super) fn capability(text: &str, path: &Path) -> Option<Vec<u8>> {
    let said = text.trim_end().strip_prefix(path.to_str()?)?.trim();
    kinds::raw_capabilities(said)
}

/// What getfacl(1) says: the ACL, where it says more than the mode, and the one for what is made in a directory.
pub(super) fn acls(text: &str) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let lines = || text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let own = || lines().filter(|l| !l.starts_with("default:"));
    let made: Vec<&str> = lines().filter_map(|l| l.strip_prefix("default:")).collect();
    let says_more = own().count() > 3;
    (
        says_more.then(|| kinds::raw_acl(own())).flatten(),
        (!made.is_empty()).then(|| kinds::raw_acl(made.iter().copied())).flatten(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_say_is_read() {
        assert_eq!(is_immutable("----i---------e------- /etc/x"), Some(true));
        assert_eq!(is_immutable("--------------e------- /etc/i"), Some(false));
        assert_eq!(is_immutable("lsattr: Operation not supported"), None);
        assert!(capability("/usr/bin/ping cap_net_raw=ep\n", Path::new("/usr/bin/ping")).is_some());
        assert!(capability("/usr/bin/ping = cap_net_raw+ep\n", Path::new("/usr/bin/ping")).is_some());
        assert_eq!(capability("", Path::new("/usr/bin/ping")), None);
        assert_eq!(acls("user::rw-\ngroup::r--\nother::r--\n"), (None, None));
        let (own, made) = acls("user::rwx\nuser:33:r-x\ngroup::r-x\nmask::r-x\nother::r-x\ndefault:user::rwx\n");
        assert!(own.is_some() && made.is_some());
    }

    #[test]
    fn what_is_marked_is_not_plain() {
        let stat = Stat {
            kind: FileType::File,
            mode: 0o755,
            uid: 0,
            gid: 0,
            size: 1,
            mtime: 0,
            ctime: 0,
            device: 1,
            inode: 1,
        };
        let tools = Tools { lsattr: true, getcap: true, getfacl: false, ls: true };
        let paths = ["/a", "/b c", "/d", "/e"].map(|p| (PathBuf::from(p), Some(stat.clone()))).to_vec();
        let beside = ["----i-- /a\n", "/b c cap_net_raw=ep\n", "-rw-r--r--+ 1 0 0 5 Nov 25 20:29 /d\n"];
        let batch = Batch { paths, beside: Some(beside.map(str::to_owned)) };
        assert_eq!(plain(&batch, tools), [PathBuf::from("/e")]);
        assert!(plain(&batch, Tools { getcap: false, ..tools }).is_empty());
    }
}
