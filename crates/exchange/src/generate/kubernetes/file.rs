//! Files: in the images that read them, in Secrets, or on volumes.

use super::Rule;
use super::account::{Account, kept_where};
use super::app::App;
use super::app::component::Of;
use super::app::files::{is_below, is_leftover};
use super::app::item::Item;
use super::app::{newrelic, syslog};
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("file", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    let path = item.name();
    let secret = app.where_(|c| c.secrets.contains(path));
    if !secret.is_empty() {
        let account = Account::kept(secret, vec!["kube/secrets".to_owned()]);
        return ["mode", "owner", "group"]
            .iter()
            .fold(account, |a, p| a.but(p, "a Secret's files are root's and readable in the container"));
    }
    if let Some((name, volume)) = app.volumes.iter().find(|(_, v)| is_below(path, &v.path)) {
        let what = if volume.path == path { "volume" } else { "its contents come with volume" };
        return Account::adapted(format!("kube/base/volumes.yaml: {what} {name}"));
    }
    let containers = app.where_(|c| c.has(path) && !c.logs.contains_key(path));
    if !containers.is_empty() {
        let account = kept_where(app, containers, "");
        let account = account.but("capabilities", "a container under the restricted standard gains none");
        // Access lists let people write there; nobody writes into an image.
        return account
            .but("acl", "people do not write into an image")
            .but("default-acl", "people do not write into an image");
    }
    if path.starts_with("/usr/local/share/ca-certificates/") || path.starts_with("/etc/ssl/certs/") && item.is_site() {
        return Account::kept(app.where_(|_| true), vec!["images/base".to_owned()]);
    }
    if app.where_(|c| c.logs.contains_key(path)).is_empty() {
        return left(item, app);
    }
    Account::adapted("the container's output")
}

/// Why a file is in no image.
fn left(item: &Item<'_>, app: &App<'_>) -> Account {
    let path = item.name();
    if app.repositories.contains_key(path) {
        return Account::adapted("images/base: a repository that the images are built from");
    }
    if app.collector.as_ref().is_some_and(|c| c.read.contains(path)) {
        return Account::adapted("kube/node/logs.yaml: its tags, parsers, filters and outputs");
    }
    if app.datadog.as_ref().is_some_and(|d| d.read.contains(path)) {
        return Account::adapted("kube/node/datadog.yaml, and annotations of pods");
    }
    if app.components.iter().any(|c| c.has_syslog) && syslog::rules(app).any(|f| f.name() == path) {
        return Account::left(
            Fate::Replace,
            "what programs say to syslog goes to the output of the container syslog; sort it by tag in the cluster's collector",
        );
    }
    if let Some(account) = watch(path, app) {
        return account;
    }
    if is_leftover(path) {
        return Account::left(Fate::Drop, "a copy that nothing reads");
    }
    if !item.is_site() {
        let from_package = app.components.iter().any(|c| !c.packages.is_empty());
        let why = "a package brings it, and its image has it where a component needs the package";
        return if from_package { Account::adapted(format!("images: {why}")) } else { Account::left(Fate::Drop, why) };
    }
    let (fate, why) = REASONS
        .iter()
        .find(|(front, _, _)| path.starts_with(front))
        .map_or((Fate::Drop, "nothing that runs in the pods reads it"), |(_, fate, why)| (*fate, *why));
    Account::left(fate, why)
}

/// Settings of those that watched the host, where nothing is made of them.
fn watch(path: &str, app: &App<'_>) -> Option<Account> {
    let is_at = |front: &str| path.starts_with(front);
    if is_at("/etc/datadog-agent/") {
        let why = match app.datadog {
            Some(_) => "the agent on the nodes has its own settings; this file says nothing of this host's checks",
            None => "the agent does not run on the host, or was put outside of the cluster",
        };
        return Some(Account::left(Fate::Drop, why));
    }
    if is_at("/etc/newrelic") {
        let has_daemon = app.components.iter().any(|c| matches!(&c.of, Of::Unit(unit) if unit == newrelic::DAEMON));
        let why = if has_daemon {
            "the daemon is a container of its own, and is told by its command line"
        } else {
            "New Relic's extension is not loaded on the host: nothing reads it"
        };
        return Some(Account::left(if has_daemon { Fate::Replace } else { Fate::Drop }, why));
    }
    None
}

/// Why files below a directory are in no image.
#[rustfmt::skip]
const REASONS: &[(&str, Fate, &str)] = &[
    ("/etc/ssh", Fate::Drop, "people reach pods through kubectl exec; who may is said by RBAC"),
    ("/root/.ssh", Fate::Drop, "nobody logs in to a pod"),
    ("/home/", Fate::Drop, "nobody logs in to a pod: what people keep there is theirs"),
    ("/root/", Fate::Drop, "nobody logs in to a pod: what root keeps there is for a person to move"),
    ("/etc/sudoers", Fate::Drop, "nobody is root in a pod"),
    ("/etc/systemd", Fate::Replace, "the kubelet starts, watches and stops containers: the manifests say how"),
    ("/usr/lib/systemd", Fate::Replace, "the kubelet starts, watches and stops containers: the manifests say how"),
    ("/lib/systemd", Fate::Replace, "the kubelet starts, watches and stops containers: the manifests say how"),
    ("/etc/sysctl", Fate::Replace, "what a pod may set is in its securityContext, the rest is the nodes'"),
    ("/etc/modules-load.d", Fate::Node, "modules belong to the nodes"),
    ("/etc/modprobe.d", Fate::Node, "modules belong to the nodes"),
    ("/etc/security/limits", Fate::Node, "Kubernetes has no field for limits of processes: the runtime of the node sets them"),
    ("/etc/logrotate", Fate::Drop, "the kubelet rotates the logs of containers"),
    ("/etc/rsyslog", Fate::Replace, "containers write to their output, which the cluster collects"),
    ("/etc/apt", Fate::Drop, "only the stage that builds images asks a repository"),
    ("/etc/cron", Fate::Replace, "each job is a CronJob"),
    ("/var/spool/cron", Fate::Replace, "each job is a CronJob"),
    ("/etc/nftables", Fate::Replace, "a NetworkPolicy says who may speak to whom"),
    ("/etc/network", Fate::Node, "the network of pods is the cluster's"),
    ("/etc/rc.local", Fate::Replace, "what it starts is a container, what it sets belongs to the node"),
    ("/etc/motd", Fate::Drop, "nobody logs in to a pod"),
    ("/etc/issue", Fate::Drop, "nobody logs in to a pod"),
    ("/etc/profile", Fate::Drop, "nobody logs in to a pod"),
    ("/etc/login.defs", Fate::Drop, "nobody logs in to a pod"),
    ("/etc/nagios", Fate::Replace, "its checks are candidates for probes and alerts: see MONITORING.md"),
    ("/usr/local/lib/nagios", Fate::Replace, "its checks are candidates for probes and alerts: see MONITORING.md"),
    ("/etc/zabbix", Fate::Replace, "its checks are candidates for probes and alerts: see MONITORING.md"),
    ("/etc/snmp", Fate::Replace, "its checks are candidates for probes and alerts: see MONITORING.md"),
    ("/var/log", Fate::Drop, "containers write to their output"),
];
