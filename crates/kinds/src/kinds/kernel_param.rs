//! Kernel parameters: what they are now, what files make of them at boot, and who set them.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::shipped;
use crate::sys::{FileType, Foreseen, Sys};
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::id::glob;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Kernel parameters.
pub(super) struct KernelParam;

const PROPERTIES: &[Property] = &[
    Property::new("value", Shape::Text, "the value now, from /proc/sys, blanks folded (sysctl(8))").live(),
    Property::new("persisted", Shape::Text, "the value that the last file sets at boot (sysctl.d(5))"),
];

/// Where files are, the last of one name wins, and in the order of their names the last setting wins (sysctl.d(5)).
const PLACES: &[&str] =
    &["/usr/lib/sysctl.d", "/lib/sysctl.d", "/usr/local/lib/sysctl.d", "/run/sysctl.d", "/etc/sysctl.d"];

/// Parameters that move by themselves, or are those of the machine beneath and of what else it runs.
const MOVING: &[&str] = &[
    "kernel.random.*",
    "kernel.ns_last_pid",
    "kernel.pty.nr",
    "kernel.pid_max",
    "kernel.threads-max",
    "kernel.hostname",
    "kernel.domainname",
    "kernel.bootloader*",
    "kernel.version",
    "kernel.osrelease",
    "kernel.ostype",
    "kernel.sched_domain.*",
    "kernel.core_uses_pid",
    "kernel.keys.*",
    "kernel.usermodehelper.*",
    "kernel.firmware_config.*",
    "kernel.tainted",
    "kernel.arch",
    "kernel.cap_last_cap",
    "fs.dentry-state",
    "fs.inode-nr",
    "fs.inode-state",
    "fs.file-nr",
    "fs.file-max",
    "fs.aio-nr",
    "fs.quota.*",
    "fs.epoll.*",
    "fs.inotify.*",
    "fs.fanotify.*",
    "fs.mqueue.*",
    "fs.binfmt_misc.*",
    "fs.nfs.*",
    "user.*",
    "dev.*",
    "abi.*",
    "debug.*",
    "crypto.*",
    "sunrpc.*",
    "vm.stat*",
    "vm.compact_memory",
    "vm.drop_caches",
    "vm.lowmem_reserve_ratio",
    "vm.min_free_kbytes",
    "vm.admin_reserve_kbytes",
    "vm.user_reserve_kbytes",
    "vm.nr_hugepages_mempolicy",
    "net.*.conf.*.*",
    "net.*.neigh.*",
    "net.netfilter.*",
    "net.nf_conntrack_max",
    "net.ipv4.tcp_mem",
    "net.ipv4.udp_mem",
    "net.ipv4.tcp_max_orphans",
    "net.ipv4.tcp_max_tw_buckets",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
    "net.ipv4.tcp_max_syn_backlog",
    "net.ipv4.route.*",
    "net.ipv6.route.*",
    "net.ipv4.tcp_fastopen_key",
    "net.ipv4.inet_peer_*",
    "net.core.netdev_rss_key",
    "net.core.bpf_*",
    "net.mptcp.*",
    "net.sctp.*",
    "net.vsock.*",
    "net.unix.*",
    "net.ipv4.tcp_available*",
    "net.ipv4.tcp_allowed*",
    "net.ipv4.fib_*",
    "net.core.dev_weight*",
];

