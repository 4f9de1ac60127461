//! Programs that people's scripts call.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Component;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("executable", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let Some(path) = item.text("path") else { return Account::left(Fate::Drop, "it is not there on the host either") };
    let package = item.text("package");
    let has = |c: &Component| c.has(&path) || package.as_ref().is_some_and(|p| c.packages.contains(p));
    kept_where(app, app.where_(has), "nothing that runs in the pods calls it, or it comes with the base")
}
