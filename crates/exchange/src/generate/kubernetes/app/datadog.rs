//! Datadog: its agent once on every node; what `conf.d` asked of this host is noted on the pods, for the agent to find.

use super::App;
use super::component::{Component, Of};
use super::item::{Item, of, one};
use super::places::for_page;
use crate::rules::tenancy::Tenancy;
use crate::spec_file::node::{self, Node, Source, What};
use model::text::SECRET;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The agent, as it is to run on every node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Datadog {
    /// Where the agent sends to.
    pub(crate) site: Option<String>,
    pub(crate) tags: Vec<String>,
    /// The version that the host has, where it is known.
    pub(crate) version: Option<String>,
    pub(crate) takes_logs: bool,
    /// Whether programs send traces to it.
    pub(crate) takes_traces: bool,
    /// Variables that hold what is secret: the text, and the file it was seen in.
    pub(crate) secrets: BTreeMap<String, (String, String)>,
    /// Files of the host that went into it.
    pub(crate) read: BTreeSet<String>,
    /// Checks that are of no container: the name, the file, and what it asks.
    pub(crate) left: Vec<(String, String, String)>,
}

/// The variable of the key.
pub(crate) const KEY: &str = "DD_API_KEY";

/// Where its settings stand.
const PLACES: &[&str] = &["/etc/datadog-agent/", "/etc/dd-agent/"];

pub(super) fn add(app: &mut App<'_>) {
    let is_used = |s: &Item<'_>| {
        (s.name() == "datadog-agent" || s.name() == "dd-agent")
            && (s.flag("enabled") == Some(true) || s.flag("running") == Some(true))
    };
    let Some(service) = of(&app.want, "service").find(is_used) else { return };
    if !app.is_carried("service", service.name()) || app.fates.place(service.name()) == Tenancy::Outside {
        return;
    }
    let mut datadog = Datadog { version: version(app), ..Datadog::default() };
    main(app, &mut datadog);
    let checks = checks(app, &mut datadog);
    let mut notes: BTreeMap<String, BTreeMap<&'static str, Map<String, Value>>> = BTreeMap::new();
    let mut logs: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (check, file, settings) in checks {
        for instance in settings["instances"].as_array().into_iter().flatten() {
            match owner(app, &check, instance) {
                Some(component) => {
                    let known = notes.entry(component).or_default().entry("checks").or_default();
                    let entry = known
                        .entry(check.clone())
                        .or_insert_with(|| json!({"init_config": settings["init_config"].clone(), "instances": []}));
                    if entry["init_config"].is_null() {
                        entry["init_config"] = json!({});
                    }
                    if let Some(instances) = entry["instances"].as_array_mut() {
                        instances.push(asked_from_outside(instance, &file, &mut datadog.secrets));
                    }
                }
                None => datadog.left.push((check.clone(), file.clone(), short(instance))),
            }
        }
        for log in settings["logs"].as_array().into_iter().flatten() {
            let path = log["path"].as_str().unwrap_or_default();
            match app.components.iter().find(|c| c.logs.keys().any(|p| model::id::glob(path, p))) {
                Some(component) if !path.is_empty() => {
                    logs.entry(component.name.clone()).or_default().push(of_log(log, component));
                }
                _ => datadog.left.push((check.clone(), file.clone(), short(log))),
            }
        }
    }
    for component in &mut app.components {
        for (what, checks) in notes.remove(&component.name).unwrap_or_default() {
            let name = format!("ad.datadoghq.com/{}.{what}", component.name);
            component.annotations.insert(name, Value::Object(checks).to_string());
        }
        if let Some(logs) = logs.remove(&component.name) {
            let name = format!("ad.datadoghq.com/{}.logs", component.name);
            component.annotations.insert(name, Value::Array(logs).to_string());
        }
    }
    traces(app, &mut datadog);
    if !datadog.secrets.contains_key(KEY) {
        app.todo.push("The key of Datadog is not in the spec: give it as the Secret of `kube/node`.".to_owned());
    }
    app.datadog = Some(datadog);
}

