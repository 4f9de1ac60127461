//! CFG-06: licences bound to the machine.
//!
//! What it does not see: to what a licence is bound: only files and daemons of licence managers are known by their names.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "CFG-06",
    severity: Severity::High,
    summary: "a licence may be bound to this machine",
    verdict: Fate::Block,
    mechanism: "a licence server that the pods reach, or another licence",
    person: "Ask the vendor whether it runs where the machine changes every day.",
    source: Source::Convention,
    unseen: Some("to what a licence is bound: only files and daemons of licence managers are known by their names"),
    apply,
};

static FAMILY: Family = Family {
    services: &["lmgrd", "flexlm*", "flexnet*", "hasplmd", "aksusbd", "sntl*", "rlm"],
    packages: &["aksusbd", "haspd"],
    users: &[],
    files: &["*.lic", "*.licx", "/etc/zend/*", "*ioncube*license*", "/etc/hasplm/*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
