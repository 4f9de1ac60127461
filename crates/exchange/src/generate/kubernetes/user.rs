//! Users: the images have those that programs run as, under the host's numbers.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::item::Item;
use super::write::users::names;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("user", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let is_person = item.number("uid").is_some_and(|uid| (1000..65534).contains(&uid));
    if !names(app).contains(item.name()) {
        let why = if is_person {
            "people do not log in to pods; who may do what is said by RBAC"
        } else {
            "a user of programs that are in no image"
        };
        return Account::left(Fate::Drop, why);
    }
    let mut account = kept_where(app, app.where_(|_| true), "no image");
    for (property, why) in [
        ("groups", "people and programs are in no further groups in an image"),
        ("authorized-keys", "nobody logs in to a pod"),
        ("password", "nobody logs in to a pod"),
        ("locked", "nobody logs in to a pod"),
        ("shell", "nobody logs in to a pod"),
        ("gecos", "a comment"),
        ("home", "nobody logs in to a pod"),
        ("min-days", "nobody logs in to a pod"),
        ("max-days", "nobody logs in to a pod"),
        ("warn-days", "nobody logs in to a pod"),
        ("expires", "nobody logs in to a pod"),
    ] {
        account = account.but(property, why);
    }
    account
}
