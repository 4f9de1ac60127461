//! Firewalls, addresses, routes.

use super::super::super::conversion::Construct;
use super::super::super::effect::{Effect, Want};
use super::super::call::{Call, Said};
use super::Family;

pub(super) const FAMILY: Family = Family {
    name: "network",
    summary: "commands that set firewalls, addresses and routes",
    programs: &[
        "iptables",
        "ip6tables",
        "iptables-save",
        "iptables-restore",
        "ip6tables-save",
        "ufw",
        "firewall-cmd",
        "nft",
        "ip",
        "ifconfig",
        "route",
        "ifup",
        "ifdown",
        "tc",
        "nmcli",
        "netplan",
        "fail2ban-client",
    ],
    constructs: &[
        Construct::yes(
            "iptables -A|-I|-D|-P CHAIN RULE",
            "that the chain has the rule, compared by its words, or not; its policy",
        ),
        Construct::yes("nft add rule FAMILY TABLE CHAIN RULE", "that the chain has a rule with these words"),
        Construct::partly(
            "ufw allow|deny|reject PORT[/PROTOCOL], from ADDR to any port PORT",
            "the rule in ufw's chain; other forms and `enable` only that ufw has chains",
        ),
        Construct::partly("firewall-cmd --add-…", "that the firewall has rules"),
        Construct::partly("nft -f FILE, iptables-restore < FILE", "that the rules are of the file"),
        Construct::yes("iptables-save > FILE", "the file is there"),
        Construct::yes("ip addr add ADDR dev IF, ip route add DEST via GATEWAY", "interface addrs, route"),
        Construct::no("tc, nmcli, netplan", "listed as unresolved"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    match call.program {
        "iptables" | "ip6tables" => tables(call, said),
        "ufw" | "firewall-cmd" | "nft" => rules(call, said),
        "iptables-restore" => said.effect(Effect::wants("firewall-rule", "ip *", "rules", Want::Any)),
        "ip" => address(call, said),
        "route" => route(call, said),
        "tc" | "nmcli" | "netplan" | "fail2ban-client" if call.args.len() > 1 => {
            said.unresolved(format!("what {} sets", call.program))
        }
        _ => {}
    }
}

fn tables(call: &Call<'_>, said: &mut Said) {
    let family = if call.program == "iptables" { "ip" } else { "ip6" };
    let table = call.value(&["-t", "--table"]).map_or_else(|| "filter".to_owned(), |w| w.text);
    let words: Vec<&str> = call.args.iter().map(|w| w.text.as_str()).collect();
    let after =
        |options: &[&str]| words.iter().position(|w| options.contains(w)).and_then(|at| words.get(at + 1)).copied();
    if let Some(chain) = after(&["-P", "--policy"]) {
        let policy = words.last().copied().unwrap_or_default();
        return said.effect(Effect::is("firewall-rule", format!("{family} {table} {chain}"), "policy", policy));
    }
    let (verbs, rest) = (["-A", "-I", "-D", "--append", "--insert", "--delete"], ["-t", "--table"]);
    let Some(chain) = after(&verbs) else { return };
    if let Some(lacks) = call.args.iter().find_map(|w| w.lacks.clone()) {
        return said.unresolved(lacks);
    }
    // What is neither the verb, the chain, its position nor the table is the rule.
    let mut rule: Vec<&str> = Vec::new();
    let mut skip = 0;
    for (at, word) in words.iter().enumerate() {
        if skip > 0 {
            skip -= 1;
        } else if verbs.contains(word) {
            skip = 1 + usize::from(words.get(at + 2).is_some_and(|w| w.parse::<u32>().is_ok()));
        } else if rest.contains(word) {
            skip = 1;
        } else if !matches!(*word, "-w" | "--wait" | "-n" | "-v") {
            rule.push(word);
        }
    }
    let is_gone = words.iter().any(|w| matches!(*w, "-D" | "--delete"));
    let id = format!("{family} {table} {chain}");
    if rule.is_empty() {
        return said.effect(Effect::wants("firewall-rule", id, "rules", Want::Any));
    }
    let rule = vec![rule.join(" ")];
    let want = if is_gone { Want::Lacks(rule) } else { Want::Has(rule) };
    said.effect(Effect::wants("firewall-rule", id, "rules", want));
}

/// `ufw allow 80/tcp`, `ufw deny from 10.0.0.0/8 to any port 22`: the rule as iptables has it.
fn of_ufw(words: &[&str]) -> Option<String> {
    let at = words.iter().position(|w| matches!(*w, "allow" | "deny" | "reject"))?;
    let target = match words[at] {
        "allow" => "ACCEPT",
        "deny" => "DROP",
        _ => "REJECT",
    };
    let port = |word: &str| {
        let (port, protocol) = word.split_once('/').map_or((word, None), |(port, protocol)| (port, Some(protocol)));
        let number = match port.to_ascii_lowercase().as_str() {
            "ssh" | "openssh" => "22".to_owned(),
            "http" => "80".to_owned(),
            "https" => "443".to_owned(),
            "smtp" => "25".to_owned(),
            "domain" => "53".to_owned(),
            port if port.parse::<u16>().is_ok() => port.to_owned(),
            _ => return None,
        };
        let protocol = protocol.map_or_else(String::new, |p| format!("-p {p} "));
        Some(format!("{protocol}--dport {number} -j {target}"))
    };
    match words
        .get(at + 1..)?
        .iter()
        .copied()
        .filter(|w| !matches!(*w, "in" | "proto" | "tcp" | "udp"))
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["from", "any", "to", "any", "port", number] => port(number),
        ["from", address, "to", "any", "port", number] => Some(format!("-s {address} {}", port(number)?)),
        ["from", address] => Some(format!("-s {address} -j {target}")),
        [number] => port(number),
        _ => None,
    }
}

fn rules(call: &Call<'_>, said: &mut Said) {
    let words: Vec<&str> = call.args.iter().map(|w| w.text.as_str()).collect();
    let is_change = words
        .iter()
        .any(|w| matches!(*w, "allow" | "deny" | "limit" | "reject" | "enable" | "add" | "-f" | "insert" | "flush"))
        || words.iter().any(|w| w.starts_with("--add-"));
    if let (["add", "rule", family, table, chain, rule @ ..], "nft", false) =
        (words.as_slice(), call.program, call.args.iter().any(|w| w.lacks.is_some()))
    {
        let id = format!("{family} {table} {chain}");
        return said.effect(Effect::wants("firewall-rule", id, "rules", Want::Has(vec![rule.join(" ")])));
    }
    if let Some(rule) = of_ufw(&words).filter(|_| call.program == "ufw") {
        let is_gone = words.contains(&"delete");
        let want = if is_gone { Want::Lacks(vec![rule]) } else { Want::Has(vec![rule]) };
        return said.effect(Effect::wants("firewall-rule", "ip filter ufw-user-input", "rules", want));
    }
    if is_change && call.program == "ufw" {
        // Its chains carry its name.
        return said.effect(Effect::there("firewall-rule", "*ufw*"));
    }
    if is_change {
        said.guessed();
        said.effect(Effect::wants("firewall-rule", "*", "rules", Want::Any));
    }
}

fn address(call: &Call<'_>, said: &mut Said) {
    let words: Vec<&str> = call.args.iter().map(|w| w.text.as_str()).filter(|w| !w.starts_with('-')).collect();
    if let Some(lacks) = call.args.iter().find_map(|w| w.lacks.clone()) {
        return said.unresolved(lacks);
    }
    let after = |name: &str| words.iter().position(|w| *w == name).and_then(|at| words.get(at + 1)).copied();
    match words.as_slice() {
        ["addr" | "address" | "a", verb @ ("add" | "del" | "replace"), address, ..] => {
            let Some(device) = after("dev") else { return };
            let address = if address.contains('/') { (*address).to_owned() } else { format!("{address}/32") };
            let want = if *verb == "del" { Want::Lacks(vec![address]) } else { Want::Has(vec![address]) };
            said.effect(Effect::wants("interface", device, "addrs", want));
        }
        ["route" | "r", "add" | "replace" | "append", destination, ..] => {
            said.effect(Effect::there("route", *destination));
            for (word, property) in [("via", "via"), ("dev", "dev")] {
                if let Some(value) = after(word) {
                    said.effect(Effect::is("route", *destination, property, value));
                }
            }
        }
        ["route" | "r", "del" | "delete", destination, ..] => said.effect(Effect::gone("route", *destination)),
        ["link", "set", device, "up" | "down", ..] => {
            said.effect(Effect::is("interface", *device, "up", words.contains(&"up")));
        }
        _ => {}
    }
}

fn route(call: &Call<'_>, said: &mut Said) {
    let words: Vec<&str> = call.args.iter().map(|w| w.text.as_str()).collect();
    let Some(at) = words.iter().position(|w| matches!(*w, "-net" | "-host" | "default")) else { return };
    let destination = if words[at] == "default" { "default" } else { words.get(at + 1).copied().unwrap_or_default() };
    if words.contains(&"add") && !destination.is_empty() {
        said.effect(Effect::there("route", destination));
    }
}
