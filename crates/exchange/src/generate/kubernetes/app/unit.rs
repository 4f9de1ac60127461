//! Services and processes that are nobody's special case: a container runs the command of their unit.

use super::App;
use super::component::{Component, Of, PodOf, User};
use super::hidden;
use super::item::{Item, of, one};
use super::names::{plain, variable};
use super::places;
use std::collections::{BTreeMap, BTreeSet};

/// Services that a pod does not need, and why: what a service name begins with.
pub(crate) const PLUMBING: &[(&str, &str)] = &[
    ("ssh", "people reach pods through kubectl exec and logs"),
    ("cron", "each job is a CronJob"),
    ("rsyslog", "containers write to their output, which the cluster collects"),
    ("syslog-ng", "containers write to their output, which the cluster collects"),
    ("systemd", "the kubelet starts, watches and stops containers"),
    ("dbus", "nothing in the pods asks for it"),
    ("getty", "a pod has no console"),
    ("console-getty", "a pod has no console"),
    ("nftables", "a NetworkPolicy says who may speak to whom"),
    ("iptables", "a NetworkPolicy says who may speak to whom"),
    ("netfilter-persistent", "a NetworkPolicy says who may speak to whom"),
    ("ufw", "a NetworkPolicy says who may speak to whom"),
    ("firewalld", "a NetworkPolicy says who may speak to whom"),
    ("fail2ban", "addresses are kept out before the cluster"),
    ("networking", "the cluster's network is the node's"),
    ("ifup", "the cluster's network is the node's"),
    ("NetworkManager", "the cluster's network is the node's"),
    ("snmpd", "monitoring of a machine; its checks are candidates for probes and alerts"),
    ("nagios", "monitoring of a machine; its checks are candidates for probes and alerts"),
    ("nrpe", "monitoring of a machine; its checks are candidates for probes and alerts"),
    ("zabbix", "monitoring of a machine; its checks are candidates for probes and alerts"),
    ("munin", "monitoring of a machine; its checks are candidates for probes and alerts"),
    ("collectd", "monitoring of a machine; its checks are candidates for probes and alerts"),
    ("datadog", "it watched the machine; where it runs, a DaemonSet watches the pods"),
    ("td-agent", "a DaemonSet collects what containers say"),
    ("fluentd", "a DaemonSet collects what containers say"),
    ("fluent-bit", "a DaemonSet collects what containers say"),
    ("newrelic-daemon", "PHP's extension asks for it: it is there where that is"),
    ("chrony", "the node keeps the time"),
    ("ntp", "the node keeps the time"),
    ("unattended-upgrades", "images are built anew"),
    ("apt", "images are built anew"),
    ("dpkg", "images are built anew"),
    ("cloud", "it set up the machine"),
    ("e2scrub", "disks are the node's"),
    ("fstrim", "disks are the node's"),
    ("lvm2", "disks are the node's"),
    ("rc-local", "what it starts is a container of its own, what it sets belongs to the node"),
    ("logrotate", "the kubelet rotates the logs of containers"),
    ("man-db", "nobody reads manuals in a pod"),
    ("user@", "nobody logs in to a pod"),
    ("keyboard-setup", "a pod has no console"),
    ("console-setup", "a pod has no console"),
    ("udev", "devices are the node's"),
];

/// Why a service needs no container, where it is one of the plumbing of a host.
pub(crate) fn plumbing(service: &str) -> Option<&'static str> {
    PLUMBING.iter().find(|(front, _)| service.starts_with(front)).map(|(_, why)| *why)
}

pub(super) fn add(app: &mut App<'_>) {
    let want = app.want;
    let taken = |name: &str| {
        name == "nginx" || name.starts_with("postfix") || (name.starts_with("php") && name.ends_with("fpm"))
    };
    let services: Vec<Item<'_>> = of(&want, "service").filter(|s| !taken(s.name()) && is_wanted(app, s)).collect();
    for service in services {
        if let Some(component) = unit(app, &service) {
            places::place(app, service.name(), component);
        }
    }
    let processes: Vec<Item<'_>> = of(&want, "process").filter(Item::is_site).collect();
    for process in processes {
        if let Some(component) = process_of(app, &process) {
            app.components.push(component);
        }
    }
}

/// Whether a service is one that people want to run: it is enabled or running, and no plumbing.
fn is_wanted(app: &App<'_>, service: &Item<'_>) -> bool {
    let runs = service.flag("running") == Some(true) || service.flag("enabled") == Some(true);
    let is_masked = service.flag("masked") == Some(true);
    let once = service.text("type").as_deref() == Some("oneshot");
    let by_name = plumbing(service.name()).is_none();
    let decided = app.fates.decided.get(service.id).is_some_and(|f| f.fate.holds());
    runs && !is_masked
        && !once
        && !service.texts("command").is_empty()
        && app.is_carried("service", service.name())
        && (by_name || decided)
        && (service.is_site() || decided)
}

