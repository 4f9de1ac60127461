//! Routes.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::unmapped("route", "the cluster's network", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(Fate::Node, "the network of pods is the cluster's")
}
