//! What a server answers: a check.

use super::Rule;

pub(super) const RULE: Rule = Rule::unmapped("http", "it is a check of what a server answers");
