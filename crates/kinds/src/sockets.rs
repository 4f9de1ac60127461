//! Sockets that wait for others, from the kernel's tables: /proc/net/{tcp,tcp6,udp,udp6} (proc(5)).

use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A socket that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// `tcp`, `tcp6`, `udp` or `udp6`.
    pub protocol: &'static str,
    /// The address it is bound to.
    pub address: IpAddr,
    /// The port.
    pub port: u16,
    /// Its inode number.
    pub inode: u64,
}

/// TCP sockets that listen, and UDP sockets that take from anybody.
pub(crate) fn waiting(sys: &dyn Sys) -> Result<Vec<Socket>, Why> {
    let mut sockets = Vec::new();
    for protocol in ["tcp", "tcp6", "udp", "udp6"] {
        let path = format!("/proc/net/{protocol}");
        match read::file(sys, &path)? {
            Some(table) => sockets.extend(table.lines().skip(1).filter_map(|l| parse(protocol, l))),
            // A kernel without version 6 has no tables for it.
            None if protocol.ends_with('6') => {}
            None => return Err(Why::new(WhyCode::Failed, format!("{path} is not there"))),
        }
    }
    Ok(sockets)
}

/// A line of a table, if its socket waits: `sl local remote state … inode`, addresses in hexadecimal digits of words in the machine's own order.
pub fn parse(protocol: &'static str, line: &str) -> Option<Socket> {
    const LISTENS: &str = "0A";
    const UNCONNECTED: &str = "07";
    let words: Vec<&str> = line.split_whitespace().collect();
    let (local, remote, state) = (*words.get(1)?, *words.get(2)?, *words.get(3)?);
    let is_waiting =
        if protocol.starts_with("tcp") { state == LISTENS } else { state == UNCONNECTED && remote.ends_with(":0000") };
    let (address, port) = local.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let inode = words.get(9)?.parse().ok()?;
    is_waiting.then(|| Some(Socket { protocol, address: ip(address)?, port, inode }))?
}

fn ip(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| u32::from_str_radix(hex.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let mut bytes = [0_u8; 16];
            for (at, chunk) in bytes.chunks_exact_mut(4).enumerate() {
                chunk.copy_from_slice(&word(at * 8)?);
            }
            Some(Ipv6Addr::from(bytes).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_the_kernel_writes_them() {
        let line = "  0: 0100007F:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0";
        let socket = parse("tcp", line).unwrap();
        let is_little = u16::from_ne_bytes([1, 0]) == 1;
        assert_eq!((socket.port, socket.inode), (25, 4711));
        assert_eq!(socket.address == IpAddr::from([127, 0, 0, 1]), is_little);
        assert_eq!(parse("tcp", &line.replace(" 0A ", " 01 ")), None);
        assert_eq!(parse("udp", &line.replace("00000000:0000 0A", "0100007F:0035 07")), None);
        assert_eq!(parse("tcp", "  0: 0100007F"), None);
    }
}
