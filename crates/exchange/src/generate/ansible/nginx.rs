//! Settings of nginx come with its files.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("nginx", "nginx's files, from its package and from tasks");
