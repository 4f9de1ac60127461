//! Names in /etc/hosts.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::component::PodOf;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("hosts-entry", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let is_alias = app.aliases.values().flatten().any(|n| n == item.name());
    if !is_alias {
        return Account::left(Fate::Drop, "the host's own name or the loopback: the kubelet writes these");
    }
    // The kubelet writes the file, so it holds in every container of the pod.
    Account::kept(app.where_(|c| c.pod == PodOf::Web), vec!["kube/base/web.yaml: hostAliases".to_owned()])
}
