//! What a shell's programs print of paths, as what it means.

use kinds::sys::{FileType, Stat};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Some paths and what they are, as `xargs` brought them together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    /// The paths, each with what it is, if all of them were there to the end.
    pub(super) paths: Vec<(PathBuf, Option<Stat>)>,
    /// The lines of programs that see what stands beside the mode; `None` where they were not asked.
    pub(super) beside: Option<[String; 3]>,
}

/// The batches of an answer; `None` where it is no whole number of them.
pub(super) fn batches(mut bytes: &[u8], with_beside: bool) -> Option<Vec<Batch>> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let mut names = Vec::new();
        loop {
            match field(&mut bytes)? {
                [] => break,
                name => names.push(path(name)),
            }
        }
        let numbers = field(&mut bytes)?;
        let lines: Vec<&[u8]> = numbers.split(|b| *b == b'\n').filter(|l| !l.is_empty()).collect();
        // One that went meanwhile leaves no line: then nobody knows whose the others are.
        let is_whole = lines.len() == names.len();
        let stats = lines.into_iter().map(|line| stat(&String::from_utf8_lossy(line)).filter(|_| is_whole));
        let paths = names.into_iter().zip(stats.chain(std::iter::repeat(None))).collect();
        let mut beside = None;
        if with_beside {
            let mut text = || Some(String::from_utf8_lossy(field(&mut bytes)?).into_owned());
            beside = Some([text()?, text()?, text()?]);
        }
        all.push(Batch { paths, beside });
    }
    Some(all)
}

/// What stands up to the next NUL.
pub(super) fn field<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let at = bytes.iter().position(|b| *b == 0)?;
    let (field, rest) = bytes.split_at(at);
    *bytes = &rest[1..];
    Some(field)
}

/// A path of the far side.
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(name(bytes))
}

/// A name of the far side.
pub(super) fn name(bytes: &[u8]) -> OsString {
    OsStr::from_bytes(bytes).to_owned()
}

/// A line of numbers: mode, owner, group, size, times, device, inode.
pub(super) fn stat(line: &str) -> Option<Stat> {
    let mut words = line.split_whitespace();
    let mode = u32::from_str_radix(words.next()?, 16).ok()?;
    let kind = match mode & 0o17_0000 {
        0o10_0000 => FileType::File,
        0o04_0000 => FileType::Directory,
        0o12_0000 => FileType::Link,
        0o14_0000 => FileType::Socket,
        0o01_0000 => FileType::Pipe,
        0o02_0000 => FileType::CharDevice,
        0o06_0000 => FileType::BlockDevice,
        _ => return None,
    };
    Some(Stat {
        kind,
        mode: mode & 0o7777,
        uid: words.next()?.parse().ok()?,
        gid: words.next()?.parse().ok()?,
        size: words.next()?.parse().ok()?,
        mtime: words.next()?.parse().ok()?,
        ctime: words.next()?.parse().ok()?,
        device: words.next()?.parse().ok()?,
        inode: words.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_numbers_is_read() {
        let stat = stat("81a4 0 33 1267 -5 1795638520 65024 1196087").unwrap();
        assert_eq!((stat.kind, stat.mode, stat.gid, stat.mtime), (FileType::File, 0o644, 33, -5));
        assert_eq!(super::stat("81a4 0 33"), None);
        assert_eq!(super::stat("stat: cannot"), None);
    }

    #[test]
    fn names_hold_anything_and_a_lost_line_makes_all_of_its_batch_unknown() {
        let line = "81a4 0 0 1 1 1 1 1\n";
        let one = [b"/a\nb\0/c\0\0".as_slice(), line.as_bytes(), line.as_bytes(), b"\0"].concat();
        let read = batches(&one, false).unwrap();
        assert_eq!(read[0].paths[0].0, PathBuf::from("/a\nb"));
        assert!(read[0].paths.iter().all(|(_, stat)| stat.is_some()));
        let lost = [b"/a\0/c\0\0".as_slice(), line.as_bytes(), b"\0"].concat();
        assert!(batches(&lost, false).unwrap()[0].paths.iter().all(|(_, stat)| stat.is_none()));
        assert_eq!(batches(b"/a\0\0", false), None);
        assert_eq!(batches(b"", false), Some(Vec::new()));
    }
}
