//! The collector of logs, once on every node: it reads what containers say, gives it the tags that the host's collector
//! gave the files, and goes on with that collector's own parsers, filters and outputs.
//!
//! A line of a container carries what the runtime puts before it, and whether it came from the output or the errors. By
//! these two a log of the host is told from others: one container, one stream, one tag.

mod fluent_bit;
mod fluentd;

use super::component::{Component, Of, PodOf};
use super::item::{Item, of};
use super::places::for_page;
use super::{App, hidden};
use crate::rules::tenancy::Tenancy;
use model::id::{ResourceId, glob};
use std::collections::{BTreeMap, BTreeSet};

/// How a record of PHP's own logs begins: what follows without that belongs to it.
pub(super) const PHP_BEGINS: &str = r"\[\d{2}-[A-Z][a-z]{2}-\d{4} \d{2}:\d{2}:\d{2}";

/// Which collector it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Fluentd,
    FluentBit,
}

/// The collector.
#[derive(Debug, Clone)]
pub(crate) struct Collector {
    pub(crate) program: Program,
    /// The version that the host has, where it is known.
    pub(crate) version: Option<String>,
    /// Its files, by name.
    pub(crate) files: BTreeMap<String, String>,
    /// Variables that hold what is secret in them: the text, and the file it was seen in.
    pub(crate) secrets: BTreeMap<String, (String, String)>,
    /// Plugins that people added: names and versions of gems.
    pub(crate) plugins: BTreeMap<String, String>,
    /// Files of the host that went into it.
    pub(crate) read: BTreeSet<String>,
}

/// A log of the host that the collector read, and where it is now.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: String,
    /// What a container's files begin with on a node, as a pattern.
    pub(super) files: String,
    pub(super) stream: &'static str,
    pub(super) is_php: bool,
}

/// Where the settings of each stand, and the file that is read first.
const PLACES: &[(Program, &[&str], &[&str])] = &[
    (
        Program::Fluentd,
        &["/etc/td-agent/", "/etc/fluent/", "/etc/fluentd/"],
        &[
            "/etc/td-agent/td-agent.conf",
            "/etc/fluent/fluentd.conf",
            "/etc/fluent/fluent.conf",
            "/etc/fluentd/fluent.conf",
        ],
    ),
    (
        Program::FluentBit,
        &["/etc/fluent-bit/", "/etc/td-agent-bit/"],
        &["/etc/fluent-bit/fluent-bit.conf", "/etc/td-agent-bit/td-agent-bit.conf"],
    ),
];

/// Services of each.
fn is_its(program: Program, service: &str) -> bool {
    match program {
        Program::Fluentd => matches!(service, "td-agent" | "fluentd"),
        Program::FluentBit => matches!(service, "fluent-bit" | "td-agent-bit"),
    }
}

/// Reads the host's collector, if it has one that is used and stays in the cluster.
pub(super) fn add(app: &mut App<'_>) {
    for (program, places, mains) in PLACES {
        let is_used = |s: &Item<'_>| s.flag("enabled") == Some(true) || s.flag("running") == Some(true);
        let service = of(&app.want, "service").find(|s| is_its(*program, s.name()) && is_used(s));
        let Some(service) = service.filter(|s| app.is_carried("service", s.name())) else { continue };
        let name = service.name().to_owned();
        match app.fates.places.get(&name).map(|p| p.tenancy) {
            Some(Tenancy::Outside) => continue,
            Some(tenancy @ (Tenancy::Container | Tenancy::Sidecar | Tenancy::Shared | Tenancy::Stateful)) => {
                app.todo.push(format!(
                    "{} was to run elsewhere ({}), and runs on every node: only there are the files of all containers.",
                    for_page(&name),
                    tenancy.name()
                ));
            }
            Some(Tenancy::Node) | None => {}
        }
        let texts = texts(app, places);
        let Some(main) = mains.iter().find(|m| texts.contains_key(**m)) else {
            app.todo.push(format!(
                "The settings of {} are not kept in the spec, so that no collector is made of them.",
                for_page(&name)
            ));
            continue;
        };
        let (mut collector, notes) = match program {
            Program::Fluentd => fluentd::collector(app, &texts, main),
            Program::FluentBit => fluent_bit::collector(app, &texts, main),
        };
        collector.version =
            version(app, &[&name, "td-agent", "fluentd", "gem:fluentd", "fluent-package", "fluent-bit"]);
        app.todo.extend(notes);
        app.collector = Some(collector);
        return;
    }
}

