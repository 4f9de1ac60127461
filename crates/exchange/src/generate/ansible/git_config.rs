//! Settings of git come with the files they stand in.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("git-config", "git's files");
