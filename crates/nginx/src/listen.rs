//! Where a server listens.

use crate::tree::Directive;
use std::net::IpAddr;

/// A `listen` directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// The socket.
    pub on: On,
    /// Whether the server is the default one there.
    pub is_default: bool,
    /// Whether TLS is spoken.
    pub is_tls: bool,
}

/// A socket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// An address, or all of a family (`0.0.0.0`, `::`), and a port.
    Net(IpAddr, u16),
    /// A socket in the file system.
    Unix(String),
    /// A name that only the host can turn into an address, and a port.
    Name(String, u16),
}

impl On {
    /// The port.
    pub fn port(&self) -> Option<u16> {
        match self {
            On::Net(_, port) | On::Name(_, port) => Some(*port),
            On::Unix(_) => None,
        }
    }
}

const ANY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

/// What nginx listens on when nothing is said and it runs as root.
pub(crate) fn usual() -> Listen {
    Listen { on: On::Net(ANY, 80), is_default: false, is_tls: false }
}

pub(crate) fn read(directive: &Directive) -> Option<Listen> {
    let address = directive.arg(0)?;
    let has = |word: &str| (1..directive.args.len()).filter_map(|n| directive.arg(n)).any(|a| a == word);
    let is_tls = has("ssl") || has("quic");
    Some(Listen { on: on(&address), is_default: has("default_server") || has("default"), is_tls })
}

fn on(address: &str) -> On {
    if let Some(path) = address.strip_prefix("unix:") {
        return On::Unix(path.to_owned());
    }
    if let Ok(port) = address.parse() {
        return On::Net(ANY, port);
    }
    let (host, port) = match address.strip_prefix('[').and_then(|a| a.split_once(']')) {
        Some((host, after)) => (host, after.strip_prefix(':')),
        None => address.split_once(':').map_or((address, None), |(h, p)| (h, Some(p))),
    };
    let port = port.and_then(|p| p.parse().ok()).unwrap_or(80);
    match host {
        "*" => On::Net(ANY, port),
        "localhost" => On::Net(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), port),
        host => host.parse().map_or_else(|_name| On::Name(host.to_owned(), port), |ip| On::Net(ip, port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let net = |ip: &str, port| On::Net(ip.parse().unwrap(), port);
        for (text, wanted) in [
            ("80", net("0.0.0.0", 80)),
            ("*:81", net("0.0.0.0", 81)),
            ("127.0.0.1", net("127.0.0.1", 80)),
            ("127.0.0.1:8080", net("127.0.0.1", 8080)),
            ("localhost:8080", net("127.0.0.1", 8080)),
            ("[::]:443", net("::", 443)),
            ("[::1]", net("::1", 80)),
            ("unix:/run/x", On::Unix("/run/x".into())),
            ("web.test:82", On::Name("web.test".into(), 82)),
        ] {
            assert_eq!(on(text), wanted, "{text}");
        }
    }
}
