//! Timers of systemd: CronJobs.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("timer", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    if let Some(job) = app.jobs.iter().find(|j| j.subject == item.id.to_string()) {
        return Account::adapted(format!("kube/base/cronjobs.yaml: {}", job.name));
    }
    if item.name().contains("php") && app.jobs.iter().any(|j| j.subject.contains("sessionclean")) {
        return Account::adapted("kube/base/cronjobs.yaml: the line of cron that does the same".to_owned());
    }
    Account::left(Fate::Drop, "a job of the machine: what it does is the node's or is done by building images anew")
}
