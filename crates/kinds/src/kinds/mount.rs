//! What is mounted, from the kernel's own table.

use super::fstab::is_installers;
use crate::far_mounts;
use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::{FileType, Sys};
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::path::Path;

/// Mounts.
pub(super) struct Mount;

const PROPERTIES: &[Property] = &[
    Property::new("source", Shape::Text, "what is mounted (proc(5), mountinfo)").live(),
    Property::new("filesystem", Shape::Text, "the type of the file system").live(),
    Property::new("opts", Shape::Set, "options of the mount").live(),
    Property::new("vfs-opts", Shape::Set, "options of the file system").live().on_request(),
    Property::new("usage", Shape::Int, "how much of it is used").unit("percent").live().on_request(),
];

/// File systems of the kernel's own and of what makes containers.
const INTERNAL: &[&str] = &[
    "proc",
    "sysfs",
    "devtmpfs",
    "devpts",
    "cgroup",
    "cgroup2",
    "securityfs",
    "debugfs",
    "tracefs",
    "configfs",
    "mqueue",
    "hugetlbfs",
    "pstore",
    "bpf",
    "autofs",
    "binfmt_misc",
    "fusectl",
    "rpc_pipefs",
    "ramfs",
    "nsfs",
    "efivarfs",
];

/// Directories in which what runs containers, and snapd, mount their images.
const IMAGES: &[&str] =
    &["/var/lib/docker", "/var/lib/containers", "/var/lib/containerd", "/var/lib/kubelet", "/var/snap"];

impl Kind for Mount {
    fn name(&self) -> &'static str {
        "mount"
    }

    fn summary(&self) -> &'static str {
        "a mounted file system, named by its mount point"
    }

    fn area(&self) -> Area {
        Area::System
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        if !sys.is_live() {
            return Coverage::Unknown(Why::not_running());
        }
        let table = match read::file(sys, "/proc/self/mountinfo") {
            Ok(Some(table)) => table,
            Ok(None) => return Coverage::Unknown(Why::new(WhyCode::Failed, "/proc/self/mountinfo is not there")),
            Err(why) => return Coverage::Unknown(why),
        };
        let mut listing = Listing::default();
        for line in table.lines() {
            let Some(mount) = parse(line) else { continue };
            let is_internal = INTERNAL.contains(&mount.filesystem)
                || mount.filesystem == "overlay" && mount.point == "/"
                || ["/run", "/proc", "/sys", "/dev", "/tmp"]
                    .iter()
                    .chain(IMAGES)
                    .any(|d| Path::new(&mount.point).starts_with(d));
            if is_internal && !ask.names.contains_key(&mount.point) {
                continue;
            }
            let standing = standing(sys, &mount);
            let set = |opts: &str| Value::set(opts.split(',').filter(|o| !o.is_empty()));
            let mut shown = Shown::new()
                .stands("source", mount.source, standing)
                .stands("filesystem", mount.filesystem, standing)
                .stands("opts", set(mount.opts), standing);
            if ask.wants(&mount.point, "vfs-opts") {
                shown = shown.is("vfs-opts", set(mount.vfs_opts));
            }
            if ask.wants(&mount.point, "usage") {
                let space = sys.space(Path::new(&mount.point));
                shown = shown.answer("usage", space.map(|s| s.map(|s| used(s.total, s.available))));
            }
            listing.add(mount.point.clone(), shown);
        }
        listing.show(ask, out)
    }
}

/// An installer mounts the root and the boot partitions, and what runs containers mounts single files and its journal
/// (podman-run(1), `--systemd`). Whatever else is mounted, people had mounted.
fn standing(sys: &dyn Sys, mount: &Line<'_>) -> Standing {
    let point = Path::new(&mount.point);
    if far_mounts::is_far(mount.filesystem) {
        return Standing::Local;
    }
    let is_file = || sys.stat(point).is_ok_and(|s| s.is_some_and(|s| s.kind != FileType::Directory));
    let is_containers = || mount.point == "/var/log/journal" && mount.filesystem == "tmpfs";
    let is_snap = || point.starts_with("/snap") && mount.filesystem == "squashfs";
    if is_installers(&mount.point) || is_containers() || is_snap() || is_file() {
        Standing::Shipped
    } else {
        Standing::Local
    }
}

fn used(total: u64, available: u64) -> i64 {
    let used = total.saturating_sub(available).saturating_mul(100).checked_div(total).unwrap_or(0);
    i64::try_from(used).unwrap_or(100)
}

struct Line<'a> {
    point: String,
    source: &'a str,
    filesystem: &'a str,
    opts: &'a str,
    vfs_opts: &'a str,
}

/// `id parent major:minor root point options [optional…] - type source super-options` (proc(5)).
fn parse(line: &str) -> Option<Line<'_>> {
    let (before, after) = line.split_once(" - ")?;
    let mut first = before.split(' ').skip(4);
    let (point, opts) = (first.next()?.replace("\\040", " "), first.next()?);
    let mut rest = after.split(' ');
    Some(Line {
        point,
        opts,
        filesystem: rest.next()?,
        source: rest.next()?,
        vfs_opts: rest.next().unwrap_or_default(),
    })
}