fn unit(app: &App<'_>, service: &Item<'_>) -> Option<Component> {
    let command = service.texts("command").into_iter().next()?;
    let argv = words(command.trim_start_matches(['-', '+', '!', '@', ':']));
    let mut component = Component::new(&plain(service.name(), 50), Of::Unit(service.name().to_owned()), PodOf::Web);
    component.user = service.text("user").and_then(|u| app.user(&u)).filter(|u| u.uid != 0).or_else(|| nobody(app));
    component.packages = packages(app, service.name(), &argv);
    component.directory = service.text("working-directory").filter(|d| d.starts_with('/'));
    let mut env = environment(app, service.name());
    let argv = argv.into_iter().filter(|a| a != "--supervised" && a != "systemd");
    component.argv = argv.map(|word| hidden::in_word(&word, &mut env)).collect();
    component.env = env;
    component.memory = service.texts("limits").iter().find_map(|l| megabytes(l.strip_prefix("MemoryMax=")?));
    component.scratch.extend(["/tmp".to_owned(), "/run".to_owned()]);
    listens(app, &mut component, |p| p.text("service").as_deref() == Some(service.name()));
    Some(component)
}

fn process_of(app: &App<'_>, process: &Item<'_>) -> Option<Component> {
    let command = process.texts("args").into_iter().next()?;
    let argv = words(&command);
    let mut component = Component::new(&plain(process.name(), 50), Of::Process(process.name().to_owned()), PodOf::Web);
    let user = process.texts("user").into_iter().next().and_then(|u| app.user(&u));
    component.user = user.filter(|u| u.uid != 0).or_else(|| nobody(app));
    component.packages = packages(app, process.name(), &argv);
    component.argv = argv.iter().map(|word| hidden::in_word(word, &mut component.env)).collect();
    component.scratch.insert("/tmp".to_owned());
    listens(app, &mut component, |p| p.text("process").as_deref() == Some(process.name()));
    Some(component)
}

/// What ran as root runs as nobody: a pod under the restricted standard has no root.
fn nobody(app: &App<'_>) -> Option<User> {
    Some(app.user("nobody").unwrap_or(User { name: "nobody".to_owned(), uid: 65534, gid: 65534 }))
}

/// The packages of a program: the one of the service's own name, the ones that own what it calls, and PHP's extensions.
pub(super) fn packages(app: &App<'_>, name: &str, argv: &[String]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    if one(&app.want, "package", name).is_some() {
        all.insert(name.to_owned());
    }
    for word in argv.iter().filter(|w| w.starts_with('/')) {
        if let Some(program) = one(&app.want, "executable", word) {
            all.extend(program.text("package"));
            // What it needs although no package says so.
            all.extend(program.texts("libraries").into_iter().filter(|l| one(&app.want, "package", l).is_some()));
        }
        if word.starts_with("/usr/bin/python3") {
            // What a script imports is not known: what the host has of Python's own is there.
            let whole = one(&app.want, "package", "python3").is_some();
            all.insert(if whole { "python3" } else { "python3-minimal" }.to_owned());
        }
    }
    for version in all.clone().iter().filter_map(|p| p.strip_suffix("-cli")).filter(|v| v.starts_with("php")) {
        all.extend(super::fpm::extensions(app, version));
        if one(&app.want, "package", "postfix").is_some() {
            all.insert("postfix".to_owned());
        }
    }
    all
}

/// The variables of a unit.
pub(super) fn environment(app: &App<'_>, service: &str) -> BTreeMap<String, String> {
    let front = format!("service/{service}/");
    let mine = of(&app.want, "env").filter_map(|e| Some((e.name().strip_prefix(&front)?.to_owned(), e.text("value")?)));
    mine.filter(|(name, _)| variable(name)).collect()
}

fn listens(app: &App<'_>, component: &mut Component, mine: impl Fn(&Item<'_>) -> bool) {
    let ports = places::ports(app, mine);
    component.health = ports.iter().next().map(|(port, is_loopback)| places::health(*port, *is_loopback));
    component.ports = ports.into_keys().map(|p| (format!("p{p}"), p)).collect();
}

/// The words of a command line of systemd or a process.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut is_open) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (None, '\'' | '"') => (quote, is_open) = (Some(c), true),
            (Some(q), c) if q == c => quote = None,
            (None, c) if c.is_whitespace() => {
                if is_open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                is_open = false;
            }
            (_, c) => word.push(c),
        }
    }
    if is_open || !word.is_empty() {
        words.push(word);
    }
    words
}

/// A size as systemd writes it, in MiB.
fn megabytes(text: &str) -> Option<u64> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text.get(..at)?.parse().ok()?;
    match text.get(at..)? {
        "" => Some(number.div_ceil(1 << 20)),
        "K" => Some(number.div_ceil(1024)),
        "M" => Some(number),
        "G" => number.checked_mul(1024),
        _ => None,
    }
}
