//! Which server of a socket a name belongs to.

use crate::config::{Config, Id};
use crate::listen::On;
use serving::pattern::{Captured, Pattern};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

/// The sockets of a configuration with their servers.
#[derive(Debug, Clone, Default)]
pub struct Sockets {
    sockets: BTreeMap<On, Socket>,
}

/// A socket.
#[derive(Debug, Clone)]
pub struct Socket {
    /// The server that answers for names nobody has.
    pub default: Id,
    /// Its servers, in order.
    pub servers: Vec<Id>,
    /// Whether any server there speaks TLS.
    pub is_tls: bool,
    names: Names,
}

/// The names of a socket's servers.
#[derive(Debug, Clone, Default)]
struct Names {
    exact: HashMap<Vec<u8>, Id>,
    /// `*.x` by `.x`
    head: HashMap<Vec<u8>, Id>,
    /// `x.*` by `x.`
    tail: HashMap<Vec<u8>, Id>,
    regexes: Vec<(Pattern, Id)>,
    /// Names that another server has already.
    dropped: Vec<(String, Id)>,
}

/// A server that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// The server.
    pub id: Id,
    /// What its name captured.
    pub captured: Option<Captured>,
}

impl Sockets {
    /// The sockets of a configuration.
    pub fn of(config: &Config) -> Self {
        let mut sockets = Self::default();
        for &id in &config.servers {
            let Some(server) = config.server(id) else { continue };
            let mut seen = HashSet::new();
            for listen in &server.listens {
                let socket = sockets.sockets.entry(listen.on.clone()).or_insert_with(|| Socket {
                    default: id,
                    servers: Vec::new(),
                    is_tls: false,
                    names: Names::default(),
                });
                socket.is_tls |= listen.is_tls;
                if listen.is_default {
                    socket.default = id;
                }
                if seen.insert(listen.on.clone()) {
                    socket.servers.push(id);
                }
            }
        }
        for socket in sockets.sockets.values_mut() {
            for &id in &socket.servers {
                config.server(id).into_iter().flat_map(|s| &s.names).for_each(|name| socket.names.add(name, id));
            }
        }
        sockets
    }

    /// The socket a connection comes to: the one of its address, or the one of all addresses.
    pub fn at(&self, address: Option<IpAddr>, port: u16) -> Option<&Socket> {
        let any = |ip: &str| ip.parse().ok().and_then(|ip| self.sockets.get(&On::Net(ip, port)));
        let exact = address.and_then(|ip| self.sockets.get(&On::Net(ip, port)));
        let all = match address {
            Some(IpAddr::V6(_)) => any("::"),
            Some(IpAddr::V4(_)) => any("0.0.0.0"),
            None => any("0.0.0.0").or_else(|| any("::")),
        };
        // Where the address is not known, the only socket of the port is meant.
        let only = || {
            let mut of_port = self.sockets.iter().filter(|(on, _)| on.port() == Some(port));
            let first = of_port.next().map(|(_, socket)| socket);
            if of_port.next().is_none() || address.is_none() { first } else { None }
        };
        exact.or(all).or_else(only)
    }

    /// All sockets.
    pub fn all(&self) -> impl Iterator<Item = (&On, &Socket)> {
        self.sockets.iter()
    }
}

impl Socket {
    /// The server of a name, which is in lower case and without port.
    pub fn server(&self, host: &[u8]) -> Served {
        let found = |id: Id| Served { id, captured: None };
        let names = &self.names;
        if let Some(id) = names.exact.get(host) {
            return found(*id);
        }
        let dots = |at: &usize| host[*at] == b'.';
        // `*.x` takes an empty part before its dot too.
        if let Some(id) = (0..host.len()).filter(dots).find_map(|at| names.head.get(&host[at..])) {
            return found(*id);
        }
        if let Some(id) =
            (0..host.len().saturating_sub(1)).rev().filter(dots).find_map(|at| names.tail.get(&host[..=at]))
        {
            return found(*id);
        }
        for (pattern, id) in &names.regexes {
            if let Some(captured) = pattern.captures(host) {
                return Served { id: *id, captured: Some(captured) };
            }
        }
        found(self.default)
    }

    /// Whether a name, which is in lower case and without port, leads to a server that has it.
    pub fn has(&self, host: &[u8]) -> bool {
        let served = self.server(host);
        served.id != self.default || served.captured.is_some() || self.names.exact.contains_key(host)
    }

    /// Names that lead nowhere because a server before has them.
    pub fn dropped(&self) -> &[(String, Id)] {
        &self.names.dropped
    }
}

impl Names {
    fn add(&mut self, name: &str, id: Id) {
        let lower = name.to_ascii_lowercase();
        let bytes = lower.as_bytes();
        if let Some(source) = name.strip_prefix('~') {
            // Names are compared in lower case; only an expression with capitals has to ignore case.
            let ignores_case = source.bytes().any(|b| b.is_ascii_uppercase());
            if let Ok(pattern) = Pattern::new(source, ignores_case) {
                self.regexes.push((pattern, id));
            }
            return;
        }
        let (exact, head, tail) = if let Some(rest) = bytes.strip_prefix(b"*") {
            (None, Some(rest.to_vec()), None)
        } else if bytes.first() == Some(&b'.') {
            (Some(bytes[1..].to_vec()), Some(bytes.to_vec()), None)
        } else if let Some(rest) = bytes.strip_suffix(b"*") {
            (None, None, Some(rest.to_vec()))
        } else {
            (Some(bytes.to_vec()), None, None)
        };
        let taken = exact.as_ref().is_some_and(|k| self.exact.contains_key(k))
            || head.as_ref().is_some_and(|k| self.head.contains_key(k))
            || tail.as_ref().is_some_and(|k| self.tail.contains_key(k));
        if taken {
            // The same name twice in one server is no loss.
            self.dropped.push((name.to_owned(), id));
            return;
        }
        self.exact.extend(exact.map(|k| (k, id)));
        self.head.extend(head.map(|k| (k, id)));
        self.tail.extend(tail.map(|k| (k, id)));
    }
}

/// A Host as names are compared with it: lower case, without port, without one dot at the end. None where nginx
/// answers 400.
pub fn host(sent: &[u8]) -> Option<Vec<u8>> {
    let mut host: Vec<u8> = sent.to_ascii_lowercase();
    let has_two_dots = host.windows(2).any(|w| w == b"..");
    if host.first() == Some(&b'[') {
        let end = host.iter().position(|b| *b == b']')?;
        host.truncate(end + 1);
    } else if let Some(at) = host.iter().position(|b| *b == b':') {
        host.truncate(at);
    }
    if host.last() == Some(&b'.') {
        host.pop();
    }
    let is_bad = |b: &u8| *b <= b' ' || *b == 0x7f || *b == b'/';
    (!host.is_empty() && !has_two_dots && !host.iter().any(is_bad)).then_some(host)
}
