//! The list of kinds: a new kind is one file here and one line in the list.

use crate::kind::Kind;

mod addr;
mod certificate;
mod command;
mod cron;
mod dns;
mod env;
mod executable;
mod file;
mod firewall_rule;
mod fstab;
mod git_config;
mod group;
mod hostname;
mod hosts_entry;
mod http;
mod interface;
mod kernel_module;
mod kernel_param;
mod limit;
mod locale;
mod mail_alias;
mod matching;
mod mount;
mod nginx;
mod package;
mod package_repository;
mod php_extension;
mod php_ini;
mod php_pool;
mod port;
mod postfix;
mod process;
mod resolver;
mod route;
mod service;
mod sshd;
mod sudo_rule;
mod swap;
mod timer;
mod timezone;
mod trace;
mod user;

/// Every kind, by name, one a line.
#[rustfmt::skip]
pub static KINDS: &[&dyn Kind] = &[
    &addr::Addr,
    &certificate::Certificate,
    &command::Command,
    &cron::Cron,
    &dns::Dns,
    &env::Env,
    &executable::Executable,
    &file::File,
    &firewall_rule::FirewallRule,
    &fstab::Fstab,
    &git_config::GitConfig,
    &group::Group,
    &hostname::Hostname,
    &hosts_entry::HostsEntry,
    &http::Http,
    &interface::Interface,
    &kernel_module::KernelModule,
    &kernel_param::KernelParam,
    &limit::Limit,
    &locale::Locale,
    &mail_alias::MailAlias,
    &matching::Matching,
    &mount::Mount,
    &nginx::Nginx,
    &package::Package,
    &package_repository::PackageRepository,
    &php_extension::PhpExtension,
    &php_ini::PhpIni,
    &php_pool::PhpPool,
    &port::Port,
    &postfix::Postfix,
    &process::Process,
    &resolver::Resolver,
    &route::Route,
    &service::Service,
    &sshd::Sshd,
    &sudo_rule::SudoRule,
    &swap::Swap,
    &timer::Timer,
    &timezone::Timezone,
    &trace::Trace,
    &user::User,
];

/// The kind of a name.
pub fn kind_named(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|k| k.name() == name)
}
