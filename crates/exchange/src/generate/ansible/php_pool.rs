//! Pools of FPM come with their files.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("php-pool", "the files below pool.d");
