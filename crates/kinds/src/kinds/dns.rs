//! Names that the host must be able to resolve, as its own programs do. Only looked at when asked for by name.

use super::addr::patience;
use crate::kind::{Area, Kind, Property, Shape};
use crate::out::{Out, Shown};
use crate::sys::{Command, Sys};
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::plan::Ask;
use model::text;
use model::value::Value;
use std::net::IpAddr;

/// Names resolved on the host.
pub(super) struct Dns;

const PROPERTIES: &[Property] = &[
    Property::new("addrs", Shape::Set, "what the name resolves to: addresses, or the data of the records asked for")
        .live()
        .on_request(),
    Property::new("resolve", Shape::Text, "the name to resolve, with its record type, if the name is not it").input(),
    Property::new("server", Shape::Text, "the name server (or `server:port`) to ask instead of the host's own way")
        .input(),
    Property::new("timeout", Shape::Int, "how long resolving may take; 5000 if it is not said").unit("ms").input(),
];

/// The record types that may stand before a name, as in `MX:example.org`.
const TYPES: &[&str] = &["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "SSHFP", "TXT"];

impl Kind for Dns {
    fn name(&self) -> &'static str {
        "dns"
    }

    fn summary(&self) -> &'static str {
        "a name the host can resolve, with a record type before it if need be: `db.example.org`, `MX:example.org`"
    }

    fn area(&self) -> Area {
        Area::Checks
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn presence(&self) -> &'static str {
        "resolvable"
    }

    fn is_swept(&self) -> bool {
        false
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        out.answer_each(|name| Ok(resolve(sys, ask, name)?.map(|addrs| Shown::new().is("addrs", Value::set(addrs)))))
    }
}

fn resolve(sys: &dyn Sys, ask: &Ask, name: &str) -> Answer<Vec<String>> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    let wanted = ask.input(name, "resolve").and_then(Value::as_text).unwrap_or(name);
    let (kind, host) = match wanted.split_once(':') {
        Some((kind, host)) if TYPES.contains(&kind) => (Some(kind), host),
        _ => (None, wanted),
    };
    let server = ask.input(name, "server").and_then(Value::as_text);
    // What begins with a sign would be an option to the program that is asked.
    let is_plain = |word: &str| !word.is_empty() && !word.starts_with(['-', '+', '@']);
    if !is_plain(host) || !server.is_none_or(is_plain) {
        return Err(Why::new(WhyCode::Unsupported, format!("{name} is not a name that can be resolved")));
    }
    let timeout = patience(ask, name, 5000);
    match (kind, server) {
        (None, None) => through_the_host(sys, host, timeout),
        _ => through_dns(sys, kind.unwrap_or("A"), host, server, timeout),
    }
}

/// The way of the host's own programs: /etc/hosts, DNS, LDAP, whatever nsswitch.conf says.
fn through_the_host(sys: &dyn Sys, host: &str, timeout: std::time::Duration) -> Answer<Vec<String>> {
    let mut command = Command::new(["getent", "ahosts", host]);
    command.timeout = timeout;
    let Some(out) = sys.run(&command)? else {
        return Err(Why::new(WhyCode::NoTool, "getent is not installed"));
    };
    match out.status {
        0 => Ok(Some(addresses(&text::from_bytes(&out.stdout)))),
        2 => Ok(None),
        other => Err(Why::new(WhyCode::Failed, format!("getent ahosts {host} ended with {other}"))),
    }
}

fn through_dns(
    sys: &dyn Sys,
    kind: &str,
    host: &str,
    server: Option<&str>,
    timeout: std::time::Duration,
) -> Answer<Vec<String>> {
    let mut argv = vec!["dig".to_owned(), "+short".to_owned(), "+tries=1".to_owned()];
    argv.push(format!("+time={}", timeout.as_secs().max(1)));
    if let Some(server) = server {
        // An IPv6 address holds colons itself; with a port it stands in brackets.
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
            _ => (server, None),
        };
        argv.push(format!("@{}", host.trim_matches(['[', ']'])));
        argv.extend(port.map(|port| format!("-p{port}")));
    }
    argv.extend(["-t".to_owned(), kind.to_owned()]);
    if kind == "PTR" && host.parse::<IpAddr>().is_ok() {
        argv.push("-x".to_owned());
    } else {
        argv.push("-q".to_owned());
    }
    argv.push(host.to_owned());
    let mut command = Command::new(argv);
    command.timeout = timeout + std::time::Duration::from_secs(1);
    let Some(out) = sys.run(&command)? else {
        return Err(Why::new(WhyCode::NoTool, "dig is not installed, which asks for record types and at name servers"));
    };
    if out.status != 0 {
        return Err(Why::new(WhyCode::Failed, format!("dig {kind} {host} ended with {}", out.status)));
    }
    let records = records(&text::from_bytes(&out.stdout));
    Ok((!records.is_empty()).then_some(records))
}

/// The addresses `getent ahosts` prints, each once.
fn addresses(printed: &str) -> Vec<String> {
    printed.lines().filter_map(|l| l.split_whitespace().next()).map(str::to_owned).collect()
}

/// The data `dig +short` prints, without the comments that say what went wrong.
fn records(printed: &str) -> Vec<String> {
    printed.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(';')).map(str::to_owned).collect()
}
