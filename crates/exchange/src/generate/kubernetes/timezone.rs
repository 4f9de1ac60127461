//! The time zone, in every image and for every CronJob.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("timezone", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let Some(_zone) = item.text("zone") else { return Account::left(Fate::Drop, "the spec names no zone") };
    let mut artefacts = vec!["images/base".to_owned()];
    if !app.jobs.is_empty() {
        artefacts.push("kube/base/cronjobs.yaml: timeZone".to_owned());
    }
    Account::kept(app.where_(|_| true), artefacts)
}
