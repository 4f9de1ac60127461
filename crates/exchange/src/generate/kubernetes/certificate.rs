//! Certificates: of servers a Secret, of authorities in every image.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("certificate", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    if app.tls.iter().any(|(certificate, _)| certificate == item.name()) {
        return Account::kept(app.where_(|c| c.of == Of::Nginx), vec!["kube/secrets: tls".to_owned()]);
    }
    if item.name().starts_with("/usr/local/share/ca-certificates/") {
        return Account::kept(app.where_(|_| true), vec!["images/base".to_owned()]);
    }
    Account::left(Fate::Drop, "no server of the pods shows it")
}
