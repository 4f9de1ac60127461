//! Copies of older states, as editors, packages and people name them.

use super::family::is_one_of;

/// How copies are named.
#[rustfmt::skip]
const COPIES: &[&str] = &[
    "*.bak", "*.old", "*.orig", "*.save", "*~", "*.swp", "*.disabled", "*.dpkg-old", "*.dpkg-dist", "*.dpkg-new", "*.ucf-old", "*.ucf-dist",
    "*.rpmsave", "*.rpmnew", "*.rpmorig", "*.20??-??-??", "*.20??????", "*.19??-??-??",
];

/// Whether a file is a copy that nothing reads.
pub(super) fn is_copy(path: &str) -> bool {
    is_one_of(COPIES, path)
}
