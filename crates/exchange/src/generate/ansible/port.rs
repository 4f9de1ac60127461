//! Ports follow from services.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("port", "the services that wait on it");
