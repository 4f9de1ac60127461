//! Rules of packet filters: what the kernel has now, and what files load at boot.

use crate::firewall::{self, Chain, Chains};
use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::id::glob;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Firewall rules.
pub(super) struct FirewallRule;

const PROPERTIES: &[Property] = &[
    Property::new("policy", Shape::Text, "what happens to packets that no rule decides on").live(),
    Property::new(
        "rules",
        Shape::List,
        "the rules in the order in which they are asked, as iptables-save(8) or nft(8) print them",
    )
    .live(),
    Property::new("persisted", Shape::List, "the rules that iptables' own files load at boot (iptables-restore(8))"),
];

/// Where distributions keep what iptables-restore loads at boot.
const FILES: &[(&str, &str)] = &[
    ("/etc/iptables/rules.v4", "ip"),
    ("/etc/iptables/rules.v6", "ip6"),
    ("/etc/sysconfig/iptables", "ip"),
    ("/etc/sysconfig/ip6tables", "ip6"),
];

/// Chains that programs fill as they go: what runs containers, what bans, what ufw and firewalld make of their files.
const OF_PROGRAMS: &[&str] = &[
    "* DOCKER",
    "* DOCKER-*",
    "* CNI-*",
    "* KUBE-*",
    "* cali-*",
    "* cali:*",
    "* NETAVARK*",
    "* netavark*",
    "* LIBVIRT_*",
    "* f2b-*",
    "* fail2ban-*",
    "* ufw-*",
    "* ufw6-*",
    "* FLANNEL-*",
    "* CILIUM_*",
    "inet firewalld *",
    "inet f2b-table *",
    "* ISTIO_*",
];

/// What people may fill of those.
const OF_PEOPLE: &[&str] = &["* DOCKER-USER", "* ufw-user-*", "* ufw6-user-*"];

/// The tables that iptables knows: with its newer back end nft prints them too.
const OF_IPTABLES: &[&str] = &["filter", "nat", "mangle", "raw", "security"];

impl Kind for FirewallRule {
    fn name(&self) -> &'static str {
        "firewall-rule"
    }

    fn summary(&self) -> &'static str {
        "the rules of a chain, named by family, table and chain (`ip filter INPUT`, `inet filter input`), or one rule, with `: RULE` behind that"
    }

    fn area(&self) -> Area {
        Area::Network
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let mut running = Chains::new();
        if sys.is_live() {
            running = loaded(sys, &mut listing);
        } else {
            listing.only_files();
        }
        let persisted = persisted(sys, &mut listing);
        let names: BTreeSet<&String> = running.keys().chain(persisted.keys()).collect();
        for name in names {
            let saved = persisted.get(name);
            if let Some(shown) = shown(name, running.get(name), saved, ask.names.contains_key(name)) {
                listing.add(name, shown);
            }
        }
        for name in ask.names.keys() {
            let Some((chain, rule)) = name.split_once(": ") else { continue };
            if running.get(chain).is_some_and(|c| c.rules.iter().any(|r| r == rule)) {
                listing.add(name, Shown::new().is("rules", Value::from(vec![rule.to_owned()])));
            }
        }
        listing.show(ask, out)
    }
}

/// What the kernel has. A host without the programs that show it was filtered by none of them, as far as one can see.
fn loaded(sys: &dyn Sys, listing: &mut Listing) -> Chains {
    let mut chains = Chains::new();
    let mut seen_by_iptables = false;
    for (program, family) in [("iptables-save", "ip"), ("ip6tables-save", "ip6")] {
        match read::output(sys, &[program]) {
            Ok(Some(text)) => {
                seen_by_iptables = true;
                chains.extend(firewall::iptables(&text, family));
            }
            Ok(None) => {}
            Err(why) => listing.blind(why),
        }
    }
    match read::output(sys, &["nft", "-s", "list", "ruleset"]) {
        Ok(Some(text)) => {
            let is_iptables = |name: &String| {
                let mut words = name.split(' ');
                matches!(words.next(), Some("ip" | "ip6")) && words.next().is_some_and(|t| OF_IPTABLES.contains(&t))
            };
            let more = firewall::nft(&text);
            chains.extend(more.into_iter().filter(|(name, _)| !(seen_by_iptables && is_iptables(name))));
        }
        Ok(None) if seen_by_iptables => {}
        Ok(None) => match read::file(sys, "/proc/modules") {
            // No program shows rules, and the kernel has no part that could hold any.
            Ok(Some(modules))
                if !modules.lines().any(|l| l.starts_with("nf_tables ") || l.starts_with("ip_tables ")) => {}
            _ => listing.blind(Why::new(WhyCode::NoTool, "neither iptables-save nor nft is there to show the rules")),
        },
        Err(why) => listing.blind(why),
    }
    chains
}

/// A chain as a file loads it.
struct Saved {
    chain: Chain,
    place: Place,
}

fn persisted(sys: &dyn Sys, listing: &mut Listing) -> BTreeMap<String, Saved> {
    let mut out = BTreeMap::new();
    for (path, family) in FILES {
        let text = listing.seen(read::file_or_empty(sys, path));
        for (name, chain) in firewall::iptables(&text, family) {
            out.insert(name, Saved { chain, place: Place::file(*path) });
        }
    }
    out
}

/// Whether a program fills a chain, and not people.
fn is_of_a_program(chain: &str) -> bool {
    let matches = |globs: &[&str]| globs.iter().any(|g| glob(g, chain));
    matches(OF_PROGRAMS) && !matches(OF_PEOPLE)
}

fn shown(name: &str, running: Option<&Chain>, saved: Option<&Saved>, is_asked: bool) -> Option<Shown> {
    if is_of_a_program(name) && !is_asked {
        return None;
    }
    let is_empty = |c: &Chain| own_rules(c).is_empty() && c.policy.as_deref().is_none_or(|p| p == "accept");
    if !is_asked && running.is_none_or(is_empty) && saved.is_none_or(|s| is_empty(&s.chain)) {
        return None;
    }
    let mut shown = Shown::new();
    if let Some(running) = running {
        let is_open = running.policy.as_deref() == Some("accept");
        let standing = if is_open { Standing::Shipped } else { Standing::Local };
        if let Some(policy) = &running.policy {
            shown = shown.stands("policy", policy.as_str(), standing);
        }
        shown = shown.local("rules", Value::from(own_rules(running)));
    }
    if let Some(saved) = saved {
        let fact = Fact::is(Value::from(own_rules(&saved.chain))).local().at(saved.place.clone());
        shown = shown.fact("persisted", fact);
    }
    Some(shown)
}

/// The rules but those that lead into chains of programs: these put them there themselves, in whatever order.
fn own_rules(chain: &Chain) -> Vec<String> {
    let leads_to_programs = |rule: &String| {
        let target = rule.split_whitespace().skip_while(|w| !matches!(*w, "-j" | "-g" | "jump" | "goto")).nth(1);
        is_of_a_program(&format!("* {}", target.unwrap_or_default()))
    };
    chain.rules.iter().filter(|r| !leads_to_programs(r)).cloned().collect()
}
