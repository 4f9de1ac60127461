//! Addresses of the machine: whoever runs it gives them.

use super::Rule;

pub(super) const RULE: Rule =
    Rule::unmapped("interface", "addresses are given by whoever runs the machine; files that set them are copied");
