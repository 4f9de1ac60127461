//! Names that /etc/hosts gives addresses.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::BTreeMap;

/// Entries of /etc/hosts.
pub(super) struct HostsEntry;

const PROPERTIES: &[Property] =
    &[Property::new("addresses", Shape::Set, "the addresses that /etc/hosts gives the name (hosts(5))")
        .aliases(&["addrs"])];

/// Names that every installation's /etc/hosts has.
const BEGIN: &[&str] = &[
    "localhost",
    "localhost.localdomain",
    "localhost4",
    "localhost4.localdomain4",
    "localhost6",
    "localhost6.localdomain6",
    "ip6-localhost",
    "ip6-loopback",
    "ip6-localnet",
    "ip6-mcastprefix",
    "ip6-allnodes",
    "ip6-allrouters",
    "ip6-allhosts",
    "host.containers.internal",
    "host.docker.internal",
];

impl Kind for HostsEntry {
    fn name(&self) -> &'static str {
        "hosts-entry"
    }

    fn summary(&self) -> &'static str {
        "a host name in /etc/hosts, named by the name"
    }

    fn area(&self) -> Area {
        Area::Network
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let text = listing.seen(read::file_or_empty(sys, "/etc/hosts"));
        let own = read::file_or_empty(sys, "/etc/hostname").unwrap_or_default();
        let running =
            if sys.is_live() { read::file_or_empty(sys, "/proc/sys/kernel/hostname") } else { Ok(String::new()) };
        let own = [own.trim().to_owned(), running.unwrap_or_default().trim().to_owned()];
        for (name, (line, addresses)) in parse(&text) {
            let short = name.split('.').next().unwrap_or(&name);
            let is_own = own.iter().any(|o| !o.is_empty() && (*o == name || o == short));
            let standing = if is_own || BEGIN.contains(&name.as_str()) { Standing::Shipped } else { Standing::Local };
            let fact = Fact::is(Value::set(addresses)).standing(standing).at(Place::line("/etc/hosts", line));
            listing.add(name, Shown::new().fact("addresses", fact));
        }
        listing.show(ask, out)
    }
}

/// The addresses of every name, and the first line that has it.
fn parse(text: &str) -> BTreeMap<String, (u32, Vec<String>)> {
    let mut names: BTreeMap<String, (u32, Vec<String>)> = BTreeMap::new();
    for (number, line) in read::lines(text, &['#']) {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let Some(address) = words.next() else { continue };
        for name in words {
            names.entry(name.to_owned()).or_insert((number, Vec::new())).1.push(address.to_owned());
        }
    }
    names
}
