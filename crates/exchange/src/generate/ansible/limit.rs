//! Limits of sessions come with the files of pam_limits.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("limit", "the files below /etc/security");
