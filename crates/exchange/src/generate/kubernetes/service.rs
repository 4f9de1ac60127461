//! Services: a container each, or what the platform does in their place.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::component::{Component, Of};
use super::app::item::Item;
use super::app::unit::plumbing;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("service", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let name = item.name();
    let of_it = |c: &Component| match &c.of {
        Of::Nginx => name == "nginx",
        Of::Pool(_) => name.starts_with("php") && name.ends_with("fpm"),
        Of::Mail => name.starts_with("postfix"),
        Of::Unit(unit) => unit == name,
        Of::Process(_) | Of::Jobs | Of::Way => false,
    };
    let containers = app.where_(of_it);
    if !containers.is_empty() {
        return Account::adapted(format!("{}: container {}", app.files_of(&containers), containers.join(", ")));
    }
    if let Some(job) = app.jobs.iter().find(|j| j.subject == format!("timer[{name}]")) {
        return Account::adapted(format!("kube/base/cronjobs.yaml: {}", job.name));
    }
    if app.collector.is_some() && matches!(name, "td-agent" | "fluentd" | "fluent-bit" | "td-agent-bit") {
        return Account::adapted("kube/node/logs.yaml: a DaemonSet");
    }
    if app.datadog.is_some() && (name.starts_with("datadog-agent") || name == "dd-agent") {
        return Account::adapted("kube/node/datadog.yaml: a DaemonSet");
    }
    if let Some(why) = app.fates.outside(name) {
        return Account::left(Fate::Replace, why);
    }
    if let Some(why) = plumbing(name) {
        return Account::left(Fate::Drop, why);
    }
    let runs = item.flag("running") == Some(true) || item.flag("enabled") == Some(true);
    if !runs {
        return Account::left(Fate::Drop, "it neither runs nor is started at boot");
    }
    Account::left(Fate::Drop, "it came with the system and serves the machine, not the application")
}
