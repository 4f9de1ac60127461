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
        Construct::partly(
            "iptables -A|-I|-P CHAIN RULE",
            "that the chain has rules, or its policy; the rule's words are not compared",
        ),
        Construct::partly("ufw allow|deny|enable, firewall-cmd, nft add", "that the firewall has rules"),
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
    if let Some(chain) = after(&["-A", "-I", "--append", "--insert"]) {
        said.effect(Effect::wants("firewall-rule", format!("{family} {table} {chain}"), "rules", Want::Any));
    }
}

fn rules(call: &Call<'_>, said: &mut Said) {
    let words: Vec<&str> = call.args.iter().map(|w| w.text.as_str()).collect();
    let is_change = words
        .iter()
        .any(|w| matches!(*w, "allow" | "deny" | "limit" | "reject" | "enable" | "add" | "-f" | "insert" | "flush"))
        || words.iter().any(|w| w.starts_with("--add-"));
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
