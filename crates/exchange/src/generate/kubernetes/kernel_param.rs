//! Parameters of the kernel: what a pod may set it sets, the rest is the nodes'.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::component::PodOf;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("kernel-param", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let own = item.text("value").map(|v| v.split_whitespace().collect::<Vec<_>>().join(" "));
    if own.is_some() && app.sysctls.get(item.name()) == own.as_ref() {
        let web = app.where_(|c| c.pod == PodOf::Web);
        let of_pod = vec!["kube/base/web.yaml: securityContext.sysctls".to_owned()];
        return Account::kept(web, of_pod).but("persisted", "a pod has no file of parameters");
    }
    if app.sysctls.contains_key(item.name()) {
        return Account::adapted(
            "kube/base/web.yaml: securityContext.sysctls, so that what is not root may listen where it did",
        );
    }
    if !item.is_site() {
        return Account::left(Fate::Node, "the kernel's own default: the nodes have their own");
    }
    if item.name().starts_with("net.") && !item.name().contains("conntrack") {
        return Account::left(
            Fate::Node,
            "it may be set in a pod only where the kubelet allows it as unsafe: set it on the nodes, or allow it there",
        );
    }
    Account::left(Fate::Node, "it is one for the whole machine: the image of the nodes sets it")
}
