//! Kubernetes: images, manifests and a chart that run what the host ran, and an account of every entry of its spec.
//!
//! `app/` makes the system as it is to be, of the spec; `write/` writes it; the files beside this one say, one a kind,
//! where each entry ended.

use super::{Answer, By, Generated, Generator, Met, Want};
use account::{Account, Rendering};
use app::App;
use app::item::Item;
use model::decision::Fate;

mod account;
mod addr;
mod app;
mod certificate;
mod command;
mod cron;
mod dns;
mod env;
mod executable;
pub mod fate;
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
mod write;

pub use fate::{Fated, Fates, Place};

/// The generator of what runs on Kubernetes.
#[derive(Debug, Clone, Copy)]
pub struct Kubernetes;

/// What is made of one kind.
#[derive(Clone, Copy)]
struct Rule {
    kind: &'static str,
    answer: Answer,
    account: Rendering,
}

impl Rule {
    /// A kind of which something is made.
    const fn code(kind: &'static str, account: Rendering) -> Self {
        Self { kind, answer: Answer::Code, account }
    }

    /// A kind of which nothing is made.
    const fn unmapped(kind: &'static str, why: &'static str, account: Rendering) -> Self {
        Self { kind, answer: Answer::Unmapped(why), account }
    }
}

/// What is made of each kind.
#[rustfmt::skip]
static RULES: &[Rule] = &[
    addr::RULE,
    certificate::RULE,
    command::RULE,
    cron::RULE,
    dns::RULE,
    env::RULE,
    executable::RULE,
    file::RULE,
    firewall_rule::RULE,
    fstab::RULE,
    git_config::RULE,
    group::RULE,
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
    package::RULE,
    package_repository::RULE,
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
    user::RULE,
];

impl Generator for Kubernetes {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn answer(&self, kind: &str) -> Option<Answer> {
        RULES.iter().find(|r| r.kind == kind).map(|r| r.answer)
    }

    fn generate(&self, want: &Want<'_>) -> Generated {
        of_decided(want, &Fates::default())
    }
}

/// Makes the files, with what people decided.
pub fn of_decided(want: &Want<'_>, fates: &Fates) -> Generated {
    let app = App::of(*want, fates);
    let accounts = accounts(&app);
    let mut generated = Generated::default();
    let files = &mut generated.files;
    write::images::write(&app, files);
    write::overlays::write(&app, files);
    write::secrets::write(&app, files);
    write::node::write(&app, files);
    write::gateway::write(&app, files);
    write::helm::write(&app, files);
    write::holds::write(&app, &accounts, files);
    write::pages::write(&app, &accounts, files);
    for (item, account) in &accounts {
        let subject = item.id.to_string();
        match account {
            Account::Made(made) => generated.met.push(Met { subject, by: By::Task(made.artefacts.join(", ")) }),
            Account::Left(left) => {
                generated.unmapped.push((subject, format!("{}: {}", left.fate.name(), left.because)))
            }
        }
    }
    generated.payload = app.payload.keys().cloned().collect();
    generated.tasks = app.components.len() + app.jobs.len();
    generated
}

/// Where every entry ended.
fn accounts<'w>(app: &App<'w>) -> Vec<(Item<'w>, Account)> {
    let of = |(id, entry)| {
        let item = Item { id, entry };
        (item, account_of(app, &item))
    };
    app.want.spec.entries.iter().map(of).collect()
}

/// Where one entry ended: where a person left it, or where its kind puts it.
fn account_of(app: &App<'_>, item: &Item<'_>) -> Account {
    let decided = app.fates.decided.get(item.id);
    if let Some(said) = decided.filter(|f| matches!(f.fate, Fate::Drop | Fate::Node | Fate::Block)) {
        return Account::Left(said.clone());
    }
    let Some(rule) = RULES.iter().find(|r| r.kind == item.id.kind) else {
        return Account::left(Fate::Block, "this repot does not know the kind");
    };
    match (rule.account)(item, app) {
        made @ Account::Made(_) => made,
        Account::Left(own) => {
            let proposed = app.fates.proposed.get(item.id).filter(|f| !f.fate.holds());
            Account::Left(decided.or(proposed).cloned().unwrap_or(own))
        }
    }
}
