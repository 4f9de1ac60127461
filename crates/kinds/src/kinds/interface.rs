//! Network interfaces: their addresses, and how they get them.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::network_config::{self, Configured};
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::id::glob;
use model::plan::Ask;
use model::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Interfaces.
pub(super) struct Interface;

const PROPERTIES: &[Property] = &[
    Property::new(
        "addrs",
        Shape::Set,
        "its addresses with their prefix lengths, those left out that a link makes for itself (ip-address(8))",
    )
    .live(),
    Property::new("method", Shape::Text, "how files say it gets its addresses").one_of(&["static", "dhcp", "manual"]),
    Property::new("up", Shape::Bool, "whether it is up").live(),
    Property::new("mtu", Shape::Int, "the largest packet it sends").unit("bytes").live(),
];

/// Interfaces that what runs containers and virtual machines makes and takes away.
const OF_GUESTS: &[&str] = &[
    "veth*",
    "cali*",
    "docker*",
    "br-????????????",
    "cni*",
    "flannel*",
    "virbr*",
    "vnet*",
    "podman*",
    "lxc*",
    "lxdbr*",
    "cilium*",
    "kube-*",
    "nodelocaldns",
    "tunl*",
    "azv*",
    "eni????????*",
];

impl Kind for Interface {
    fn name(&self) -> &'static str {
        "interface"
    }

    fn summary(&self) -> &'static str {
        "a network interface"
    }

    fn area(&self) -> Area {
        Area::Network
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let configured = listing.seen(network_config::read(sys));
        let mut running = BTreeMap::new();
        if sys.is_live() {
            running = listing.seen(running_interfaces(sys));
        } else {
            listing.only_files();
        }
        let names: BTreeSet<&String> = configured.keys().chain(running.keys()).collect();
        for name in names {
            let is_guests = OF_GUESTS.iter().any(|g| glob(g, name));
            if !is_guests || ask.names.contains_key(name) {
                listing.add(name, shown(name, running.get(name), configured.get(name)));
            }
        }
        listing.show(ask, out)
    }
}

/// An interface as ip(8) shows it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Running {
    addresses: BTreeSet<String>,
    /// Whether one of the addresses has an end: DHCP or a router gave it.
    leased: bool,
    is_up: bool,
    mtu: Option<i64>,
}

fn running_interfaces(sys: &dyn Sys) -> Result<BTreeMap<String, Running>, Why> {
    let output = |argv: &[&str]| {
        read::output(sys, argv)?.ok_or_else(|| Why::new(WhyCode::NoTool, "ip is not there: apt install iproute2"))
    };
    let mut out = links(&output(&["ip", "-o", "link", "show"])?);
    addresses(&output(&["ip", "-o", "addr", "show"])?, &mut out);
    Ok(out)
}

/// `2: eth0@if9: <BROADCAST,UP> mtu 1500 …`, one line each.
fn links(text: &str) -> BTreeMap<String, Running> {
    text.lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let name = words.get(1)?.trim_end_matches(':').split('@').next()?;
            let flags = words.get(2)?.trim_matches(['<', '>']);
            let mtu = words.iter().position(|w| *w == "mtu").and_then(|at| words.get(at + 1)?.parse().ok());
            let is_up = flags.split(',').any(|f| f == "UP");
            Some((name.to_owned(), Running { is_up, mtu, ..Running::default() }))
        })
        .collect()
}

/// `2: eth0    inet 10.57.1.3/16 brd … scope global dynamic eth0\ …`, one line each.
fn addresses(text: &str, into: &mut BTreeMap<String, Running>) {
    for line in text.lines() {
        // A backslash stands where ip would begin a new line.
        let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || c == '\\').filter(|w| !w.is_empty()).collect();
        let [_, name, family, address, rest @ ..] = words.as_slice() else { continue };
        let Some(running) = into.get_mut(name.split('@').next().unwrap_or_default()) else { continue };
        let of_link = rest.windows(2).any(|w| w == ["scope", "link"]) && *family == "inet6";
        if family.starts_with("inet") && !of_link {
            running.addresses.insert((*address).to_owned());
            running.leased |= rest.contains(&"dynamic") || rest.contains(&"temporary");
        }
    }
}

fn shown(name: &str, running: Option<&Running>, configured: Option<&Configured>) -> Shown {
    let mut shown = Shown::new();
    if let Some(configured) = configured {
        let fact = Fact::is(configured.method).at(configured.place.clone());
        shown = shown.fact("method", if configured.method == "dhcp" || name == "lo" { fact } else { fact.local() });
    }
    let Some(running) = running else { return shown };
    let addresses = Fact::is(Value::set(running.addresses.iter().cloned()));
    let is_leased = running.leased || configured.is_some_and(|c| c.method == "dhcp");
    let addresses = match configured {
        _ if is_leased => addresses.moving(),
        _ if is_only_loopback(name, &running.addresses) || running.addresses.is_empty() => addresses,
        Some(configured) if name != "lo" => addresses.local().at(configured.place.clone()),
        // No file says so: somebody added it to the running system.
        _ => addresses.local(),
    };
    shown = shown.fact("addrs", addresses).is("up", running.is_up);
    match running.mtu {
        Some(mtu) => shown.is("mtu", mtu),
        None => shown,
    }
}

/// What every loopback interface has.
fn is_only_loopback(name: &str, addresses: &BTreeSet<String>) -> bool {
    name == "lo" && addresses.iter().all(|a| matches!(a.as_str(), "127.0.0.1/8" | "::1/128"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_addresses_are_read_as_ip_prints_them() {
        let mut found =
            links("1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue\n2: eth0@if9: <BROADCAST> mtu 9001 qdisc\n");
        addresses(
            "2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global dynamic eth0\\ valid_lft 3s\n\
             2: eth0    inet6 fe80::1/64 scope link \\ valid_lft forever\n",
            &mut found,
        );
        let eth0 = Running {
            addresses: BTreeSet::from(["10.0.0.1/24".to_owned()]),
            leased: true,
            is_up: false,
            mtu: Some(9001),
        };
        assert_eq!(found.get("eth0"), Some(&eth0));
        assert!(found["lo"].is_up && found["lo"].addresses.is_empty());
    }
}