/// Values that the kernel's documentation gives as the default, by name (Documentation/admin-guide/sysctl, ip-sysctl).
const DEFAULTS: &[(&str, &[&str])] = &[
    ("vm.swappiness", &["60"]),
    ("vm.overcommit_memory", &["0"]),
    ("vm.overcommit_ratio", &["50"]),
    ("vm.vfs_cache_pressure", &["100"]),
    ("vm.dirty_ratio", &["20"]),
    ("vm.dirty_background_ratio", &["10"]),
    ("vm.dirty_expire_centisecs", &["3000"]),
    ("vm.dirty_writeback_centisecs", &["500"]),
    ("vm.panic_on_oom", &["0"]),
    ("net.core.somaxconn", &["128", "4096"]),
    ("net.core.netdev_max_backlog", &["1000"]),
    ("net.ipv4.ip_forward", &["0"]),
    ("net.ipv4.ip_local_port_range", &["32768 60999", "32768 61000"]),
    ("net.ipv4.ip_nonlocal_bind", &["0"]),
    ("net.ipv4.tcp_fin_timeout", &["60"]),
    ("net.ipv4.tcp_keepalive_time", &["7200"]),
    ("net.ipv4.tcp_keepalive_intvl", &["75"]),
    ("net.ipv4.tcp_keepalive_probes", &["9"]),
    ("net.ipv4.tcp_tw_reuse", &["0", "2"]),
    ("net.ipv4.tcp_tw_recycle", &["0"]),
    ("net.ipv4.tcp_syncookies", &["1"]),
    ("net.ipv4.tcp_retries2", &["15"]),
    ("net.ipv4.tcp_syn_retries", &["6", "5"]),
    ("net.ipv4.tcp_synack_retries", &["5"]),
    ("net.ipv4.tcp_slow_start_after_idle", &["1"]),
    ("net.ipv4.tcp_timestamps", &["1"]),
    ("net.ipv4.tcp_window_scaling", &["1"]),
    ("net.ipv4.tcp_sack", &["1"]),
    ("net.ipv4.tcp_mtu_probing", &["0"]),
    ("net.ipv4.ip_unprivileged_port_start", &["1024", "0"]),
    ("net.ipv4.icmp_echo_ignore_all", &["0"]),
    ("net.ipv6.bindv6only", &["0"]),
    ("kernel.sysrq", &["1", "438", "176", "16"]),
    ("kernel.panic", &["0", "10"]),
    ("kernel.shmmni", &["4096"]),
    ("kernel.msgmni", &["32000"]),
    ("kernel.sem", &["32000 1024000000 500 32000", "250 32000 32 128"]),
    ("kernel.core_pattern", &["core"]),
];

/// How many parameters are looked at.
const MOST: usize = 20_000;

impl Kind for KernelParam {
    fn name(&self) -> &'static str {
        "kernel-param"
    }

    fn summary(&self) -> &'static str {
        "a kernel parameter, named as sysctl(8) names it"
    }

    fn area(&self) -> Area {
        Area::System
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        if !sys.is_live() {
            listing.only_files();
        }
        let persisted = listing.seen(persisted(sys));
        let mut names: BTreeSet<String> = persisted.keys().cloned().collect();
        names.extend(ask.names.keys().cloned());
        if sys.is_live() && ask.sweep {
            names.extend(listing.seen(all(sys)));
        }
        if sys.is_live() {
            let files: Vec<PathBuf> = names.iter().filter_map(|name| file_of(name)).collect();
            sys.foresee(&Foreseen::Reads(&files));
        }
        for name in names {
            let set = persisted.get(&name);
            let mut shown = Shown::new();
            if let Some(set) = set {
                shown =
                    shown.fact("persisted", Fact::is(set.value.as_str()).standing(set.standing).at(set.place.clone()));
            }
            if sys.is_live() {
                match running(sys, &name) {
                    Ok(Some(value)) => shown = shown.fact("value", fact(&name, &value, set)),
                    // What a file sets and the kernel does not have is still set by the file.
                    Ok(None) if set.is_some() => {}
                    Ok(None) => continue,
                    Err(why) if set.is_none() && !ask.names.contains_key(&name) && !is_hidden(sys, &name, &why) => {
                        continue;
                    }
                    Err(why) => shown = shown.fact("value", Fact::unknown(why)),
                }
            } else if set.is_none() {
                continue;
            }
            listing.add(name, shown);
        }
        listing.show(ask, out)
    }
}

fn fact(name: &str, value: &str, set: Option<&Set>) -> Fact {
    let documented = DEFAULTS.iter().find(|(n, _)| *n == name).map(|(_, values)| *values);
    let fact = Fact::is(value);
    match (set, documented) {
        (Some(set), _) if is_same(&set.value, value) => fact.standing(set.standing).at(set.place.clone()),
        // Neither what a file sets nor the kernel's default: somebody set it by hand, until the next boot.
        (Some(_), _) => fact.local(),
        (None, Some(values)) if !values.contains(&value) => match values.first() {
            Some(first) => fact.against(*first),
            None => fact,
        },
        (None, None) if is_moving(name) => fact.moving(),
        (None, _) => fact,
    }
}

