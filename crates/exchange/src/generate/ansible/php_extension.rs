//! Extensions come with packages, and with the links that load them.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("php-extension", "the packages of PHP and the links below conf.d");
