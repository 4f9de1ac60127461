//! Where middleware runs on the platform, and what follows from that: when it starts, when it counts as ready, and how
//! it must end so that no request, no mail and no line of a log is lost.

use super::{Host, One, Platform, Review};
use crate::rules::decisions::Decisions;
use model::decision::Fate;
use model::id::glob;
use std::collections::BTreeSet;

/// Where a service is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tenancy {
    /// A container of its own in the application's pod.
    Container,
    /// A native sidecar in the application's pod: started before it and ended after it.
    Sidecar,
    /// A Deployment with a Service, one for all.
    Shared,
    /// A StatefulSet with a Service and a volume that follows it, one for all.
    Stateful,
    /// Once on every node: a DaemonSet.
    Node,
    /// Not in the cluster.
    Outside,
}

impl Tenancy {
    /// Every one.
    pub const ALL: [Tenancy; 6] =
        [Tenancy::Container, Tenancy::Sidecar, Tenancy::Shared, Tenancy::Stateful, Tenancy::Node, Tenancy::Outside];

    /// The word used in every file and output.
    pub fn name(self) -> &'static str {
        match self {
            Tenancy::Container => "container",
            Tenancy::Sidecar => "sidecar",
            Tenancy::Shared => "shared",
            Tenancy::Stateful => "stateful",
            Tenancy::Node => "node",
            Tenancy::Outside => "outside",
        }
    }

    /// The place of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tenancy| tenancy.name() == word)
    }
}

/// What a service does for others, which says what it must not lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// It answers requests from outside.
    Web,
    /// It runs the code of the application.
    Interpreter,
    /// It takes in mail and sends it on.
    Mail,
    /// It keeps data.
    Store,
    /// It takes in lines of logs.
    Logs,
    /// It watches.
    Watch,
    /// Everything else: it works on something.
    Worker,
}

/// A service that needs a place.
#[derive(Debug, Clone)]
pub struct Middleware<'h> {
    /// The service.
    pub service: One<'h>,
    /// What it does.
    pub task: Task,
    /// The ports at which it waits.
    pub ports: Vec<String>,
    /// Where such a service is usually put.
    pub usual: Tenancy,
}

/// What follows from a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifeCycle {
    /// When it starts.
    pub start: String,
    /// When it counts as ready.
    pub readiness: String,
    /// What it does before it ends; none where it is not the pod's.
    pub pre_stop: Option<String>,
    /// How many seconds it must be given to end; none where it is not the cluster's.
    pub grace_seconds: Option<u32>,
    /// What is lost where that is not heeded.
    pub otherwise: String,
}

/// Services by their names: what they do, and where they are usually put.
#[rustfmt::skip]
const KNOWN: &[(&[&str], Task, Tenancy)] = &[
    (&["nginx", "apache2", "httpd", "caddy", "lighttpd", "varnish", "openresty"], Task::Web, Tenancy::Container),
    (&["php*-fpm", "php-fpm", "php-fpm*", "puma*", "unicorn*", "gunicorn*", "uwsgi*", "tomcat*"], Task::Interpreter, Tenancy::Container),
    (&["postfix*", "exim*", "sendmail", "nullmailer", "opensmtpd"], Task::Mail, Tenancy::Shared),
    (&["mysql*", "mariadb*", "postgresql*", "mongod*", "cassandra", "elasticsearch", "opensearch", "couchdb", "influxdb"], Task::Store, Tenancy::Outside),
    (&["redis*", "valkey*", "memcached*", "rabbitmq-server", "beanstalkd", "kafka", "zookeeper", "etcd"], Task::Store, Tenancy::Shared),
    (&["td-agent*", "fluentd", "fluent-bit", "filebeat", "promtail", "vector", "logstash", "awslogs*", "amazon-cloudwatch-agent"], Task::Logs, Tenancy::Node),
    (&["datadog-agent*", "newrelic-infra", "prometheus-node-exporter", "node_exporter", "wazuh*", "falcon-sensor"], Task::Watch, Tenancy::Node),
    (&["newrelic-daemon", "*exporter*"], Task::Watch, Tenancy::Sidecar),
];

