//! Rules are loaded by files: those of nftables and iptables, and scripts at boot.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("firewall-rule", "the files and services that load the rules at boot");
