//! The processes of a running system, read from /proc once per look: who they are, what started them, which sockets
//! they hold. See proc(5).

use crate::read;
use crate::sys::{Foreseen, Sys};
use model::answer::{Why, WhyCode};
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many processes are looked at.
const MOST: usize = 100_000;

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    /// Its name: what the kernel calls it, in full where the kernel's 15 bytes cut it.
    pub(crate) name: String,
    pub(crate) args: Vec<String>,
    /// The number of the user it runs as.
    pub(crate) uid: u32,
    /// The path of its control group, where systemd keeps one.
    pub(crate) group: String,
}

impl Process {
    /// The unit of systemd it belongs to: the last part of its control group that names one.
    pub(crate) fn unit(&self) -> Option<&str> {
        self.group.rsplit('/').find(|p| p.ends_with(".service") || p.ends_with(".scope"))
    }

    /// The service it belongs to, without `.service`. What a user's own systemd runs is no service of the host.
    pub(crate) fn service(&self) -> Option<&str> {
        let of_a_user = self.group.split('/').any(|p| p.starts_with("user@"));
        self.unit()?.strip_suffix(".service").filter(|_| !of_a_user)
    }

    /// Whether the kernel runs it: its threads have no command line, and kthreadd for a parent.
    fn is_kernels(&self) -> bool {
        self.args.is_empty() && (self.parent == 2 || self.pid == 2)
    }
}

/// Every process but the kernel's own, by number.
pub(crate) type Processes = BTreeMap<u32, Process>;

/// All processes, read once per look.
pub(crate) fn all(sys: &dyn Sys) -> Arc<Result<Processes, Why>> {
    sys.memo().get(|| read_all(sys))
}

fn read_all(sys: &dyn Sys) -> Result<Processes, Why> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    let names = sys.list(Path::new("/proc"))?.ok_or_else(|| Why::new(WhyCode::Failed, "/proc is not there"))?;
    let numbers = names.iter().filter(|n| n.to_string_lossy().bytes().all(|b| b.is_ascii_digit()));
    let files: Vec<PathBuf> = numbers
        .flat_map(|n| ["stat", "cmdline", "status", "cgroup"].map(|file| Path::new("/proc").join(n).join(file)))
        .collect();
    sys.foresee(&Foreseen::Reads(&files));
    let mut processes = Processes::new();
    for name in names {
        let Some(pid) = name.to_str().and_then(|n| n.parse().ok()) else { continue };
        if processes.len() >= MOST {
            return Err(Why::new(WhyCode::TooLarge, format!("more than {MOST} processes")));
        }
        // One that ended meanwhile is none.
        if let Ok(Some(process)) = one(sys, pid) {
            processes.insert(pid, process);
        }
    }
    processes.retain(|_, p| !p.is_kernels());
    if processes.is_empty() {
        return Err(Why::new(WhyCode::Denied, "/proc shows no process"));
    }
    Ok(processes)
}

fn one(sys: &dyn Sys, pid: u32) -> Result<Option<Process>, Why> {
    let Some(stat) = read::file(sys, &format!("/proc/{pid}/stat"))? else { return Ok(None) };
    let Some((name, parent, state)) = parse_stat(&stat) else { return Ok(None) };
    if state == "Z" {
        return Ok(None);
    }
    let args = sys.read(Path::new(&format!("/proc/{pid}/cmdline")), read::MOST)?.unwrap_or_default();
    let args = arguments(&args);
    let status = read::file_or_empty(sys, &format!("/proc/{pid}/status"))?;
    let uid = status.lines().find_map(|l| l.strip_prefix("Uid:")?.split_whitespace().nth(1)?.parse().ok());
    let groups = read::file_or_empty(sys, &format!("/proc/{pid}/cgroup"))?;
    let Some(uid) = uid else { return Ok(None) };
    Ok(Some(Process { pid, parent, name: full_name(name, &args), args, uid, group: control_group(&groups) }))
}

/// `pid (comm) state ppid …`; the name may hold anything, brackets too.
fn parse_stat(stat: &str) -> Option<(String, u32, String)> {
    let (open, close) = (stat.find('(')?, stat.rfind(')')?);
    let mut rest = stat.get(close + 1..)?.split_whitespace();
    let state = rest.next()?.to_owned();
    Some((stat.get(open + 1..close)?.to_owned(), rest.next()?.parse().ok()?, state))
}

