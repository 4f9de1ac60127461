//! What names resolve to: other machines say it.

use super::Rule;

pub(super) const RULE: Rule = Rule::unmapped("dns", "it is what name servers say; nothing on the host makes it so");