/// How long a pod takes to be taken out of every proxy's list, in seconds: so long it must still answer.
const DRAIN: u32 = 5;

/// The grace period of a pod where nothing is said.
const DEFAULT_GRACE: u32 = 30;

/// The services that need a place: those that are used and are not dropped or the node's.
pub fn middleware<'h>(host: &Host<'h>, review: &Review) -> Vec<Middleware<'h>> {
    let is_used = |one: &One<'h>| {
        let is = |property| one.flag(property) == Some(true);
        is("running") || is("enabled")
    };
    let services = host.of("service").filter(is_used).filter(|one| {
        let is_known = KNOWN.iter().any(|(names, ..)| names.iter().any(|name| glob(name, one.name())));
        match review.fate(one.id) {
            Some(Fate::Keep | Fate::Adapt | Fate::Block) => is_known || one.text("type").as_deref() != Some("oneshot"),
            // What is replaced by a part of the platform needs no place; by another one of its kind, it does.
            Some(Fate::Replace) => is_known,
            Some(Fate::Drop | Fate::Node) | None => false,
        }
    });
    services.map(|service| of_service(host, service)).collect()
}

fn of_service<'h>(host: &Host<'h>, service: One<'h>) -> Middleware<'h> {
    let is_its = |port: &One<'_>| port.text("service").is_some_and(|s| s.split('@').next() == Some(service.name()));
    let ports: Vec<String> = host.of("port").filter(is_its).map(|port| port.name().to_owned()).collect();
    let known = KNOWN.iter().find(|(names, ..)| names.iter().any(|name| glob(name, service.name())));
    let (task, usual) = match known {
        Some((_, task, usual)) => (*task, *usual),
        // What nobody connects to needs no Service, and scales by itself.
        None if ports.is_empty() => (Task::Worker, Tenancy::Shared),
        None => (Task::Worker, Tenancy::Container),
    };
    Middleware { service, task, ports, usual }
}

