//! What commands give: a check, of which no task can be made.

use super::Rule;

pub(super) const RULE: Rule =
    Rule::unmapped("command", "it is a check of what a command gives; write the task that makes it so by hand");
