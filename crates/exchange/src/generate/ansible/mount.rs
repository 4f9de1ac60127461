//! What is mounted follows from fstab, and from who runs the machine.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("mount", "fstab, and whoever runs the machine");
