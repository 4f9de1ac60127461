//! What sudo lets people do.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::unmapped("sudo-rule", "nobody is root in a pod", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(Fate::Drop, "people do not log in to pods; who may do what is said by RBAC")
}
