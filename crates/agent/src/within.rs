//! Paths of a target inside the directory that is its root: links are followed as that root would, never out of it.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// How many links one path may pass, as in the kernel.
const MOST_LINKS: usize = 40;

/// The path on this machine of a path of the target. `None` when its links go round in a circle.
pub(crate) fn resolve(root: &Path, path: &Path, follow_last: bool) -> Option<PathBuf> {
    let mut done = PathBuf::new();
    let mut todo = parts(path);
    let mut links = 0;
    while let Some(part) = todo.pop() {
        if part == ".." {
            done.pop();
            continue;
        }
        let next = done.join(&part);
        let target = if follow_last || !todo.is_empty() { std::fs::read_link(root.join(&next)).ok() } else { None };
        let Some(target) = target else {
            done = next;
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return None;
        }
        if target.is_absolute() {
            done = PathBuf::new();
        }
        todo.extend(parts(&target));
    }
    Some(root.join(done))
}

/// The names of a path, last first; `..` stays, `.` and `/` do not.
fn parts(path: &Path) -> Vec<OsString> {
    path.components()
        .rev()
        .filter_map(|c| match c {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some(OsString::from("..")),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn no_link_leads_out_of_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        std::fs::create_dir_all(root.join("etc/deep")).unwrap();
        symlink("/etc/passwd", root.join("etc/absolute")).unwrap();
        symlink("../../../../etc/passwd", root.join("etc/deep/relative")).unwrap();
        symlink("loop", root.join("etc/loop")).unwrap();
        let inside = root.join("etc/passwd");
        assert_eq!(resolve(root, Path::new("/etc/absolute"), true), Some(inside.clone()));
        assert_eq!(resolve(root, Path::new("/etc/deep/relative"), true), Some(inside.clone()));
        assert_eq!(resolve(root, Path::new("/../../etc/passwd"), true), Some(inside));
        assert_eq!(resolve(root, Path::new("/etc/loop"), true), None);
        assert_eq!(resolve(root, Path::new("/etc/loop"), false), Some(root.join("etc/loop")));
    }
}
