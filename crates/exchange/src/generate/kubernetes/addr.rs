//! Addresses that are reached from the host.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule =
    Rule::unmapped("addr", "whether another machine answers is the network's, and no artefact's", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(
        Fate::Drop,
        "whether another machine answers is asked from the pods' network, and no artefact says it",
    )
}
