//! What statements speak of by one name and a host shows under another: the time zone behind a link, a process that a
//! service runs, a name that /etc/hosts answers.

use super::host::Host;
use crate::import::effect::Want;
use model::id::ResourceId;
use model::value::Value;

/// Where the time zone of a host is kept.
const ZONES: &str = "/zoneinfo/";

/// The resource and property that a claim is about as the host shows it, where that is another one.
pub(super) fn shown_as(
    id: &ResourceId,
    property: &str,
    want: &Want,
    host: &Host<'_>,
) -> Option<(ResourceId, &'static str)> {
    match (id.kind.as_str(), property) {
        ("file", "linked-to") if id.name == "/etc/localtime" && zone(want).is_some() => {
            Some((ResourceId::new("timezone", "timezone"), "zone"))
        }
        // PHP-FPM shows its settings pool by pool.
        ("php-ini", "value") if host.there(id).is_none() && !id.name.contains('*') => {
            let (sapi, key) = id.name.split_once(':')?;
            let of_pools = ResourceId::new("php-ini", format!("{sapi}/*:{key}"));
            (!host.covered(&of_pools).is_empty()).then_some((of_pools, "value"))
        }
        ("dns", "addrs") if !host.is_complete("dns") => {
            let entry = ResourceId::new("hosts-entry", &id.name);
            host.there(&entry).map(|_| (entry, "addresses"))
        }
        _ => None,
    }
}

/// What is wanted of it there.
pub(super) fn meant(want: &Want) -> Want {
    zone(want).map_or_else(|| want.clone(), |zone| Want::Is(zone.into()))
}

fn zone(want: &Want) -> Option<&str> {
    match want {
        Want::Is(Value::Text(path)) => path.split_once(ZONES).map(|(_, zone)| zone),
        Want::Is(_)
        | Want::Has(_)
        | Want::Lacks(_)
        | Want::Begins(_)
        | Want::Matches(_)
        | Want::Any
        | Want::Not(_)
        | Want::Written(_) => None,
    }
}

/// Whether a program runs that is not listed as a process, because a service runs it or it listens somewhere.
pub(super) fn runs(program: &str, host: &Host<'_>) -> bool {
    let has = |id: &ResourceId, property: &str, value: &Value| {
        host.there(id).and_then(|r| r.facts.get(property)?.value()) == Some(value)
    };
    has(&ResourceId::new("service", program), "running", &true.into())
        || host.covered(&ResourceId::new("port", "*")).iter().any(|id| has(id, "process", &program.into()))
}

/// The resource, the property and the value that a line of a file of one resource is about.
pub(super) fn key<'l>(path: &str, line: &'l str) -> Option<(ResourceId, &'static str, &'l str)> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let resolver = |property| Some((ResourceId::new("resolver", "resolv.conf"), property, rest.trim()));
    match (path, word) {
        ("/etc/resolv.conf", "nameserver") => resolver("nameservers"),
        ("/etc/resolv.conf", "search" | "domain") => resolver("search"),
        ("/etc/resolv.conf", "options") => resolver("options"),
        ("/etc/timezone", _) => Some((ResourceId::new("timezone", "timezone"), "zone", line)),
        ("/etc/hostname", _) => Some((ResourceId::new("hostname", "hostname"), "configured", line)),
        _ => None,
    }
}
