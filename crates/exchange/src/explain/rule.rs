//! Rules of firewalls, compared by their words: iptables-save(8) prints what was typed in an order and spelling of its own.

use std::collections::BTreeSet;

/// Options with a long name, as iptables-save prints them.
const SHORT: &[(&str, &str)] = &[
    ("--protocol", "-p"),
    ("--proto", "-p"),
    ("--jump", "-j"),
    ("--goto", "-g"),
    ("--source", "-s"),
    ("--src", "-s"),
    ("--destination", "-d"),
    ("--dst", "-d"),
    ("--in-interface", "-i"),
    ("--out-interface", "-o"),
    ("--match", "-m"),
    ("--destination-port", "--dport"),
    ("--destination-ports", "--dports"),
    ("--source-port", "--sport"),
    ("--source-ports", "--sports"),
    ("--state", "--ctstate"),
];

/// Whether a rule that a host shows has all the words of one that was asked for, and leads to the same.
pub(super) fn has_words(wanted: &str, seen: &str) -> bool {
    let (wanted, seen) = (words(wanted), words(seen));
    !wanted.is_empty() && wanted.is_subset(&seen)
}

/// The words of a rule: an option with its value is one, and a negation belongs to what it negates.
fn words(rule: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut option: Option<String> = None;
    let mut is_not = false;
    let mut keep = |option: Option<String>, value: &str, is_not: bool| {
        let not = if is_not { "! " } else { "" };
        let option = option.unwrap_or_default();
        // Which module a match is of follows from the match.
        if option != "-m" {
            found.insert(format!("{not}{option} {}", value_of(&option, value)));
        }
    };
    for word in rule.split_whitespace() {
        let word = word.trim_matches(['"', '\'']);
        if word == "!" {
            is_not = true;
        } else if word.starts_with('-') {
            if let Some(flag) = option.take() {
                keep(Some(flag), "", std::mem::take(&mut is_not));
            }
            let short = SHORT.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| short);
            option = Some(short.to_owned());
        } else {
            keep(option.take(), word, std::mem::take(&mut is_not));
        }
    }
    if let Some(flag) = option {
        keep(Some(flag), "", is_not);
    }
    found
}

/// A value as iptables-save prints it: an address with its length, states and ports in order.
fn value_of(option: &str, value: &str) -> String {
    match option {
        "-s" | "-d" if !value.contains('/') => format!("{value}/{}", if value.contains(':') { 128 } else { 32 }),
        "--ctstate" | "--dports" | "--sports" => {
            let mut items: Vec<&str> = value.split(',').collect();
            items.sort_unstable();
            items.join(",")
        }
        "-p" | "" => value.to_ascii_lowercase(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_the_same_in_another_spelling() {
        let seen = "-s 10.0.0.1/32 -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT";
        assert!(has_words("--proto tcp --source 10.0.0.1 --destination-port 22 -j ACCEPT", seen));
        assert!(has_words("-m state --state ESTABLISHED,NEW -j ACCEPT", seen));
        assert!(!has_words("-p tcp --dport 22 -j DROP", seen));
        assert!(!has_words("-p tcp ! -s 10.0.0.1 --dport 22 -j ACCEPT", seen));
        assert!(!has_words("-p tcp --dport 2 -j ACCEPT", seen));
        assert!(!has_words("", seen));
        assert!(has_words("tcp dport 80 accept", "ip saddr 10.0.0.0/8 tcp dport 80 accept"));
    }
}