fn version(app: &App<'_>) -> Option<String> {
    let text = one(&app.want, "package", "datadog-agent")?.texts("versions").into_iter().next()?;
    let text = text.split_once(':').map_or(text.as_str(), |(_, v)| v).split(['-', '~', '+']).next()?.to_owned();
    text.chars().all(|c| c.is_ascii_digit() || c == '.').then_some(text)
}

/// The agent's own settings.
fn main(app: &App<'_>, datadog: &mut Datadog) {
    for (id, bytes) in app.want.contents.iter().filter(|(id, _)| id.kind == "file") {
        let is_main = PLACES.iter().any(|p| id.name == format!("{p}datadog.yaml"));
        let text = String::from_utf8_lossy(bytes);
        let Some(node) = is_main.then(|| yaml(&id.name, &text)).flatten() else { continue };
        datadog.read.insert(id.name.clone());
        let text_of = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        datadog.site = text_of("site").filter(|s| s.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)));
        datadog.takes_logs = text_of("logs_enabled").as_deref() == Some("true");
        datadog.tags = match node.get("tags").map(|n| &n.what) {
            Some(What::List(items)) => items.iter().filter_map(Node::text).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        if let Some(key) = text_of("api_key").filter(|k| k.contains(SECRET)) {
            datadog.secrets.insert(KEY.to_owned(), (key, id.name.clone()));
        }
    }
}

/// Each file of conf.d: the check's name, the file, and what it says.
fn checks(app: &App<'_>, datadog: &mut Datadog) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (id, bytes) in app.want.contents.iter().filter(|(id, _)| id.kind == "file") {
        let Some(rest) = PLACES.iter().find_map(|p| id.name.strip_prefix(p)?.strip_prefix("conf.d/")) else { continue };
        let check = match rest.split_once('/') {
            Some((dir, file)) if file == "conf.yaml" || file == "auto_conf.yaml" => dir.strip_suffix(".d"),
            Some(_) => None,
            None => rest.strip_suffix(".yaml"),
        };
        let text = String::from_utf8_lossy(bytes);
        let (Some(check), Some(node)) = (check, yaml(&id.name, &text)) else { continue };
        datadog.read.insert(id.name.clone());
        all.push((check.to_owned(), id.name.clone(), json_of(&node)));
    }
    all
}

fn yaml(path: &str, text: &str) -> Option<Node> {
    node::read(Source { path, text }).ok().flatten()
}

fn json_of(node: &Node) -> Value {
    match &node.what {
        What::List(items) => items.iter().map(json_of).collect(),
        What::Map(entries) => {
            let pairs = entries.iter().filter_map(|(k, v)| Some((k.text()?.to_owned(), json_of(v))));
            Value::Object(pairs.collect())
        }
        What::Scalar { text, is_plain } => match text.as_str() {
            _ if node.is_null() => Value::Null,
            "true" if *is_plain => json!(true),
            "false" if *is_plain => json!(false),
            _ if *is_plain => text.parse::<i64>().map_or_else(|_| json!(text), |n| json!(n)),
            _ => json!(text),
        },
    }
}

/// The container that a check asked: by the port of this machine that it names, else by its name.
fn owner(app: &App<'_>, check: &str, instance: &Value) -> Option<String> {
    let mut strings = Vec::new();
    gather(instance, &mut strings);
    let port = instance["port"].as_u64().or_else(|| instance["port"].as_str()?.parse().ok());
    let host = instance["host"].as_str().or_else(|| instance["server"].as_str());
    let mut ports: Vec<u16> = strings.iter().filter_map(|s| local_port(s)).collect();
    if host.is_none_or(is_local) {
        ports.extend(port.and_then(|p| u16::try_from(p).ok()));
    }
    let has = |c: &&Component| c.of != Of::Way && c.ports.iter().any(|(_, p)| ports.contains(p));
    if let Some(component) = app.components.iter().find(has) {
        return Some(component.name.clone());
    }
    let asks_elsewhere =
        host.is_some_and(|h| !is_local(h)) || strings.iter().any(|s| s.contains("://") && local_port(s).is_none());
    if asks_elsewhere {
        return None;
    }
    let is_named = |c: &&Component| match &c.of {
        Of::Nginx => check == "nginx",
        Of::Pool(_) => check == "php_fpm",
        Of::Mail => check == "postfix",
        Of::Unit(unit) => {
            let stem = unit.split(['-', '.', '@']).next().unwrap_or(unit);
            stem.len() > 2 && check.starts_with(stem)
        }
        Of::Process(_) | Of::Jobs | Of::Way => false,
    };
    app.components.iter().find(is_named).map(|c| c.name.clone())
}

