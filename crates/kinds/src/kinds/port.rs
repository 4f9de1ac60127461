//! Ports that something waits on, and which service that is.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::packages;
use crate::processes::{self, Holders, Processes};
use crate::read;
use crate::shipped;
use crate::sockets::{self, Socket};
use crate::sys::Sys;
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use model::value::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Ports.
pub(super) struct Port;

const PROPERTIES: &[Property] = &[
    Property::new("ip", Shape::Set, "the addresses it is bound to; `0.0.0.0` and `::` mean all of them").live(),
    Property::new("service", Shape::Text, "the service of systemd whose process holds it").live(),
    Property::new("process", Shape::Text, "the name of the process that holds it").live(),
];

impl Kind for Port {
    fn name(&self) -> &'static str {
        "port"
    }

    fn summary(&self) -> &'static str {
        "a port that something waits on, named `tcp:80`, `tcp6:80`, `udp:53` or `udp6:53`; a socket for version 6 that takes version 4 too answers for both"
    }

    fn area(&self) -> Area {
        Area::Network
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn presence(&self) -> &'static str {
        "listening"
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        if !sys.is_live() {
            return Coverage::Unknown(Why::not_running());
        }
        let mut listing = Listing::default();
        let waiting = listing.seen(sockets::waiting(sys));
        let processes = processes::all(sys);
        let none = Processes::new();
        let processes = processes.as_ref().as_ref().unwrap_or(&none);
        let holders = processes::holders(sys, processes);
        let view = View { sys, processes, holders: &holders, passing: passing(sys) };
        for (name, sockets) in by_name(waiting) {
            if ask.names.contains_key(&name) || !view.passes(&sockets) {
                listing.add(name, view.shown(&sockets));
            }
        }
        // What nothing of version 4 waits on, a socket of version 6 may take: `tcp:80` is then `tcp6:80`.
        for name in ask.names.keys().filter(|n| n.starts_with("tcp:") || n.starts_with("udp:")) {
            listing.stand_in(name, &name.replacen(':', "6:", 1), takes_all);
        }
        listing.show(ask, out)
    }
}

/// Whether a socket of version 6 is bound to every address, and so takes version 4 too (ipv6(7), IPV6_V6ONLY).
fn takes_all(shown: &Shown) -> bool {
    let value = shown.value("ip");
    matches!(value, Some(Value::List(ips)) if ips.iter().any(|ip| ip.as_text() == Some("::")))
}

fn by_name(sockets: Vec<Socket>) -> BTreeMap<String, Vec<Socket>> {
    let mut out: BTreeMap<String, Vec<Socket>> = BTreeMap::new();
    for socket in sockets {
        out.entry(format!("{}:{}", socket.protocol, socket.port)).or_default().push(socket);
    }
    out
}

/// The ports that the kernel gives to whoever does not care which (ip(7), ip_local_port_range).
fn passing(sys: &dyn Sys) -> (u16, u16) {
    let text = read::file_or_empty(sys, "/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let mut words = text.split_whitespace().filter_map(|w| w.parse().ok());
    (words.next().unwrap_or(32768), words.next().unwrap_or(60999))
}

struct View<'a> {
    sys: &'a dyn Sys,
    processes: &'a Processes,
    holders: &'a Holders,
    passing: (u16, u16),
}

impl View<'_> {
    /// Whether a port is one that the kernel chose, and so another one next time: UDP sockets of clients, and the
    /// TCP ports of remote procedure calls.
    fn passes(&self, sockets: &[Socket]) -> bool {
        let Some(socket) = sockets.first() else { return true };
        if socket.port < self.passing.0 || socket.port > self.passing.1 {
            return false;
        }
        let holder = self.holder(sockets);
        socket.protocol.starts_with("udp") || holder.is_none_or(|p| p.name.starts_with("rpc."))
    }

    fn holder(&self, sockets: &[Socket]) -> Option<&processes::Process> {
        let pid = sockets.iter().filter_map(|s| self.holders.of(s.inode)).min()?;
        self.processes.get(&pid)
    }

    fn shown(&self, sockets: &[Socket]) -> Shown {
        let ips = Value::set(sockets.iter().map(|s| s.address.to_string()));
        let Some(process) = self.holder(sockets) else {
            let shown = Shown::new().local("ip", ips);
            return match &self.holders.blind {
                Some(why) => {
                    let unknown = || Fact::unknown(why.clone());
                    shown.fact("process", unknown()).fact("service", unknown())
                }
                // The kernel itself waits there.
                None => shown,
            };
        };
        let standing = self.standing(process.pid);
        let shown = Shown::new().stands("ip", ips, standing).stands("process", process.name.as_str(), standing);
        match process.service() {
            Some(service) => shown.stands("service", service, standing),
            None => shown,
        }
    }

    /// What the base of the system brings waits without anybody's doing; whatever else waits, somebody installed.
    fn standing(&self, pid: u32) -> Standing {
        if !shipped::is_asked(self.sys) {
            return Standing::Shipped;
        }
        let program = self.sys.link(Path::new(&format!("/proc/{pid}/exe"))).ok().flatten();
        let path = program.map(|p| text::from_bytes(p.as_os_str().as_encoded_bytes()));
        let owner = path.and_then(|p| shipped::owner(self.sys, &p).ok().flatten());
        if owner.is_some_and(|o| packages::is_of_base(self.sys, &o)) { Standing::Shipped } else { Standing::Local }
    }
}
