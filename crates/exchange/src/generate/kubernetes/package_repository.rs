//! Repositories of packages: the images are built from those of the host.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("package-repository", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let is_built_from = |path: &str| app.repositories.contains_key(path);
    let key = item.name().strip_prefix("key ").is_some_and(is_built_from);
    if key || item.set_in().is_some_and(is_built_from) {
        return Account::adapted("images/base: a repository that the images are built from");
    }
    let why = "the distribution's image has its own, or the list holds a password, or it is switched off";
    Account::left(Fate::Drop, why)
}
