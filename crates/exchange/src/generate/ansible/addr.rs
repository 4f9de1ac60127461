//! Whether something answers elsewhere: no task makes it so.

use super::Rule;

pub(super) const RULE: Rule =
    Rule::unmapped("addr", "it asks what the network lets through; nothing on the host makes it so");
