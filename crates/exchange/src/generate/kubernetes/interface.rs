//! Network interfaces.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::unmapped("interface", "the cluster's network", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(Fate::Node, "a pod has an address of its own that changes; a Service has the name")
}
