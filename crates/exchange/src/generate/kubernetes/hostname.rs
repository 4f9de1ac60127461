//! The host's name.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::unmapped("hostname", "a pod has a name of its own", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(Fate::Drop, "a pod is named by its Deployment; what needs the old name has it in its own settings")
}
