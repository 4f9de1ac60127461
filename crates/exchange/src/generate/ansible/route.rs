//! Routes: whoever runs the network gives them.

use super::Rule;

pub(super) const RULE: Rule =
    Rule::unmapped("route", "routes are given by whoever runs the network; files and scripts that set them are copied");
