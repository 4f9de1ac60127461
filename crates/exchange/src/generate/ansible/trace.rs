//! What a host keeps of who did what: history, which no task makes.

use super::Rule;

pub(super) const RULE: Rule = Rule::unmapped("trace", "it is the history of a host, and a new one has its own");
