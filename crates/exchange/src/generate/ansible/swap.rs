//! Swap belongs to the machine.

use super::Rule;

pub(super) const RULE: Rule =
    Rule::unmapped("swap", "swap belongs to the machine: its size and place are decided where it is made");
