//! Processes follow from services and from what runs at boot.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("process", "the services and scripts that start it");
