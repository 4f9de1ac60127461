//! Programs come with packages and files.

use super::Rule;

pub(super) const RULE: Rule = Rule::follows("executable", "the package or file that brings the program");
