//! Directives of nginx: its own files, as they are.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;

pub(super) const RULE: Rule = Rule::code("nginx", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let _ = item;
    kept_where(app, app.where_(|c| c.of == Of::Nginx), "no nginx is in the pods")
}
