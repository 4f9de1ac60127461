//! Processes that no unit of their own starts.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;

pub(super) const RULE: Rule = Rule::code("process", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let containers = app.where_(|c| matches!(&c.of, Of::Process(name) if name == item.name()));
    kept_where(app, containers, "a process of the machine").but("user", "nothing runs as root in these pods")
}