fn arguments(cmdline: &[u8]) -> Vec<String> {
    let mut args: Vec<String> = cmdline.split(|b| *b == 0).map(text::from_bytes).collect();
    while args.last().is_some_and(String::is_empty) {
        args.pop();
    }
    args
}

/// The kernel keeps 15 bytes of a name; one of the arguments begins with the whole of it.
fn full_name(name: String, args: &[String]) -> String {
    if name.len() < 15 {
        return name;
    }
    let full = args.iter().take(2).filter_map(|a| a.rsplit('/').next()).find(|a| a.starts_with(&name));
    full.and_then(|f| f.split_whitespace().next()).map_or(name, str::to_owned)
}

/// The path of the unified hierarchy (`0::/…`), or of systemd's own in the older ones (`N:name=systemd:/…`).
fn control_group(text: &str) -> String {
    let of = |mark: &str| text.lines().find_map(|l| l.split_once(mark).map(|(_, path)| path.to_owned()));
    of(":name=systemd:").or_else(|| of("0::")).unwrap_or_default()
}

/// Which processes hold which sockets, by the socket's inode number.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    by_inode: BTreeMap<u64, BTreeSet<u32>>,
    /// Why the sockets of some process could not be seen.
    pub(crate) blind: Option<Why>,
}

impl Holders {
    /// The first process, by number, that holds a socket: those it forked inherited it.
    pub(crate) fn of(&self, inode: u64) -> Option<u32> {
        self.by_inode.get(&inode)?.first().copied()
    }
}

/// Who holds which socket, read once per look.
pub(crate) fn holders(sys: &dyn Sys, processes: &Processes) -> Arc<Holders> {
    sys.memo().get(|| {
        let mut holders = Holders::default();
        let dirs: Vec<PathBuf> = processes.keys().map(|pid| PathBuf::from(format!("/proc/{pid}/fd"))).collect();
        sys.foresee(&Foreseen::Links(&dirs));
        for pid in processes.keys() {
            if let Err(why) = sockets(sys, *pid, &mut holders.by_inode) {
                holders.blind.get_or_insert(why);
            }
        }
        holders
    })
}

fn sockets(sys: &dyn Sys, pid: u32, into: &mut BTreeMap<u64, BTreeSet<u32>>) -> Result<(), Why> {
    let dir = format!("/proc/{pid}/fd");
    for name in sys.list(Path::new(&dir))?.unwrap_or_default() {
        // A descriptor that was closed meanwhile holds nothing.
        let Ok(Some(link)) = sys.link(&Path::new(&dir).join(name)) else { continue };
        let inode = link.to_str().and_then(|l| l.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok());
        if let Some(inode) = inode {
            into.entry(inode).or_default().insert(pid);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        assert_eq!(parse_stat("7 (a) b (c) S 1 7"), Some(("a) b (c".to_owned(), 1, "S".to_owned())));
        assert_eq!(parse_stat("7 (a"), None);
    }

    #[test]
    fn a_cut_name_is_made_whole_by_the_arguments() {
        let args = ["/usr/bin/python3".to_owned(), "/opt/a-very-long-worker.py".to_owned()];
        assert_eq!(full_name("a-very-long-wor".to_owned(), &args), "a-very-long-worker.py");
        assert_eq!(full_name("python3".to_owned(), &args), "python3");
    }

    #[test]
    fn a_unit_is_found_in_both_kinds_of_control_groups() {
        let process = |groups: &str| Process {
            pid: 1,
            parent: 0,
            name: String::new(),
            args: Vec::new(),
            uid: 0,
            group: control_group(groups),
        };
        let service = |groups: &str| process(groups).service().map(str::to_owned);
        assert_eq!(service("0::/system.slice/nginx.service\n"), Some("nginx".to_owned()));
        assert_eq!(service("3:cpu:/\n1:name=systemd:/a/b/system.slice/ssh.service/x\n0::/\n"), Some("ssh".to_owned()));
        assert_eq!(service("0::/user.slice/user-1.slice/user@1.service/app.slice/dbus.service\n"), None);
        assert_eq!(service("0::/user.slice/user-1.slice/session-3.scope\n"), None);
    }
}