impl Middleware<'_> {
    /// Where it is to run, as a person decided, or as it is usually put.
    pub fn tenancy(&self, decisions: &Decisions) -> Tenancy {
        decisions.tenancy.get(self.service.name()).map_or(self.usual, |placed| placed.tenancy)
    }

    /// What follows from a place.
    pub fn life_cycle(&self, tenancy: Tenancy, host: &Host<'_>, platform: &Platform) -> LifeCycle {
        let (pre_stop, grace) = self.ending(host);
        let is_ours = tenancy != Tenancy::Outside;
        LifeCycle {
            start: self.start(tenancy, platform),
            readiness: self.readiness(tenancy),
            pre_stop: is_ours.then_some(pre_stop),
            grace_seconds: is_ours.then_some(grace),
            otherwise: self.otherwise(tenancy).to_owned(),
        }
    }

    fn start(&self, tenancy: Tenancy, platform: &Platform) -> String {
        match tenancy {
            Tenancy::Container => "with the other containers of the pod, in no order: it must wait for what it needs".into(),
            Tenancy::Sidecar if platform.minor >= 29 => {
                "before the containers of the pod, once its startupProbe succeeds (initContainers with restartPolicy Always)".into()
            }
            Tenancy::Sidecar => format!(
                "as a container among others: native sidecars are on by default since 1.29, and this is {}",
                platform.version()
            ),
            Tenancy::Shared => "by itself: who needs it must wait for its Service, and connect again".into(),
            Tenancy::Stateful => {
                "by itself, under one name and with its volume, never two at a time: who needs it must wait, and connect again".into()
            }
            Tenancy::Node => "with the node; a pod may start before it, and must not fail without it".into(),
            Tenancy::Outside => "it is there already: prove that the pods reach it (an initContainer may wait for it)".into(),
        }
    }

    fn readiness(&self, tenancy: Tenancy) -> String {
        let port = self.ports.first().and_then(|port| port.rsplit(':').next()).unwrap_or("its port").to_owned();
        if tenancy == Tenancy::Outside {
            return "none: a pod is not to be taken out because something outside is away".to_owned();
        }
        match self.task {
            Task::Web => format!("a GET of a health URL at {port}"),
            Task::Interpreter => "its ping path, asked over FastCGI or through the web server".to_owned(),
            Task::Mail => format!("the greeting 220 at port {port}"),
            Task::Store => format!("its own ping at {port}, with its data loaded"),
            Task::Logs | Task::Watch => "its own health page; its absence must not stop the application".to_owned(),
            Task::Worker if self.ports.is_empty() => {
                "none: nothing connects to it; a livenessProbe that it still works".to_owned()
            }
            Task::Worker => format!("a connection to {port}"),
        }
    }

    /// What it must do before it ends, and in how many seconds.
    fn ending(&self, host: &Host<'_>) -> (String, u32) {
        let longest = longest_request(host);
        match self.task {
            Task::Web => (
                format!(
                    "sleep {DRAIN}, then nginx -s quit or its like: it ends requests, the longest take {longest} s here"
                ),
                DRAIN + longest + 5,
            ),
            Task::Interpreter => (
                format!("sleep {DRAIN}, then SIGQUIT: it ends what it does, the longest takes {longest} s here"),
                DRAIN + longest + 5,
            ),
            Task::Mail => (
                "take in no more, flush, and wait until the queue is empty or on a volume".to_owned(),
                (2 * DEFAULT_GRACE).max(longest),
            ),
            Task::Store => ("save to its volume and end its connections".to_owned(), 2 * DEFAULT_GRACE),
            Task::Logs => {
                ("end after all others, flush what is in its buffers".to_owned(), DEFAULT_GRACE.max(longest + 10))
            }
            Task::Watch => ("end after all others, send what is in its buffers".to_owned(), DEFAULT_GRACE),
            Task::Worker => {
                let seconds = stop_seconds(host, self.service).unwrap_or(DEFAULT_GRACE);
                (format!("SIGTERM: end the piece of work at hand within {seconds} s, take no other"), seconds)
            }
        }
    }

    fn otherwise(&self, tenancy: Tenancy) -> &'static str {
        match (self.task, tenancy) {
            (Task::Web | Task::Interpreter, _) => "requests that arrive while the pod ends are refused or cut",
            (Task::Mail, Tenancy::Container | Tenancy::Sidecar) => {
                "mail in its queue is lost with the pod, unless the queue is on a volume or empty"
            }
            (Task::Mail, _) => "mail that cannot be handed over fails at the application: it must try again",
            (Task::Store, Tenancy::Container | Tenancy::Sidecar) => {
                "each pod has data of its own, or several write to one volume"
            }
            (Task::Store, Tenancy::Node) => "each node has data of its own, gone with the pod",
            (Task::Store, _) => "what was not saved is lost",
            (Task::Logs, Tenancy::Container) => "the last lines of the other containers are lost when it ends first",
            (Task::Logs, _) => "lines in its buffers are lost",
            (Task::Watch, _) => "the last measurements are lost",
            (Task::Worker, _) => "the piece of work at hand is done twice, or not at all",
        }
    }
}

/// How many seconds a service needs to end so that nothing of it is lost; what a pod gets anyway where it is unknown.
pub fn grace_seconds(host: &Host<'_>, service: &str) -> u32 {
    host.get("service", service).map_or(DEFAULT_GRACE, |one| of_service(host, one).ending(host).1)
}

/// What a service does for others.
pub fn task(host: &Host<'_>, service: &str) -> Task {
    host.get("service", service).map_or(Task::Worker, |one| of_service(host, one).task)
}

/// How long requests may take on this host, in seconds: by the pools of PHP and the time limits of nginx.
pub fn longest_request(host: &Host<'_>) -> u32 {
    let pools = host.of("php-pool").filter_map(|one| one.text("request-terminate-timeout"));
    let timeout = |one: &One<'_>| {
        let directive = one.name().rsplit('/').next().unwrap_or_default();
        one.is_site() && matches!(directive, "fastcgi_read_timeout" | "proxy_read_timeout" | "uwsgi_read_timeout")
    };
    let nginx = host.of("nginx").filter(timeout).filter_map(|one| one.text("value"));
    let longest = pools.chain(nginx).filter_map(|time| seconds(&time)).max().unwrap_or_default();
    if longest == 0 { DEFAULT_GRACE } else { longest.min(3600) }
}

