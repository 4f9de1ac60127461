//! What files say of network interfaces: Debian's interfaces(5), systemd.network(5), netplan(5), NetworkManager's
//! keyfiles (nm-settings-keyfile(5)) and the ifcfg files of Red Hat and its kin.

use crate::read;
use crate::sys::Sys;
use model::answer::Why;
use model::place::Place;
use std::collections::BTreeMap;

/// How an interface gets its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Configured {
    /// `static`, `dhcp` or `manual`.
    pub(crate) method: &'static str,
    pub(crate) place: Place,
}

/// What files say of each interface; the first that speaks of one counts.
pub(crate) fn read(sys: &dyn Sys) -> Result<BTreeMap<String, Configured>, Why> {
    let mut out = BTreeMap::new();
    let mut files = vec!["/etc/network/interfaces".to_owned()];
    files.extend(read::files_in(sys, "/etc/network/interfaces.d", "")?);
    for path in files {
        interfaces(&read::file_or_empty(sys, &path)?, &path, &mut out);
    }
    for dir in ["/etc/systemd/network", "/run/systemd/network"] {
        for path in read::files_in(sys, dir, ".network")? {
            sections(&read::file_or_empty(sys, &path)?, &path, &mut out);
        }
    }
    for path in read::files_in(sys, "/etc/NetworkManager/system-connections", ".nmconnection")? {
        sections(&read::file_or_empty(sys, &path)?, &path, &mut out);
    }
    for path in read::files_in(sys, "/etc/netplan", ".yaml")? {
        netplan(&read::file_or_empty(sys, &path)?, &path, &mut out);
    }
    for path in read::files_in(sys, "/etc/sysconfig/network-scripts", "")? {
        if path.rsplit('/').next().is_some_and(|n| n.starts_with("ifcfg-")) {
            ifcfg(&read::file_or_empty(sys, &path)?, &path, &mut out);
        }
    }
    Ok(out)
}

type Found = BTreeMap<String, Configured>;

/// `iface NAME inet static`.
fn interfaces(text: &str, path: &str, out: &mut Found) {
    for (number, line) in read::lines(text, &['#']) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["iface", name, "inet" | "inet6", how, ..] = words.as_slice() else { continue };
        let method = match *how {
            "static" => "static",
            "dhcp" | "auto" => "dhcp",
            _ => "manual",
        };
        add(out, name, method, Place::line(path, number));
    }
}

/// `[Match] Name=`, `[Network] DHCP=, Address=`; `[connection] interface-name=`, `[ipv4] method=`.
fn sections(text: &str, path: &str, out: &mut Found) {
    let mut section = String::new();
    let (mut name, mut method) = (None, "manual");
    for (number, line) in read::lines(text, &['#', ';']) {
        if line.starts_with('[') {
            line.clone_into(&mut section);
            continue;
        }
        let Some((key, value)) = line.split_once('=').map(|(k, v)| (k.trim(), v.trim())) else { continue };
        match (section.as_str(), key, value) {
            ("[Match]", "Name", _) | ("[connection]", "interface-name", _) => name = Some((value.to_owned(), number)),
            ("[Network]", "DHCP", "yes" | "ipv4" | "true") | ("[ipv4]", "method", "auto") => method = "dhcp",
            ("[Network]" | "[Address]", "Address", _) | ("[ipv4]", "method", "manual") if method != "dhcp" => {
                method = "static";
            }
            _ => {}
        }
    }
    if let Some((name, number)) = name.filter(|(n, _)| !n.contains(['*', ' '])) {
        add(out, &name, method, Place::line(path, number));
    }
}

/// The names two levels below `network:`, and whether `dhcp4: true` or `addresses:` stands below them.
fn netplan(text: &str, path: &str, out: &mut Found) {
    let mut names: Vec<(usize, String, u32)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, l)| !l.trim().is_empty() && !l.trim().starts_with('#')) {
        let depth = line.len() - line.trim_start().len();
        let Some((key, value)) = line.trim().split_once(':') else { continue };
        names.retain(|(d, _, _)| *d < depth);
        let method = match (key, value.trim()) {
            ("dhcp4" | "dhcp6", "true" | "yes" | "on") => Some("dhcp"),
            ("addresses", _) => Some("static"),
            _ => None,
        };
        // network > ethernets > NAME
        if let (Some(method), [_, _, (_, name, at)]) = (method, names.as_slice()) {
            add(out, name, method, Place::line(path, *at));
        }
        names.push((depth, key.trim_matches(['"', '\'']).to_owned(), number));
    }
}

/// `DEVICE=eth0`, `BOOTPROTO=dhcp`.
fn ifcfg(text: &str, path: &str, out: &mut Found) {
    let value = |key: &str| {
        read::lines(text, &['#'])
            .find_map(|(n, l)| Some((n, l.split_once('=').filter(|(k, _)| *k == key)?.1.trim_matches(['"', '\'']))))
    };
    let Some((number, name)) = value("DEVICE") else { return };
    let method = match value("BOOTPROTO").map(|(_, v)| v) {
        Some("dhcp" | "bootp") => "dhcp",
        _ if value("IPADDR").is_some() => "static",
        _ => "manual",
    };
    add(out, name, method, Place::line(path, number));
}

fn add(out: &mut Found, name: &str, method: &'static str, place: Place) {
    out.entry(name.to_owned()).or_insert(Configured { method, place });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_file_says_how() {
        type Read = fn(&str, &str, &mut Found);
        let cases: &[(Read, &str, &str, &str, u32)] = &[
            (interfaces, "auto eth0\niface eth0 inet static\n address 10.0.0.1\n", "eth0", "static", 2),
            (interfaces, "iface eth0 inet dhcp\niface eth0 inet6 auto\n", "eth0", "dhcp", 1),
            (sections, "[Match]\nName=ens5\n[Network]\nDHCP=yes\n", "ens5", "dhcp", 2),
            (sections, "[Match]\nName=ens5\n[Network]\nAddress=10.0.0.1/24\n", "ens5", "static", 2),
            (sections, "[connection]\ninterface-name=eth1\n[ipv4]\nmethod=auto\n", "eth1", "dhcp", 2),
            (netplan, "network:\n  version: 2\n  ethernets:\n    ens3:\n      dhcp4: true\n", "ens3", "dhcp", 4),
            (
                netplan,
                "network:\n  ethernets:\n    ens3:\n      addresses:\n        - 10.0.0.1/24\n",
                "ens3",
                "static",
                3,
            ),
            (ifcfg, "DEVICE=eth0\nBOOTPROTO=none\nIPADDR=10.0.0.1\n", "eth0", "static", 1),
        ];
        for (read, text, name, method, line) in cases {
            let mut found = Found::new();
            read(text, "/f", &mut found);
            let expected = Configured { method, place: Place::line("/f", *line) };
            assert_eq!(found.get(*name), Some(&expected), "{text}");
        }
    }
}
