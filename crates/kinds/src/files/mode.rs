//! Modes and owners that packages give their files. dpkg records none, so the usual ones are a rule, and what is not
//! usual is told apart by what is known: maintainer scripts, statoverrides, and what no package would do.

use crate::shipped::{SETS_MODE, Shipped};
use crate::sys::{FileType, Stat};
use model::standing::Standing;
use std::path::Path;

/// Directories whose files are programs.
const PROGRAMS: &[&str] = &["bin", "sbin", "libexec", "games"];

/// Directories below /etc whose files are programs, by pattern.
const HOOKS: &[&str] = &[
    "/etc/init.d/*",
    "/etc/cron.hourly/*",
    "/etc/cron.daily/*",
    "/etc/cron.weekly/*",
    "/etc/cron.monthly/*",
    "/etc/network/if-*.d/*",
    "/etc/kernel/*",
    "/etc/initramfs-tools/*",
    "/etc/ppp/ip*",
    "/etc/resolvconf/update.d/*",
    "/etc/resolvconf/update-libc.d/*",
    "/etc/dhcp/dhclient*",
    "/etc/ca-certificates/update.d/*",
    "/etc/update-motd.d/*",
    "/etc/grub.d/*",
    "/etc/X11/*",
];

/// The mode a package usually gives; `None` where none is usual (links).
fn usual(path: &Path, kind: FileType) -> Option<u32> {
    match kind {
        FileType::Directory => Some(0o755),
        FileType::File => {
            let dir = path.parent().and_then(Path::file_name).and_then(|d| d.to_str()).unwrap_or_default();
            let text = path.to_string_lossy();
            // A dot-file among hooks (.placeholder) is none.
            let hidden = path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"."));
            let is_program = PROGRAMS.contains(&dir) || HOOKS.iter().any(|h| model::id::glob(h, &text));
            Some(if is_program && !hidden { 0o755 } else { 0o644 })
        }
        FileType::Link | FileType::Socket | FileType::Pipe | FileType::CharDevice | FileType::BlockDevice => None,
    }
}

/// Whether mode and owner are the usual ones, so that nothing needs to be said.
pub(crate) fn is_usual(path: &Path, stat: &Stat) -> bool {
    stat.uid == 0 && stat.gid == 0 && usual(path, stat.kind).is_none_or(|mode| mode == stat.mode)
}

/// Who gave a shipped path its unusual mode or owner.
pub(crate) fn standing(shipped: &Shipped, path: &Path, stat: &Stat) -> Standing {
    if shipped.given(path).is_some() {
        // It is recorded, and this is not it.
        return Standing::Local;
    }
    let is_scripted = is_scripted(shipped, path);
    let is_kept = shipped.kept(path).is_some();
    let local = if is_kept { !is_scripted } else { !is_scripted && is_nothing_a_package_does(shipped, path, stat) };
    if local { Standing::Local } else { Standing::Shipped }
}

/// Whether a package's scripts set the mode or owner of a path.
pub(crate) fn is_scripted(shipped: &Shipped, path: &Path) -> bool {
    let own = shipped.package(path).is_some_and(|p| by_name(&p.scripts, &path.to_string_lossy()));
    own || shipped.is_scripted(path, SETS_MODE)
}

/// Whether a package's own scripts set the mode of a path behind a variable.
fn by_name(scripts: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let sets = |line: &str| line.contains('$') && SETS_MODE[..4].iter().any(|w| line.contains(w));
    name.len() > 3 && scripts.lines().any(|line| sets(line) && line.contains(name))
}

fn is_nothing_a_package_does(shipped: &Shipped, path: &Path, stat: &Stat) -> bool {
    let world_writes = stat.mode & 0o002 != 0 && stat.mode & 0o1000 == 0;
    // useradd(8) gives people's accounts numbers from 1000 up to 60000.
    let is_persons = (1000..=60000).contains(&stat.uid) || (1000..=60000).contains(&stat.gid);
    let conffile = shipped.get(path).is_some_and(|o| o.is_conffile);
    let is_file = stat.kind == FileType::File;
    // Packages ship configuration as 0644, or 0755 and tighter with a group for daemons that must not share it.
    let odd_conffile = conffile && !matches!(stat.mode, 0o644 | 0o755 | 0o640 | 0o440 | 0o600 | 0o750);
    let tight_conffile = conffile && stat.mode == 0o600 && stat.uid == 0 && stat.gid == 0 && is_file;
    let dir = path.parent().and_then(Path::file_name).and_then(|d| d.to_str()).unwrap_or_default();
    let is_plain = stat.mode & 0o7000 == 0 && stat.uid == 0 && stat.gid == 0;
    let odd_program = is_file && PROGRAMS.contains(&dir) && is_plain && stat.mode != 0o755;
    world_writes || is_persons || (is_file && (odd_conffile || tight_conffile)) || odd_program
}
