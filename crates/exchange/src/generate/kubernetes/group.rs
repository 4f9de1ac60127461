//! Groups: the images have those that files and programs need, under the host's numbers.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::item::Item;
use super::write::users::names;

pub(super) const RULE: Rule = Rule::code("group", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let needed = names(app).contains(item.name());
    let account = kept_where(
        app,
        if needed { app.where_(|_| true) } else { Vec::new() },
        "a group of people or of programs that are in no image",
    );
    account.but("members", "people are no members in an image")
}
