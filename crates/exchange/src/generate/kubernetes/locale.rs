//! Languages, made in the base of all images.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("locale", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    if app.locales.contains(item.name()) {
        return Account::kept(app.where_(|_| true), vec!["images/base".to_owned()]);
    }
    if item.name() == "LANG" {
        return Account::adapted("kube/base/cronjobs.yaml: env");
    }
    Account::left(Fate::Drop, "no language of the images")
}
