//! Limits of sessions.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::unmapped("limit", "a pod has no field for them", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(Fate::Node, "Kubernetes has no field for limits of processes: the runtime of the node sets them")
}
