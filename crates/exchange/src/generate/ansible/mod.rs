//! An Ansible project that builds the host from a bare machine. One file a kind; `write/` is how it is written.

use super::{Answer, Generated, Generator, Lack, Want};
use write::project::Project;

mod addr;
mod certificate;
mod command;
mod cron;
mod dns;
mod enabled;
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
pub(crate) mod write;

pub use write::project::safe_path;

/// The group of an inventory that the machines of a role are in.
pub fn group(role: &str) -> String {
    write::secrets::identifier(role)
}

/// The generator of Ansible projects.
#[derive(Debug, Clone, Copy)]
pub struct Ansible;

/// What is made of one kind.
#[derive(Clone, Copy)]
struct Rule {
    kind: &'static str,
    answer: Answer,
    render: fn(&Lack<'_>, &mut Project<'_>),
}

impl Rule {
    /// A kind of which tasks are made.
    const fn code(kind: &'static str, render: fn(&Lack<'_>, &mut Project<'_>)) -> Self {
        Self { kind, answer: Answer::Code, render }
    }

    /// A kind that follows from what other kinds bring.
    const fn follows(kind: &'static str, how: &'static str) -> Self {
        Self { kind, answer: Answer::Follows(how), render: write::follow::follow }
    }

    /// A kind that is not said in Ansible.
    const fn unmapped(kind: &'static str, why: &'static str) -> Self {
        Self { kind, answer: Answer::Unmapped(why), render: write::follow::follow }
    }
}

/// What is made of each kind, in the order in which it is: what follows from files stands behind them, and packages go
/// to the roles that there are by then.
#[rustfmt::skip]
static RULES: &[Rule] = &[
    group::RULE,
    user::RULE,
    file::RULE,
    addr::RULE,
    certificate::RULE,
    command::RULE,
    cron::RULE,
    dns::RULE,
    env::RULE,
    executable::RULE,
    firewall_rule::RULE,
    fstab::RULE,
    git_config::RULE,
    hostname::RULE,
    hosts_entry::RULE,
    http::RULE,
    interface::RULE,
    kernel_module::RULE,
    kernel_param::RULE,
    limit::RULE,
    locale::RULE,
    mail_alias::RULE,
    matching::RULE,
    mount::RULE,
    nginx::RULE,
    php_extension::RULE,
    php_ini::RULE,
    php_pool::RULE,
    port::RULE,
    postfix::RULE,
    process::RULE,
    resolver::RULE,
    route::RULE,
    service::RULE,
    sshd::RULE,
    sudo_rule::RULE,
    swap::RULE,
    timer::RULE,
    timezone::RULE,
    trace::RULE,
    package_repository::RULE,
    package::RULE,
];

impl Generator for Ansible {
    fn name(&self) -> &'static str {
        "ansible"
    }

    fn answer(&self, kind: &str) -> Option<Answer> {
        RULES.iter().find(|r| r.kind == kind).map(|r| r.answer)
    }

    fn generate(&self, want: &Want<'_>) -> Generated {
        let mut project = Project::new(*want);
        for rule in RULES {
            for lack in want.lacking.iter().filter(|lack| lack.id.kind == rule.kind) {
                (rule.render)(lack, &mut project);
            }
        }
        file::remove_extras(&mut project);
        enabled::keep_to(&mut project);
        package::install(&mut project);
        project.finish()
    }
}
