//! Repositories of packages.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule =
    Rule::unmapped("package-repository", "images are built from pinned packages of the distribution", account);

fn account(_item: &Item<'_>, _app: &App<'_>) -> Account {
    Account::left(
        Fate::Drop,
        "only the stage that builds images asks a repository; add it to images/base where a package comes from it",
    )
}
