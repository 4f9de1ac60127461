//! Settings of postfix.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;

pub(super) const RULE: Rule = Rule::code("postfix", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let account = kept_where(app, app.where_(|c| c.of == Of::Mail), "no mail server is in the pods");
    if item.name() == "maillog_file" {
        return account.but("value", "the log goes to the container's output");
    }
    account
}
