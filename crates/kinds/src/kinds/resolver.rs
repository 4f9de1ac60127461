//! How names are looked up: /etc/resolv.conf and /etc/nsswitch.conf.

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
use model::text;
use model::value::Value;
use std::path::Path;

/// Name resolution.
pub(super) struct Resolver;

const PROPERTIES: &[Property] = &[
    Property::new("nameservers", Shape::List, "the servers asked, in order (resolv.conf(5))"),
    Property::new("search", Shape::List, "domains that are tried after short names"),
    Property::new("options", Shape::Set, "options such as timeout:1, rotate"),
    Property::new(
        "managed-by",
        Shape::Text,
        "what the file is a link to: systemd-resolved, resolvconf, NetworkManager",
    ),
    Property::new("sources", Shape::List, "of a database of nsswitch.conf(5): where it is looked up"),
];

/// Sources that installations begin with, and that packages of NSS modules add themselves.
const BEGIN: &[&str] = &[
    "files",
    "systemd",
    "dns",
    "compat",
    "db",
    "nis",
    "mymachines",
    "myhostname",
    "resolve",
    "mdns4_minimal",
    "[NOTFOUND=return]",
    "[!UNAVAIL=return]",
    "[SUCCESS=merge]",
    "sss",
    "altfiles",
];

impl Kind for Resolver {
    fn name(&self) -> &'static str {
        "resolver"
    }

    fn summary(&self) -> &'static str {
        "how names are looked up: `resolv.conf`, or a database of nsswitch.conf such as `nsswitch hosts`"
    }

    fn area(&self) -> Area {
        Area::Network
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let path = "/etc/resolv.conf";
        let manager = listing.seen(sys.link(Path::new(path)));
        match read::file_or_empty(sys, path) {
            Ok(conf) => {
                let manager = manager.map(|m| text::from_bytes(m.as_os_str().as_encoded_bytes()));
                listing.add("resolv.conf", shown(&conf, manager));
            }
            Err(why) => listing.blind(why),
        }
        let switch = listing.seen(read::file_or_empty(sys, "/etc/nsswitch.conf"));
        for (line, entry) in read::lines(&switch, &['#']) {
            let Some((database, sources)) = entry.split_once(':') else { continue };
            let sources = sources.split('#').next().unwrap_or_default();
            let sources: Vec<String> = sources.split_whitespace().map(str::to_owned).collect();
            let is_begin = sources.iter().all(|s| BEGIN.contains(&s.as_str()));
            let standing = if is_begin { Standing::Shipped } else { Standing::Local };
            let fact = Fact::is(Value::from(sources)).standing(standing).at(Place::line("/etc/nsswitch.conf", line));
            listing.add(format!("nsswitch {}", database.trim()), Shown::new().fact("sources", fact));
        }
        listing.show(ask, out)
    }
}

fn shown(conf: &str, manager: Option<String>) -> Shown {
    let (mut servers, mut search, mut options) = (Vec::new(), Vec::new(), Vec::new());
    for (_, line) in read::lines(conf, &['#', ';']) {
        let mut words = line.split_whitespace().map(str::to_owned);
        match words.next().as_deref() {
            Some("nameserver") => servers.extend(words.next()),
            // The last of domain and search counts.
            Some("search" | "domain") => search = words.collect(),
            Some("options") => options.extend(words),
            _ => {}
        }
    }
    // Options are people's: neither DHCP nor a container runtime writes them. Servers and domains come with the network.
    let shown = Shown::new().is("nameservers", Value::from(servers)).is("search", Value::from(search)).stands(
        "options",
        Value::set(options.clone()),
        if options.is_empty() { Standing::Shipped } else { Standing::Local },
    );
    manager.map_or(shown.clone(), |m| shown.is("managed-by", m))
}
