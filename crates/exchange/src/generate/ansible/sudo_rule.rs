//! What sudo lets people do comes with its files.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("sudo-rule", "the files that sudo reads");