fn version(app: &App<'_>, packages: &[&str]) -> Option<String> {
    let found = packages.iter().find_map(|p| super::item::one(&app.want, "package", p))?;
    let version = found.texts("versions").into_iter().next()?;
    let version = version.split_once(':').map_or(version.as_str(), |(_, v)| v);
    let version = version.split(['-', '+', '~']).next()?.to_owned();
    version.chars().all(|c| c.is_ascii_digit() || c == '.').then_some(version)
}

/// The contents of the settings.
fn texts(app: &App<'_>, places: &[&str]) -> BTreeMap<String, String> {
    let is_its = |id: &&ResourceId| id.kind == "file" && places.iter().any(|p| id.name.starts_with(p));
    let kept = app.want.contents.iter().filter(|(id, _)| is_its(id));
    kept.map(|(id, bytes)| (id.name.clone(), String::from_utf8_lossy(bytes).into_owned())).collect()
}

/// The files that a file includes, by its pattern.
pub(super) fn included<'t>(texts: &'t BTreeMap<String, String>, from: &str, pattern: &str) -> Vec<&'t String> {
    let dir = from.rsplit_once('/').map_or("", |(dir, _)| dir);
    let pattern = if pattern.starts_with('/') { pattern.to_owned() } else { format!("{dir}/{pattern}") };
    texts.keys().filter(|path| glob(&pattern, path)).collect()
}

/// Where logs are now that the host's collector read by patterns. The second list is what has no place, with the reason.
pub(super) fn find(
    app: &App<'_>,
    patterns: &str,
    taken: &mut BTreeMap<(String, &'static str), String>,
) -> (Vec<Found>, Vec<String>) {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for pattern in patterns.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let mut is_somewhere = false;
        for component in &app.components {
            for (path, to) in component.logs.iter().filter(|(path, _)| glob(pattern, path)) {
                is_somewhere = true;
                let stream = if to.ends_with("stdout") { "stdout" } else { "stderr" };
                let files = files(app, component);
                match taken.get(&(files.clone(), stream)) {
                    Some(other) if other != path => notes.push(format!(
                        "{} and {} go to the same output of container {}: both have the tag of the first.",
                        for_page(other),
                        for_page(path),
                        for_page(&component.name)
                    )),
                    Some(_) => {}
                    None => {
                        taken.insert((files.clone(), stream), path.clone());
                        let is_php = matches!(component.of, Of::Pool(_));
                        found.push(Found { path: path.clone(), files, stream, is_php });
                    }
                }
            }
        }
        if !is_somewhere {
            notes.push(format!(
                "The collector read {}, which no container writes to its output: let the application write there, or say that it may go.",
                for_page(pattern)
            ));
        }
    }
    (found, notes)
}

/// The files of a container's output on a node: POD_NAMESPACE_CONTAINER-ID.log, the id in 64 digits.
fn files(app: &App<'_>, component: &Component) -> String {
    let (pod, name) = match &component.pod {
        PodOf::Web => (format!("{}-web-*", app.name), component.name.as_str()),
        PodOf::Mail => (format!("{}-mail-*", app.name), component.name.as_str()),
        PodOf::Own(own) => (format!("{}-{own}-*", app.name), component.name.as_str()),
        PodOf::Job => ("*".to_owned(), "job"),
    };
    let is_longer = |c: &Component| c.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    let id = if app.components.iter().any(is_longer) { "?".repeat(64) } else { "*".to_owned() };
    format!("/var/log/containers/{pod}_{}-*_{name}-{id}.log", app.name)
}

/// A tag in which a star stands for the path.
pub(super) fn tag(tag: &str, path: &str) -> String {
    tag.replace('*', &path.trim_matches('/').replace('/', "."))
}

/// Takes secrets out of a value: what is left has a variable in the place of each.
pub(super) fn without_secrets(
    value: &str,
    seen_in: &str,
    secrets: &mut BTreeMap<String, (String, String)>,
    variable: impl Fn(&str) -> String,
) -> String {
    hidden::replaced(value, |_, fingerprint| {
        let known = secrets.iter().find(|(_, (known, _))| *known == fingerprint).map(|(name, _)| name.clone());
        let name = known.unwrap_or_else(|| format!("SECRET_{}", secrets.len() + 1));
        let shown = variable(&name);
        secrets.insert(name, (fingerprint.to_owned(), seen_in.to_owned()));
        shown
    })
}
