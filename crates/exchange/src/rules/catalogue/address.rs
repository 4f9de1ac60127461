//! Addresses as they are written into texts.

use super::family::is_one_of;
use super::statement::statements;
use crate::rules::{Host, Out, Reach};
use regex::Regex;
use std::net::Ipv4Addr;
use std::sync::LazyLock;

static IPV4: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9A-Za-z._-])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:$|[^0-9A-Za-z._/-]|[./](?:$|[^0-9]))").ok()
});

/// The addresses of version 4 in a text that name a single machine: no networks, no versions, nothing of the loopback.
pub(super) fn machines(text: &str) -> Vec<Ipv4Addr> {
    let Some(regex) = IPV4.as_ref() else { return Vec::new() };
    let found = regex.captures_iter(text).filter_map(|c| c.get(1)?.as_str().parse().ok());
    let is_machine =
        |a: &Ipv4Addr| !a.is_loopback() && !a.is_unspecified() && !a.is_broadcast() && a.octets()[0] != 255;
    found.filter(|a: &Ipv4Addr| is_machine(a) && a.octets()[0] != 0).collect()
}

static LOCAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:127\.0\.0\.1|localhost|\[::1\]):([0-9]{1,5})(?:$|[^0-9])").ok());

/// The ports of the loopback that a text names.
pub(super) fn local_ports(text: &str) -> Vec<u16> {
    let Some(regex) = LOCAL.as_ref() else { return Vec::new() };
    regex.captures_iter(text).filter_map(|c| c.get(1)?.as_str().parse().ok()).collect()
}

/// Files about the network itself: other rules are about these.
const OF_NETWORK: &[&str] = &[
    "/etc/hosts",
    "/etc/network/*",
    "/etc/netplan/*",
    "/etc/sysconfig/network*",
    "/etc/systemd/network/*",
    "/etc/nftables*",
    "/etc/iptables/*",
];

/// Proposes for every setting that names a machine of these by its address; not in files about the network itself, nor in
/// others that another rule is about.
pub(super) fn name_machines(
    host: &Host<'_>,
    out: &mut Out<'_>,
    reach: Reach,
    others: &[&str],
    is_wanted: impl Fn(&str) -> bool,
) {
    let is_others = |name: &str| is_one_of(OF_NETWORK, name) || is_one_of(others, name);
    for said in statements(host).filter(|said| !is_others(said.one.name())) {
        for address in machines(&said.text).iter().map(ToString::to_string).filter(|a| is_wanted(a)) {
            let proposal = out.propose(said.one, format!("{address} in: {}", said.short())).reach(reach);
            if let Some(place) = said.place.clone() {
                proposal.at(place);
            }
        }
    }
}

/// Whether a word stands in a text on its own.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        // A name may be the first part of a longer one of the same host.
        !before.is_some_and(is_part) && !after.is_some_and(|c| is_part(c) && c != '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_machines_are_found() {
        let found = |text| machines(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found("proxy_pass http://10.1.2.3:80/;"), ["10.1.2.3"]);
        assert_eq!(found("tcp://10.1.2.3"), ["10.1.2.3"]);
        assert_eq!(found("ask 10.1.2.3."), ["10.1.2.3"]);
        assert_eq!(found("http://10.1.2.3/x"), ["10.1.2.3"]);
        for none in [
            "127.0.0.1:80",
            "10.0.0.0/8",
            "1.2.3.4.5",
            "v10.1.2.3",
            "999.1.1.1",
            "0.0.0.0",
            "2.4.1.10-3",
            "255.255.0.0",
        ] {
            assert_eq!(found(none), Vec::<String>::new(), "{none}");
        }
        assert_eq!(local_ports("tcp://127.0.0.1:6379 localhost:25"), [6379, 25]);
        assert!(has_word("host=web-03&x", "web-03") && has_word("web-03.example.test", "web-03"));
        assert!(!has_word("web-031", "web-03") && !has_word("my-web-03", "web-03"));
    }
}
