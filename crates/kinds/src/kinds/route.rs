//! Routes that neither the kernel nor a lease made: those of the main table, and those of tables that a rule leads to.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::plan::Ask;
use model::value::Value;

/// Routes.
pub(super) struct Route;

const PROPERTIES: &[Property] = &[
    Property::new("via", Shape::Text, "the gateway").live().aliases(&["gateway"]),
    Property::new("dev", Shape::Text, "the interface it leaves by").live().aliases(&["interface"]),
    Property::new("src", Shape::Text, "the address of the host's own that it prefers").live(),
    Property::new("type", Shape::Text, "`unicast`, `blackhole`, `unreachable`, `prohibit`… (ip-route(8))").live(),
    Property::new("nexthops", Shape::Set, "of a route with several ways, each of them (ip-route(8), nexthop)").live(),
    Property::new("rule", Shape::Text, "of a rule, what it matches and where it looks then (ip-rule(8))").live(),
];

/// Words that take no value.
const FLAGS: &[&str] = &["onlink", "linkdown", "dead", "pervasive", "offload", "trap"];

impl Kind for Route {
    fn name(&self) -> &'static str {
        "route"
    }

    fn summary(&self) -> &'static str {
        "a route, named by its destination (`default`, of version 6 `::/0`, or `10.0.0.0/8`); `metric N` follows, and \
         `table NAME` where it is not the main one; or a rule that leads to another table, named `rule PRIORITY` (`rule6` of \
         version 6)"
    }

    fn area(&self) -> Area {
        Area::Network
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        if !sys.is_live() {
            return Coverage::Unknown(Why::not_running());
        }
        let mut listing = Listing::default();
        for family in ["-4", "-6"] {
            let tables = rules(sys, family, ask, &mut listing);
            for table in std::iter::once("main").chain(tables.iter().map(String::as_str)) {
                routes(sys, family, table, ask, &mut listing);
            }
        }
        listing.show(ask, out)
    }
}

/// The tables of the kernel's own rules.
const TABLES: &[&str] = &["local", "main", "default"];

/// Shows the rules that lead elsewhere than the kernel's own do, and gives the tables they lead to.
fn rules(sys: &dyn Sys, family: &str, ask: &Ask, listing: &mut Listing) -> Vec<String> {
    let mut tables = Vec::new();
    let word = if family == "-6" { "rule6" } else { "rule" };
    let text = asked(sys, family, &["rule", "show"], listing).unwrap_or_default();
    for (priority, rule) in text.lines().filter_map(|line| line.split_once(':')) {
        let rule = rule.split_whitespace().collect::<Vec<_>>().join(" ");
        let table = rule.split_once("lookup ").and_then(|(_, rest)| rest.split(' ').next());
        if TABLES.iter().any(|t| rule == format!("from all lookup {t}")) {
            continue;
        }
        let name = (1..).map(|n| if n == 1 { format!("{word} {priority}") } else { format!("{word} {priority} #{n}") });
        if let Some(name) = name.into_iter().find(|name| !listing.has(name)) {
            // Rules of a program that comes and goes, as of a VPN, carry its protocol.
            let fact = if rule.contains(" proto ") {
                Fact::is(rule.as_str()).moving()
            } else {
                Fact::is(rule.as_str()).local()
            };
            listing.add(name, Shown::new().fact("rule", fact));
        }
        tables.extend(table.filter(|t| !TABLES.contains(t)).map(str::to_owned));
    }
    tables.extend(ask.names.keys().filter_map(|n| n.split_once(" table ")).map(|(_, t)| t.to_owned()));
    tables.sort();
    tables.dedup();
    tables
}

fn routes(sys: &dyn Sys, family: &str, table: &str, ask: &Ask, listing: &mut Listing) {
    let words = ["route", "show", "table", table];
    let text = asked(sys, family, if table == "main" { &words[..2] } else { &words }, listing).unwrap_or_default();
    let mut routes: Vec<Line<'_>> = Vec::new();
    for line in text.lines() {
        match (line.trim_start().strip_prefix("nexthop "), routes.last_mut()) {
            (Some(hop), Some(route)) => route.nexthops.push(hop.split_whitespace().collect::<Vec<_>>().join(" ")),
            _ => routes.extend(parse(line, family)),
        }
    }
    routes.iter().for_each(|route| show(route, table, ask, listing));
}