/// Of interfaces, what holds for all of them and for new ones does not come and go with them.
fn is_moving(name: &str) -> bool {
    let is_of_all = name.contains(".conf.all.") || name.contains(".conf.default.");
    // From which addresses are made; reading it fails where none is set.
    let is_secret = name.ends_with(".stable_secret");
    is_secret || !is_of_all && MOVING.iter().any(|m| glob(m, name))
}

/// Equal as numbers too, which files may write in base 16 or 8.
fn is_same(a: &str, b: &str) -> bool {
    let number = |t: &str| match (t.strip_prefix("0x"), t.strip_prefix('0').filter(|d| !d.is_empty())) {
        (Some(digits), _) => i64::from_str_radix(digits, 16).ok(),
        (None, Some(digits)) => i64::from_str_radix(digits, 8).ok(),
        (None, None) => t.parse().ok(),
    };
    a == b || number(a).is_some_and(|n| number(b) == Some(n))
}

/// What a file sets.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Set {
    value: String,
    standing: Standing,
    place: Place,
}

fn persisted(sys: &dyn Sys) -> Result<BTreeMap<String, Set>, Why> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for dir in PLACES {
        for path in read::files_in(sys, dir, ".conf")? {
            files.insert(path.rsplit('/').next().unwrap_or_default().to_owned(), path);
        }
    }
    let mut paths: Vec<String> = files.into_values().collect();
    // Debian links it into sysctl.d as the last one.
    paths.push("/etc/sysctl.conf".to_owned());
    let mut out = BTreeMap::new();
    for path in paths {
        let text = read::file_or_empty(sys, &path)?;
        let standing = if text.is_empty() { Standing::Shipped } else { shipped::standing(sys, &path)? };
        for (line, entry) in read::lines(&text, &['#', ';']) {
            let Some((name, value)) = entry.trim_start_matches('-').split_once('=') else { continue };
            let name = name.trim().replace('/', ".");
            let is_name = !name.is_empty() && !name.contains("..") && !name.starts_with('.');
            if is_name && !name.contains(['*', ' ']) {
                out.insert(name, Set { value: folded(value), standing, place: Place::line(&path, line) });
            }
        }
    }
    Ok(out)
}

fn folded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn running(sys: &dyn Sys, name: &str) -> Result<Option<String>, Why> {
    let Some(path) = file_of(name) else { return Ok(None) };
    match sys.read(&path, 1 << 16) {
        Ok(bytes) => Ok(bytes.map(|b| folded(&text::from_bytes(&b)))),
        Err(why) if why.code == WhyCode::Unsupported => Ok(None),
        Err(why) => Err(why),
    }
}

/// Whether a parameter is there and shown to others only. What is only written to, or has no value yet, hides nothing.
fn is_hidden(sys: &dyn Sys, name: &str, why: &Why) -> bool {
    let mode = file_of(name).and_then(|path| sys.stat(&path).ok().flatten()).map_or(0, |stat| stat.mode);
    why.code == WhyCode::Denied && mode & 0o444 != 0
}

/// Where the kernel shows a parameter. A dot in an interface's name stands for itself only where a slash separates;
/// those are left out.
fn file_of(name: &str) -> Option<PathBuf> {
    let is_name = !name.contains('/') && name.split('.').all(|p| !p.is_empty());
    is_name.then(|| PathBuf::from(format!("/proc/sys/{}", name.replace('.', "/"))))
}

/// The names of all parameters.
fn all(sys: &dyn Sys) -> Result<BTreeSet<String>, Why> {
    let mut names = BTreeSet::new();
    let mut todo = vec![("/proc/sys".to_owned(), String::new())];
    while let Some((dir, prefix)) = todo.pop() {
        for name in sys.list(Path::new(&dir))?.unwrap_or_default() {
            let name = text::from_bytes(name.as_encoded_bytes());
            let (path, full) =
                (format!("{dir}/{name}"), if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") });
            if is_moving(&full) || is_moving(&format!("{full}.x")) || name.contains('.') {
                continue;
            }
            match sys.stat(Path::new(&path))? {
                Some(stat) if stat.kind == FileType::Directory => todo.push((path, full)),
                // What cannot be read has no value (sysctl(8) leaves it out too).
                Some(stat) if stat.mode & 0o444 != 0 => drop(names.insert(full)),
                _ => {}
            }
            if names.len() > MOST {
                return Err(Why::new(WhyCode::TooLarge, format!("more than {MOST} kernel parameters")));
            }
        }
    }
    Ok(names)
}
