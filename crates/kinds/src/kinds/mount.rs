//! What is mounted, from the kernel's own table.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::plan::Ask;
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
    "overlay",
];

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
                || ["/run", "/proc", "/sys", "/dev", "/tmp"].iter().any(|d| Path::new(&mount.point).starts_with(d));
            if is_internal && !ask.names.contains_key(&mount.point) {
                continue;
            }
            let set = |opts: &str| Value::set(opts.split(',').filter(|o| !o.is_empty()));
            let mut shown =
                Shown::new().is("source", mount.source).is("filesystem", mount.filesystem).is("opts", set(mount.opts));
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
