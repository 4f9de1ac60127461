//! Settings of sshd come with its files.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("sshd", "sshd's files");
