//! Which virtual host answers: by the address and port that a request came in on, then by its Host field.

use crate::config::{Address, Config, Host, Id};
use std::net::IpAddr;

/// The virtual hosts of an address and port, in the order in which names are looked for; the first is the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    ip: Option<IpAddr>,
    port: Option<u16>,
    hosts: Vec<Id>,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chains {
    /// Those of one address.
    exact: Vec<Chain>,
    /// Those of any address, the one that was made last first.
    any: Vec<Chain>,
}

impl Chains {
    /// Makes them of the virtual hosts, in order.
    pub(crate) fn of(config: &Config) -> Self {
        let mut chains = Self::default();
        for &id in &config.hosts {
            for address in config.host(id).map_or(&[][..], |host| &host.addresses) {
                chains.add(id, address);
            }
        }
        chains
    }

    fn add(&mut self, id: Id, address: &Address) {
        let (Address { ip, port, is_known: true }, all) =
            (address, if address.ip.is_none() { &mut self.any } else { &mut self.exact })
        else {
            return;
        };
        match all.iter_mut().find(|chain| chain.ip == *ip && chain.port == *port) {
            Some(chain) => chain.hosts.push(id),
            None => {
                let chain = Chain { ip: *ip, port: *port, hosts: vec![id] };
                // Ports that are named come before any port.
                let at = if port.is_some() { 0 } else { all.len() };
                all.insert(at, chain);
            }
        }
    }

    /// The virtual hosts for what came in there; none where the main server answers.
    pub(crate) fn at(&self, ip: Option<IpAddr>, port: u16) -> Option<&[Id]> {
        let fits = |chain: &&Chain| chain.port.is_none_or(|p| p == port);
        let exact = self.exact.iter().filter(|chain| chain.ip == ip).find(fits);
        exact.or_else(|| self.any.iter().find(fits)).map(|chain| chain.hosts.as_slice())
    }
}

/// The Host field as names are compared with it, in lower case and without its port; none where Apache answers 400.
pub(crate) fn host(field: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(field).ok()?;
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, after)) => {
            v6.parse::<std::net::Ipv6Addr>().ok()?;
            (format!("[{v6}]"), after.strip_prefix(':'))
        }
        None => {
            let (name, port) = text.rsplit_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
            is_name(name).then(|| (name.to_owned(), port))?
        }
    };
    if port.is_some_and(|port| port.parse::<u16>().is_ok_and(|p| p > 0)) || port.is_none() {
        let name = name.to_ascii_lowercase();
        return Some(name.strip_suffix('.').map_or(name.clone(), str::to_owned));
    }
    None
}

/// What Apache takes for a name or an address when it is strict, as it is by default.
fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || name.contains("..") {
        return false;
    }
    let is_usual = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    if !bytes.iter().all(is_usual) {
        return false;
    }
    let is_number = bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    if is_number {
        let parts: Vec<&str> = name.split('.').collect();
        return parts.len() == 4 && parts.iter().all(|p| p.len() <= 1 || !p.starts_with('0')) && !name.starts_with('.');
    }
    // The last part begins with a letter, if there is more than one.
    let last = name.rsplit_once('.').map_or("", |(_, last)| last);
    last.is_empty() || last.as_bytes()[0].is_ascii_alphabetic()
}

impl Host {
    /// Whether a name is one of its own. One without a name has the main server's if it is for any address; else the one
    /// that its address has in the DNS, which is not known here.
    pub(crate) fn has(&self, name: &str, main: Option<&str>) -> bool {
        let is_any = self.addresses.is_empty() || self.addresses.iter().any(|address| address.ip.is_none());
        let own = self.name.as_deref().or(main.filter(|_| is_any));
        own.is_some_and(|own| own.eq_ignore_ascii_case(name)) || self.aliases.iter().any(|alias| covers(alias, name))
    }
}

/// Whether an alias covers a name: `*` is any characters, `?` is one, and case does not count.
pub(crate) fn covers(alias: &str, name: &str) -> bool {
    let (alias, name) = (alias.to_ascii_lowercase().into_bytes(), name.to_ascii_lowercase().into_bytes());
    let (mut a, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match alias.get(a) {
            Some(b'*') => {
                star = Some((a, n));
                a += 1;
            }
            Some(c) if *c == b'?' || *c == name[n] => (a, n) = (a + 1, n + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (a, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    alias[a..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_read_as_apache_reads_it() {
        for (field, wanted) in [
            ("A.Test:80", Some("a.test")),
            ("a.test.", Some("a.test")),
            ("", None),
            ("a..b", None),
            ("[::1]:8080", Some("[::1]")),
            ("10.0.0.1", Some("10.0.0.1")),
            ("10.0.0", None),
            ("a b", None),
            ("a.1b", None),
            ("a:x", None),
            ("a/b", None),
        ] {
            assert_eq!(host(field.as_bytes()).as_deref(), wanted, "{field}");
        }
    }

    #[test]
    fn aliases_cover_with_wildcards() {
        for (alias, name, is) in [
            ("*.a.test", "x.a.test", true),
            ("*.a.test", "a.test", false),
            ("?.t", "x.t", true),
            ("A", "a", true),
            ("*", "", true),
        ] {
            assert_eq!(covers(alias, name), is, "{alias} {name}");
        }
    }
}
