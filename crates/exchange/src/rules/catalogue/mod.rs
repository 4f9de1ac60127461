//! The rules, a file each with its test data beside it, and the list of them.

mod sysctl;

mod krn_01;
mod krn_02;
mod krn_03;
mod svc_08;

use super::Rule;

/// Every rule, one a line, in the order of their ids.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &krn_01::RULE,
    &krn_02::RULE,
    &krn_03::RULE,
    &svc_08::RULE,
];
