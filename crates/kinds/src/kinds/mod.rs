//! The list of kinds: a new kind is one file here and one line in the list.

use crate::kind::Kind;

mod certificate;
mod cron;
mod env;
mod file;
mod git_config;
mod group;
mod hostname;
mod hosts_entry;
mod locale;
mod mail_alias;
mod package;
mod package_repository;
mod php_extension;
mod php_ini;
mod php_pool;
mod postfix;
mod service;
mod sshd;
mod sudo_rule;
mod timer;
mod timezone;
mod user;

/// Every kind, by name, one a line.
#[rustfmt::skip]
pub static KINDS: &[&dyn Kind] = &[
    &certificate::Certificate,
    &cron::Cron,
    &env::Env,
    &file::File,
    &git_config::GitConfig,
    &group::Group,
    &hostname::Hostname,
    &hosts_entry::HostsEntry,
    &locale::Locale,
    &mail_alias::MailAlias,
    &package::Package,
    &package_repository::PackageRepository,
    &php_extension::PhpExtension,
    &php_ini::PhpIni,
    &php_pool::PhpPool,
    &postfix::Postfix,
    &service::Service,
    &sshd::Sshd,
    &sudo_rule::SudoRule,
    &timer::Timer,
    &timezone::Timezone,
    &user::User,
];

/// The kind of a name.
pub fn kind_named(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|k| k.name() == name)
}
