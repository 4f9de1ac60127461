//! Rules of packet filters as iptables-save(8) and nft(8) print them: chains, their policies, their rules in order.

use std::collections::BTreeMap;

/// A chain of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    /// What happens to packets that no rule decides on: `accept` or `drop`, of chains the kernel calls.
    pub(crate) policy: Option<String>,
    /// The rules in their order.
    pub(crate) rules: Vec<String>,
}

/// Chains by name: the family, the table and the chain.
pub(crate) type Chains = BTreeMap<String, Chain>;

/// Reads what iptables-save prints. `family` is `ip` or `ip6`.
pub(crate) fn iptables(text: &str, family: &str) -> Chains {
    let mut chains = Chains::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('*') {
            name.clone_into(&mut table);
        } else if let Some(rest) = line.strip_prefix(':') {
            let mut words = rest.split_whitespace();
            let (Some(chain), Some(policy)) = (words.next(), words.next()) else { continue };
            let policy = (policy != "-").then(|| policy.to_ascii_lowercase());
            chains.entry(format!("{family} {table} {chain}")).or_default().policy = policy;
        } else if let Some(rule) = appended(line) {
            let (chain, rule) = rule.split_once(' ').unwrap_or((rule, ""));
            chains.entry(format!("{family} {table} {chain}")).or_default().rules.push(rule.to_owned());
        }
    }
    chains
}

/// `-A CHAIN …`, the counters that may stand before it left out.
fn appended(line: &str) -> Option<&str> {
    let line = match line.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.1.trim_start(),
        None => line,
    };
    line.strip_prefix("-A ")
}

/// Reads what `nft -s list ruleset` prints: tables of chains, sets and maps. A set's definition counts as one rule of
/// a chain of its name.
pub(crate) fn nft(text: &str) -> Chains {
    let mut chains = Chains::new();
    let mut table = String::new();
    let mut block: Option<(String, usize)> = None;
    let mut depth = 0_usize;
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let opens = depth_of(line, '{');
        let closes = depth_of(line, '}');
        if let Some(rest) = line.strip_prefix("table ").filter(|_| depth == 0) {
            rest.trim_end_matches('{').trim().clone_into(&mut table);
        } else if depth == 1 && opens > closes {
            let name = line.trim_end_matches('{').trim();
            let name = name.strip_prefix("chain ").unwrap_or(name);
            chains.entry(format!("{table} {name}")).or_default();
            block = Some((format!("{table} {name}"), depth + 1));
        } else if let Some((name, at)) = &block
            && line != "}"
        {
            let chain = chains.entry(name.clone()).or_default();
            add(chain, line, depth > *at);
        }
        depth = (depth + opens).saturating_sub(closes);
        if depth <= 1 {
            block = None;
        }
    }
    chains
}

fn add(chain: &mut Chain, line: &str, goes_on: bool) {
    if line.starts_with("type ") && line.contains(" hook ") {
        chain.policy = line.split_once("policy ").map(|(_, p)| p.trim_end_matches(';').trim().to_owned());
        let hook = line.split("policy ").next().unwrap_or(line).trim();
        chain.rules.push(hook.to_owned());
        return;
    }
    match chain.rules.last_mut() {
        // The elements of a set are broken over lines.
        Some(last) if goes_on || last.ends_with(['{', ',']) => {
            last.push(' ');
            last.push_str(line);
        }
        _ => chain.rules.push(line.to_owned()),
    }
}

/// How many brackets a line has outside of its quoted comments.
fn depth_of(line: &str, bracket: char) -> usize {
    let mut is_quoted = false;
    let mut count = 0;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            c if c == bracket && !is_quoted => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iptables_chains_are_read_without_counters() {
        let text = "# Generated\n*filter\n:INPUT DROP [0:0]\n:mine - [0:0]\n[3:180] -A INPUT -p tcp --dport 22 -j ACCEPT\n-A mine -j RETURN\nCOMMIT\n*nat\n:PREROUTING ACCEPT [1:2]\n";
        let chains = iptables(text, "ip");
        let input = Chain { policy: Some("drop".into()), rules: vec!["-p tcp --dport 22 -j ACCEPT".into()] };
        assert_eq!(chains.get("ip filter INPUT"), Some(&input));
        assert_eq!(chains.get("ip filter mine").map(|c| c.policy.clone()), Some(None));
        assert_eq!(chains.len(), 3);
    }

    #[test]
    fn nft_chains_and_sets_are_read() {
        let text = "table inet filter {\n\tset bad {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1,\n\t\t\t     10.0.0.2 }\n\t}\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\ttcp dport { 22, 80 } accept comment \"a } b\"\n\t}\n\n\tchain other {\n\t}\n}\ntable ip nat {\n\tchain x {\n\t\tdrop\n\t}\n}\n";
        let chains = nft(text);
        let input = &chains["inet filter input"];
        assert_eq!(input.policy.as_deref(), Some("drop"));
        assert_eq!(
            input.rules,
            ["type filter hook input priority filter;", "tcp dport { 22, 80 } accept comment \"a } b\""]
        );
        assert_eq!(chains["inet filter set bad"].rules, ["type ipv4_addr", "elements = { 10.0.0.1, 10.0.0.2 }"]);
        assert_eq!(chains["ip nat x"].rules, ["drop"]);
        assert!(chains["inet filter other"].rules.is_empty());
    }

    #[test]
    fn cut_rulesets_end() {
        assert_eq!(nft("table inet filter {\n chain a {\n drop\n").len(), 1);
        assert!(nft("}\n}\n").is_empty() && iptables("-A\n:\n*", "ip").is_empty());
    }
}
