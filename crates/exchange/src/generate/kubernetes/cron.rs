//! Jobs of cron: CronJobs.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("cron", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    if let Some(job) = app.jobs.iter().find(|j| j.subject == item.id.to_string()) {
        return Account::adapted(format!("kube/base/cronjobs.yaml: {}", job.name));
    }
    if item.text("command").is_some_and(|c| c.contains("run-parts")) || item.name().contains("run-parts") {
        return Account::left(Fate::Replace, "each script in that directory is a CronJob of its own, at the same time");
    }
    Account::left(Fate::Drop, "a job of the machine: what it does is the node's or is done by building images anew")
}
