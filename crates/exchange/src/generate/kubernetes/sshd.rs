//! Settings of sshd: pods have none.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::unmapped("sshd", "people reach pods through kubectl", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(Fate::Drop, "people reach pods through kubectl exec; who may is said by RBAC")
}
