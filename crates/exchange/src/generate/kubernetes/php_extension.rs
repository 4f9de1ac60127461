//! Extensions of PHP, as packages of the images.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::item::Item;
use super::php_ini::of_sapi;

pub(super) const RULE: Rule = Rule::code("php-extension", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let sapi = item.name().split(':').next().unwrap_or_default();
    kept_where(app, of_sapi(app, sapi), "no container runs PHP so")
}
