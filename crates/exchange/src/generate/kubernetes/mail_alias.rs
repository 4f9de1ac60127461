//! Aliases of mail, in the images that know postfix.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;

pub(super) const RULE: Rule = Rule::code("mail-alias", account);

fn account(_item: &Item<'_>, app: &App<'_>) -> Account {
    kept_where(app, app.where_(|c| c.of == Of::Mail), "no mail server is in the pods")
}
