//! File systems whose contents are another machine's or a program's: looking at one whose server is gone never ends.

use crate::read;
use crate::sys::Sys;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Their types (filesystems(5), mount.nfs(8), mount.fuse3(8)); what begins with `fuse` is one too, but for disks.
const TYPES: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "ceph",
    "glusterfs",
    "lustre",
    "afs",
    "coda",
    "9p",
    "autofs",
    "davfs",
    "beegfs",
    "gpfs",
    "ocfs2",
    "gfs2",
];

/// Types of fuse that read a disk of the machine itself.
const DISKS: &[&str] = &["fuseblk", "fusectl"];

/// Whether a file system is one of them.
pub(crate) fn is_far(filesystem: &str) -> bool {
    TYPES.contains(&filesystem) || filesystem.starts_with("fuse") && !DISKS.contains(&filesystem)
}

/// Where they are mounted on a running system.
pub(crate) fn points(sys: &dyn Sys) -> BTreeSet<PathBuf> {
    if !sys.is_live() {
        return BTreeSet::new();
    }
    let table = read::file_or_empty(sys, "/proc/self/mountinfo").unwrap_or_default();
    table.lines().filter_map(point).collect()
}

/// The mount point in a line, if its file system is far (proc(5)).
fn point(line: &str) -> Option<PathBuf> {
    let (before, after) = line.split_once(" - ")?;
    is_far(after.split(' ').next()?).then_some(())?;
    let mut point = before.split(' ').nth(4)?.to_owned();
    for (escaped, plain) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        point = point.replace(escaped, plain);
    }
    Some(point.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_never_answer_is_told_from_disks() {
        let line = |point: &str, kind: &str| format!("36 25 0:32 / {point} rw,relatime shared:1 - {kind} server:/x rw");
        assert_eq!(point(&line("/mnt/a\\040b", "nfs4")), Some("/mnt/a b".into()));
        assert_eq!(point(&line("/mnt", "fuse.sshfs")), Some("/mnt".into()));
        assert_eq!(point(&line("/mnt", "fuseblk")), None);
        assert_eq!(point(&line("/mnt", "ext4")), None);
        assert_eq!(point("garbage"), None);
    }
}
