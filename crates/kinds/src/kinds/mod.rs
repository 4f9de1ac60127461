//! The list of kinds: a new kind is one file here and one line in the list.

use crate::kind::Kind;

mod cron;
mod file;
mod hostname;
mod php_ini;

/// Every kind, by name, one a line.
#[rustfmt::skip]
pub static KINDS: &[&dyn Kind] = &[
    &cron::Cron,
    &file::File,
    &hostname::Hostname,
    &php_ini::PhpIni,
];

/// The kind of a name.
pub fn kind_named(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|k| k.name() == name)
}