fn gather<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => out.push(text),
        Value::Array(items) => items.iter().for_each(|v| gather(v, out)),
        Value::Object(map) => map.values().for_each(|v| gather(v, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "0.0.0.0" | "")
}

/// The port of this machine that a URL or an address names.
fn local_port(text: &str) -> Option<u16> {
    let (scheme, rest) = text.split_once("://").map_or((None, text), |(s, r)| (Some(s), r));
    let authority = rest.split(['/', '?']).next()?.rsplit('@').next()?;
    let (host, port) = authority.split_once(':').map_or((authority, None), |(h, p)| (h, Some(p)));
    if !is_local(host) || host.is_empty() {
        return None;
    }
    match (port, scheme) {
        (Some(port), _) => port.parse().ok(),
        (None, Some("https")) => Some(443),
        (None, Some("http")) => Some(80),
        _ => None,
    }
}

/// An instance as the agent of the node asks it: the pod's address in the place of this machine's.
fn asked_from_outside(value: &Value, file: &str, secrets: &mut BTreeMap<String, (String, String)>) -> Value {
    match value {
        Value::String(text) if is_local(text) && !text.is_empty() => json!("%%host%%"),
        Value::String(text) => {
            let text = if local_port(text).is_some() {
                ["localhost", "127.0.0.1", "0.0.0.0"].iter().fold(text.clone(), |t, own| t.replacen(own, "%%host%%", 1))
            } else {
                text.clone()
            };
            json!(super::logs::without_secrets(&text, file, secrets, |v| format!("%%env_{v}%%")))
        }
        Value::Array(items) => items.iter().map(|v| asked_from_outside(v, file, secrets)).collect(),
        Value::Object(map) => {
            let pairs = map.iter().map(|(k, v)| (k.clone(), asked_from_outside(v, file, secrets)));
            Value::Object(pairs.collect())
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other.clone(),
    }
}

/// A log as a container has it: the same source and service, and PHP's records whole.
fn of_log(log: &Value, component: &Component) -> Value {
    let mut out = Map::new();
    for key in ["source", "service", "sourcecategory", "tags", "log_processing_rules"] {
        if !log[key].is_null() {
            out.insert(key.to_owned(), log[key].clone());
        }
    }
    if matches!(component.of, Of::Pool(_)) && log["log_processing_rules"].is_null() {
        let rule = json!([{"type": "multi_line", "name": "php", "pattern": super::logs::PHP_BEGINS}]);
        out.insert("log_processing_rules".to_owned(), rule);
    }
    Value::Object(out)
}

/// Programs that send traces find the agent on their node.
fn traces(app: &mut App<'_>, datadog: &mut Datadog) {
    let is_traced = of(&app.want, "php-extension").any(|e| e.name().ends_with(":ddtrace"))
        || one(&app.want, "package", "datadog-php-tracer").is_some();
    if !is_traced {
        return;
    }
    datadog.takes_traces = true;
    for component in app.components.iter_mut().filter(|c| c.packages.iter().any(|p| p.starts_with("php"))) {
        component.downward.insert("DD_AGENT_HOST".to_owned(), "status.hostIP");
    }
}

/// What a check asks, on one line.
fn short(value: &Value) -> String {
    let text: String = value.to_string().chars().take(200).collect();
    text.replace(SECRET, "secret:")
}

/// The lines of checks that are of no container, for people.
pub(crate) fn left(app: &App<'_>) -> Vec<String> {
    let all = app.datadog.iter().flat_map(|d| d.left.iter());
    all.map(|(check, file, asks)| format!("- Datadog {} of {}: {}", for_page(check), for_page(file), for_page(asks)))
        .collect()
}
