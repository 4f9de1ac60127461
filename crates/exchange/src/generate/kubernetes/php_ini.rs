//! Settings of PHP, by way of running it and by pool.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;

pub(super) const RULE: Rule = Rule::code("php-ini", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let sapi = item.name().split(':').next().unwrap_or_default();
    let account = kept_where(app, of_sapi(app, sapi), "no container runs PHP so");
    if item.name().contains(":newrelic.daemon.") {
        return account.but("value", "the daemon is a container of its own");
    }
    account
}

/// The containers that run PHP in a way: a pool's own, or all that have the command line.
pub(super) fn of_sapi(app: &App<'_>, sapi: &str) -> Vec<String> {
    match sapi.split_once('/') {
        Some((_, pool)) => app.where_(|c| matches!(&c.of, Of::Pool(name) if name == pool)),
        None if sapi == "fpm" => app.where_(|c| matches!(c.of, Of::Pool(_))),
        None => app.where_(|c| c.packages.iter().any(|p| p.starts_with("php") && p.ends_with("-cli"))),
    }
}
