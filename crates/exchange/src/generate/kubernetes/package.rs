//! Packages: each image has those that its component needs, in the host's versions.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("package", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let containers = app.where_(|c| c.packages.contains(item.name()));
    if containers.is_empty() {
        let why = if item.is_site() {
            "nothing that runs in the pods calls it"
        } else {
            "it comes with the images as far as something in them needs it, in the host's version"
        };
        return if item.is_site() {
            Account::left(Fate::Drop, why)
        } else {
            Account::adapted(format!("images/base: pins ({why})"))
        };
    }
    kept_where(app, containers, "")
        .but("asked-for", "an image is asked for as a whole")
        .but("held", "an image does not upgrade itself")
}
