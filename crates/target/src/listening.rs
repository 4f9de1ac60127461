//! Which ports of a machine are reached at another address than its own, from what the kernel says of its sockets:
//! /proc/net/tcp and tcp6 (proc(5)).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The state of a socket that listens.
const LISTEN: &str = "0A";

/// The ports that do not listen on every address nor on the machine's own, and an address each listens on: the loopback
/// rather than another one.
pub(crate) fn apart(tables: &str, own: &str) -> Vec<(u16, String)> {
    let mut by_port: BTreeMap<u16, BTreeSet<IpAddr>> = BTreeMap::new();
    for (address, port) in tables.lines().filter_map(listener) {
        by_port.entry(port).or_default().insert(address);
    }
    let own: Option<IpAddr> = own.parse().ok();
    by_port
        .into_iter()
        .filter(|(_, on)| !on.iter().any(|a| a.is_unspecified() || Some(*a) == own))
        .filter_map(|(port, on)| {
            let best = on.iter().find(|a| a.is_loopback()).or_else(|| on.first())?;
            Some((port, best.to_string()))
        })
        .collect()
}

fn listener(line: &str) -> Option<(IpAddr, u16)> {
    let mut fields = line.split_whitespace().skip(1);
    let (address, port) = fields.next()?.split_once(':')?;
    fields.nth(1).filter(|state| *state == LISTEN)?;
    Some((ip(address)?, u16::from_str_radix(port, 16).ok()?))
}

/// Words of four bytes, each as the machine keeps it: little endian on every one that repot knows.
fn ip(digits: &str) -> Option<IpAddr> {
    let word = |at: usize| Some(u32::from_str_radix(digits.get(at..at + 8)?, 16).ok()?.to_le_bytes());
    match digits.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let mut bytes = [0; 16];
            for (part, at) in bytes.chunks_exact_mut(4).zip([0, 8, 16, 24]) {
                part.copy_from_slice(&word(at)?);
            }
            // ::ffff:a.b.c.d is a.b.c.d.
            Some(Ipv6Addr::from(bytes).to_canonical())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2
   2: 0C01390A:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3
   3: 0D01390A:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3
   4: 0100007F:0016 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4
   0: 00000000000000000000000001000000:0CEA 00000000000000000000000000000000:0000 0A 00000000:0 00:0 0 0 0 5
   1: 00000000000000000000000000000000:0CEB 00000000000000000000000000000000:0000 0A 00000000:0 00:0 0 0 0 5
";

    #[test]
    fn what_listens_elsewhere_is_found() {
        let found = apart(TABLES, "10.57.1.12");
        let wanted = [(443, "10.57.1.13"), (3306, "::1"), (8080, "127.0.0.1")];
        assert_eq!(found, wanted.map(|(port, address)| (port, address.to_owned())));
        assert!(apart("no table at all\n", "10.57.1.12").is_empty());
    }
}
