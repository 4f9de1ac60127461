//! Pools of PHP-FPM: a container each.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;

pub(super) const RULE: Rule = Rule::code("php-pool", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let of = app.where_(|c| matches!(&c.of, Of::Pool(name) if name == item.name() || item.name().starts_with('[')));
    kept_where(app, of, "no container runs this pool")
}
