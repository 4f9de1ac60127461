//! Ports that something waits on.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::component::Of;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("port", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let number = item.name().split(':').nth(1).and_then(|n| n.parse::<u16>().ok());
    let containers = app.where_(|c| number.is_some_and(|n| c.ports.iter().any(|(_, p)| *p == n)));
    let is_web = item.text("process").as_deref() == Some("nginx");
    if !containers.is_empty() || (is_web && app.components.iter().any(|c| c.of == Of::Nginx)) {
        let containers = if containers.is_empty() { app.where_(|c| c.of == Of::Nginx) } else { containers };
        let files = app.files_of(&containers);
        let account = Account::kept(containers, vec![format!("{files}: ports"), "kube/base/service.yaml".to_owned()]);
        return account
            .but("service", "no unit of systemd starts it")
            .but("process", "a container sees its own processes only");
    }
    if item.text("process").as_deref() == Some("master") {
        return Account::left(
            Fate::Replace,
            "mail is handed over by the queue's directory, which all pods have: nothing listens",
        );
    }
    Account::left(Fate::Drop, "what waited there is in no container")
}