/// What ip(8) says; nothing, with a note of why, where it could not be asked.
fn asked(sys: &dyn Sys, family: &str, words: &[&str], listing: &mut Listing) -> Option<String> {
    let argv: Vec<&str> = ["ip", family].into_iter().chain(words.iter().copied()).collect();
    match read::output(sys, &argv) {
        Ok(Some(text)) => return Some(text),
        Ok(None) => listing.blind(Why::new(WhyCode::NoTool, "ip is not there: apt install iproute2")),
        // A kernel without version 6 has none of it.
        Err(_) if family == "-6" && matches!(read::file(sys, "/proc/net/if_inet6"), Ok(None)) => {}
        // "FIB table does not exist": it has no routes.
        Err(why) if why.detail.contains("does not exist") => {}
        Err(why) => listing.blind(why),
    }
    None
}

/// A route as ip(8) prints it.
#[derive(Debug, PartialEq, Eq)]
struct Line<'a> {
    kind: &'a str,
    destination: &'a str,
    words: Vec<(&'a str, &'a str)>,
    nexthops: Vec<String>,
}

impl<'a> Line<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.words.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
    }

    fn name(&self) -> String {
        match self.get("metric").filter(|_| self.get("via").is_some() || !self.destination.contains(':')) {
            // The metric of version 6 that ip adds everywhere says nothing.
            Some(metric) if metric != "1024" => format!("{} metric {metric}", self.destination),
            _ => self.destination.to_owned(),
        }
    }

    /// Whether it follows from an address or came with a lease or a router's word.
    fn is_made(&self) -> bool {
        matches!(self.get("proto"), Some("kernel" | "redirect" | "ra" | "bird" | "zebra" | "bgp" | "ospf"))
    }
}

/// `[type] destination key value…`, some keys without a value.
fn parse<'a>(line: &'a str, family: &str) -> Option<Line<'a>> {
    let mut words = line.split_whitespace();
    let mut destination = words.next()?;
    let mut kind = "unicast";
    if matches!(destination, "blackhole" | "unreachable" | "prohibit" | "throw" | "local" | "broadcast" | "multicast") {
        kind = destination;
        destination = words.next()?;
    }
    // ip calls both so, and a host that has both has two of them.
    if destination == "default" && family == "-6" {
        destination = "::/0";
    }
    let mut pairs = Vec::new();
    while let Some(word) = words.next() {
        if !FLAGS.contains(&word) {
            pairs.push((word, words.next().unwrap_or_default()));
        }
    }
    Some(Line { kind, destination, words: pairs, nexthops: Vec::new() })
}

fn show(route: &Line<'_>, table: &str, ask: &Ask, listing: &mut Listing) {
    let name = if table == "main" { route.name() } else { format!("{} table {table}", route.name()) };
    // What came with a router's word does not stand for the route of the same name that somebody set.
    if route.is_made() && (listing.has(&name) || !ask.names.contains_key(&name)) {
        return;
    }
    let is_leased = route.get("proto") == Some("dhcp");
    let fact = |value: &str| if is_leased { Fact::is(value).moving() } else { Fact::is(value).local() };
    let mut shown = Shown::new();
    for (property, key) in [("via", "via"), ("dev", "dev"), ("src", "src")] {
        if let Some(value) = route.get(key) {
            shown = shown.fact(property, fact(value));
        }
    }
    if !route.nexthops.is_empty() {
        let hops = Fact::is(Value::set(route.nexthops.iter().cloned()));
        shown = shown.fact("nexthops", if is_leased { hops.moving() } else { hops.local() });
    }
    listing.add(name, shown.fact("type", if route.kind == "unicast" { Fact::is("unicast") } else { fact(route.kind) }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_as_ip_prints_them() {
        let route = parse("default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.5 metric 100 onlink", "-4").unwrap();
        assert_eq!((route.name().as_str(), route.get("src")), ("default metric 100", Some("10.0.0.5")));
        let route = parse("blackhole 10.9.0.0/16 linkdown", "-4").unwrap();
        assert_eq!((route.kind, route.name().as_str()), ("blackhole", "10.9.0.0/16"));
        assert!(parse("10.57.0.0/16 dev eth0 proto kernel scope link src 10.57.1.3", "-4").unwrap().is_made());
        assert_eq!(parse("default via fe80::1 dev eth0 metric 1024 pref medium", "-6").unwrap().name(), "::/0");
        assert!(parse("", "-4").is_none());
    }
}
