//! Which ports of a machine are reached at another address than its own, from what the kernel says of its sockets:
//! /proc/net/tcp and tcp6 (proc(5)).

use kinds::sockets;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

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

/// The tables of both versions are of one form.
fn listener(line: &str) -> Option<(IpAddr, u16)> {
    let socket = sockets::parse("tcp", line)?;
    // ::ffff:a.b.c.d is a.b.c.d.
    Some((socket.address.to_canonical(), socket.port))
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
