//! The list of kinds: a new kind is one file here and one line in the list.

use crate::kind::Kind;

mod cron;
mod env;
mod file;
mod git_config;
mod hostname;
mod mail_alias;
mod php_extension;
mod php_ini;
mod php_pool;
mod postfix;
mod sshd;

/// Every kind, by name, one a line.
#[rustfmt::skip]
pub static KINDS: &[&dyn Kind] = &[
    &cron::Cron,
    &env::Env,
    &file::File,
    &git_config::GitConfig,
    &hostname::Hostname,
    &mail_alias::MailAlias,
    &php_extension::PhpExtension,
    &php_ini::PhpIni,
    &php_pool::PhpPool,
    &postfix::Postfix,
    &sshd::Sshd,
];

/// The kind of a name.
pub fn kind_named(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|k| k.name() == name)
}
