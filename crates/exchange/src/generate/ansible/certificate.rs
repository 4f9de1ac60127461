//! Certificates come with their files.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("certificate", "the file that holds it");
