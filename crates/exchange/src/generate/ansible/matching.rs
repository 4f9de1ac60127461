//! A check of values in the spec itself.

use super::Rule;

pub(super) const RULE: Rule = Rule::unmapped("matching", "it is a check of a value in the spec itself");
