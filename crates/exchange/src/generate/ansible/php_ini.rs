//! Settings of PHP come with its files.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("php-ini", "PHP's files, from its packages and from tasks");
