//! Variables of the environment.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("env", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let mut parts = item.name().splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("fpm"), Some(pool), Some(_)) => {
            let of = app.where_(|c| matches!(&c.of, Of::Pool(name) if name == pool));
            kept_where(app, of, "its pool is in no container")
        }
        (Some("service"), Some(service), Some(name)) => {
            let of: Vec<String> =
                app.where_(|c| c.env.contains_key(name) && matches!(&c.of, Of::Unit(unit) if unit == service));
            match of.first() {
                Some(container) => Account::adapted(format!("{}: env of {container}", app.files_of(&of))),
                None => Account::left(Fate::Drop, "its service is in no container"),
            }
        }
        (Some("system"), Some(name), None) if app.jobs.iter().any(|j| j.env.contains_key(name)) => {
            Account::adapted("kube/base/cronjobs.yaml: env")
        }
        _ => Account::left(Fate::Drop, "it is for people who log in"),
    }
}