/// What a unit says of how long it may take to end.
fn stop_seconds(host: &Host<'_>, service: One<'_>) -> Option<u32> {
    let unit = format!("/{}.service", service.name());
    let is_of = |file: One<'_>| file.name().contains(&unit);
    let lines = host.lines().filter(|line| is_of(line.file));
    let said: Vec<u32> = lines.filter_map(|line| seconds(line.text.strip_prefix("TimeoutStopSec=")?)).collect();
    said.last().copied()
}

/// A time as nginx, PHP-FPM and systemd write it, in seconds.
fn seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let number: u32 = digits.parse().ok()?;
    match text.get(digits.len()..)?.trim() {
        "" | "s" | "sec" => Some(number),
        "ms" => Some(number.div_ceil(1000)),
        "m" | "min" => number.checked_mul(60),
        "h" | "hr" => number.checked_mul(3600),
        _ => None,
    }
}

/// The services that a person gave a place, and that no longer need one.
pub fn homeless(middleware: &[Middleware<'_>], decisions: &Decisions) -> Vec<String> {
    let there: BTreeSet<&str> = middleware.iter().map(|m| m.service.name()).collect();
    decisions.tenancy.keys().filter(|name| !there.contains(name.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Contents, RULES, decided};
    use crate::spec_file::parse::parse;
    use model::id::ResourceId;

    #[test]
    fn times_are_read_as_they_are_written() {
        for (text, expected) in [
            ("60s", Some(60)),
            ("2m", Some(120)),
            ("1500ms", Some(2)),
            ("90", Some(90)),
            ("1min", Some(60)),
            ("x", None),
            ("3 fortnights", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn what_follows_rests_on_what_the_host_shows() {
        let text = "repot: 1\nservice:\n  nginx: {running: true, enabled: true}\n  php8.2-fpm: {running: true}\n  postfix: {enabled: true}\n  worker: {running: true, command: [/srv/w]}\n  ssh: {running: true}\nport:\n  \"tcp:80\": {service: nginx, process: nginx}\nphp-pool:\n  www: {request-terminate-timeout: \"90s\"}\nfile:\n  /etc/systemd/system/worker.service: {filetype: file}\n";
        let spec = parse(&[("spec/web/site.yaml".to_owned(), text.to_owned())]).unwrap().spec;
        let unit = ResourceId::new("file", "/etc/systemd/system/worker.service");
        let contents = Contents::from([(unit, b"[Service]\nTimeoutStopSec=2min\n".to_vec())]);
        let host = Host::new(&spec, &contents, 1);
        let platform = Platform::default();
        let review = decided(&host, &platform, RULES, &Decisions::default());
        let all = middleware(&host, &review);
        let names: Vec<&str> = all.iter().map(|m| m.service.name()).collect();
        assert_eq!(names, ["nginx", "php8.2-fpm", "postfix", "worker"], "what is dropped needs no place");
        let of = |name: &str| all.iter().find(|m| m.service.name() == name).unwrap();
        let web = of("nginx").life_cycle(Tenancy::Container, &host, &platform);
        assert_eq!(web.grace_seconds, Some(100));
        assert!(web.readiness.contains("80"), "{web:?}");
        assert_eq!(of("worker").life_cycle(Tenancy::Shared, &host, &platform).grace_seconds, Some(120));
        let outside = of("postfix").life_cycle(Tenancy::Outside, &host, &platform);
        assert_eq!((outside.pre_stop, outside.grace_seconds), (None, None));
        let old = Platform { minor: 28, ..platform };
        assert!(of("postfix").life_cycle(Tenancy::Sidecar, &host, &old).start.contains("since 1.29"));
    }
}
