//! What people typed.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::unmapped("trace", "no part of a system", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(Fate::Drop, "what people did is in the spec; that they typed it is not needed")
}
