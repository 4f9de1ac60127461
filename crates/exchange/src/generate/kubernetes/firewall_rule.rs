//! Rules of the firewall: a NetworkPolicy.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("firewall-rule", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    if item.texts("rules").is_empty() || app.service_ports.is_empty() || !item.is_site() {
        return Account::left(Fate::Replace, "the host's own chains; a NetworkPolicy says who may speak to the pods");
    }
    Account::adapted("kube/base/networkpolicy.yaml")
}
