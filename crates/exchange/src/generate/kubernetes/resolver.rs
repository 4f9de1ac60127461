//! How names are looked up.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::PodOf;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("resolver", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    if item.name() == "resolv.conf" && item.is_site() && !(app.search.is_empty() && app.dns_options.is_empty()) {
        return Account::adapted("kube/base/web.yaml: dnsConfig");
    }
    if item.name() == "resolv.conf" {
        return Account::left(Fate::Replace, "the cluster's name server answers");
    }
    kept_where(app, app.where_(|c| c.pod != PodOf::Job), "no container looks up names")
}
