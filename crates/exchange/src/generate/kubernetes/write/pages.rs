//! Pages for people: what is left to do, where every entry of the spec ended, and what the old monitoring asked.

use crate::generate::ansible::safe_path;
use crate::generate::kubernetes::account::Account;
use crate::generate::kubernetes::app::component::PodOf;
use crate::generate::kubernetes::app::datadog;
use crate::generate::kubernetes::app::files::revision;
use crate::generate::kubernetes::app::item::Item;
use crate::generate::kubernetes::app::names::word;
use crate::generate::kubernetes::app::places::service_name;
use crate::generate::kubernetes::app::{App, Volume};
use model::decision::Fate;
use model::text::for_terminal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Text of a host within a page.
fn code(text: &str) -> String {
    format!("`{}`", for_terminal(text).replace('`', "'"))
}

/// Writes them.
pub(crate) fn write(app: &App<'_>, accounts: &[(Item<'_>, Account)], files: &mut BTreeMap<String, Vec<u8>>) {
    files.insert("README.md".to_owned(), readme(app).into_bytes());
    files.insert("ACCOUNT.md".to_owned(), page(accounts).into_bytes());
    files.insert("account.json".to_owned(), format!("{:#}\n", machine(app, accounts)).into_bytes());
    let monitoring = monitoring(app);
    if !monitoring.is_empty() {
        files.insert("MONITORING.md".to_owned(), monitoring.into_bytes());
    }
}

fn readme(app: &App<'_>) -> String {
    let mut out = format!(
        "# {} on Kubernetes\n\nMade by `repot generate kubernetes` of `spec/{}`. Edit the files: what you change stays, and where repot would write\n\
         otherwise the new file is written beside yours, as FILE.new.\n\n\
         | | |\n|---|---|\n| `images/` | a Containerfile an image: `podman build -t {0}-base -f images/base/Containerfile images`, then the others |\n\
         | `kube/` | `kubectl apply -k kube/overlays/staging` |\n| `helm/` | the same as a chart |\n\
         | `kube/secrets/` | the Secrets that must be there first: names and keys, the values are yours |\n\
         | `holds/` | what of the spec holds in which container: `repot verify pod:NAMESPACE/POD/CONTAINER --spec holds/CONTAINER.yaml` |\n\
         | `ACCOUNT.md` | where every entry of the spec ended, with the reason |\n\n",
        app.name,
        for_terminal(app.want.role)
    );
    out.push_str("## What is left to do\n\n");
    for (n, text) in (1..).zip(left(app)) {
        writeln!(out, "{n}. {text}").ok();
        // The first is of these, where there are any.
        for (path, is_tree) in app.payload.iter().filter(|_| n == 1) {
            writeln!(out, "   - {}{}", code(path), if *is_tree { tree(app, path) } else { String::new() }).ok();
        }
    }
    out
}

/// How a tree is given.
fn tree(app: &App<'_>, path: &str) -> String {
    let Some(revision) = revision(app, path) else { return " (a tree, as .tar.gz)".to_owned() };
    let last = path.rsplit('/').next().unwrap_or_default();
    let to = format!("images/payload/{}.tar.gz", safe_path(path));
    let command = format!("git archive --prefix={} --output={} {revision}", word(&format!("{last}/")), word(&to));
    format!(
        " (a tree, as .tar.gz; deployed from {revision}: {} makes it without what was added on the host)",
        code(&command)
    )
}

/// What a person has to do, one thing each; to give files and trees is the first, where there are any.
fn left(app: &App<'_>) -> Vec<String> {
    let mut left = Vec::new();
    if !app.payload.is_empty() {
        left.push("Put what the spec knows only by its digest into `images/payload/` (`repot try kubernetes --payload-from TARGET` does), or build the application from its revision:".to_owned());
    }
    let secrets = super::manifests::secrets(app);
    if !secrets.is_empty() {
        left.push(format!(
            "Make the Secrets {}: from `kube/secrets/`, or with `kube/components/external-secrets`.",
            secrets.iter().map(|s| code(s)).collect::<Vec<_>>().join(", ")
        ));
    }
    left.extend(app.volumes.iter().map(|(name, volume)| {
        let gives = |group: u64| {
            format!(
                " Jobs that were root's work there and are no longer root: give all of it to group {group} (`chgrp -R {group}`, `chmod -R g+rwX`)."
            )
        };
        format!(
            "Volume {}: {}. Copy {} of the host into it, owners by number and all (`tar --numeric-owner`), and say how large it is to be.{}",
            code(name),
            volume.about,
            code(&volume.path),
            volume.group.map(gives).unwrap_or_default()
        )
    }));
    if !app.volumes.is_empty() {
        left.push("Volumes are ReadWriteMany, because pods take over from each other. Name a storage class that has it; a database file (SQLite) needs one that locks.".to_owned());
    }
    if app.components.iter().any(|c| c.of == crate::generate::kubernetes::app::component::Of::Mail) {
        left.push("Postfix needs root, with eight capabilities of the baseline standard; all else is restricted. An outside relay that takes mail without a queue of yours would make it superfluous.".to_owned());
    }
    let unmeasured: Vec<String> = app.components.iter().filter(|c| c.memory.is_none()).map(|c| code(&c.name)).collect();
    if !unmeasured.is_empty() {
        left.push(format!(
            "Memory of {} is not known from the host: 512Mi is a guess. Measure and set it.",
            unmeasured.join(", ")
        ));
    }
    for (host, port, _) in app.hosts.iter().filter(|(h, ..)| h.starts_with("*.")) {
        left.push(format!("{} on {port} is a wildcard: your ingress has to take such names.", code(host)));
    }
    left.extend(app.jobs.iter().filter(|j| !j.notes.is_empty()).map(|job| {
        format!(
            "Job {} ({}): {}.",
            code(&job.name),
            code(&job.subject),
            job.notes.iter().map(|n| for_terminal(n).into_owned()).collect::<Vec<_>>().join("; ")
        )
    }));
    if app.collector.is_some() || app.datadog.is_some() {
        left.push(format!(
            "What runs on every node is apart: give its Secrets in the namespace {}, then `kubectl apply -k kube/node`, once for the cluster.",
            code(&super::node::namespace(app))
        ));
    }
    for (name, own) in &app.own {
        let ways: Vec<String> = own.ports.keys().map(|port| code(&format!("127.0.0.1:{port}"))).collect();
        if !ways.is_empty() {
            left.push(format!(
                "{} has a pod of its own ({}). In the application's pods {} is carried to the Service {}; name that in the \
                 application's settings, and the containers `to-…` can go.",
                code(&own.service),
                own.tenancy.name(),
                ways.join(", "),
                code(&service_name(app, name))
            ));
        }
    }
    left.extend(app.todo.iter().cloned());
    left.push("A job may run twice or not at all now and then: each should bear it.".to_owned());
    left
}

fn page(accounts: &[(Item<'_>, Account)]) -> String {
    let made = accounts.iter().filter(|(_, a)| matches!(a, Account::Made(_))).count();
    let mut out = format!(
        "# Where every entry of the spec ended\n\n{} entries: {made} in artefacts, {} in a decision with a reason, 0 unexplained.\n",
        accounts.len(),
        accounts.len() - made
    );
    let mut by: BTreeMap<(Fate, String), Vec<String>> = BTreeMap::new();
    for (item, account) in accounts {
        let key = match account {
            Account::Made(made) => (made.fate, made.artefacts.join(", ")),
            Account::Left(fated) => (fated.fate, fated.because.clone()),
        };
        by.entry(key).or_default().push(item.id.to_string());
    }
    for ((fate, what), ids) in by {
        writeln!(out, "\n## {}: {}\n", fate.name(), for_terminal(&what)).ok();
        for id in ids {
            writeln!(out, "- {}", code(&id)).ok();
        }
    }
    out
}

/// The same for machines; `repot try kubernetes` and the tests read it.
fn machine(app: &App<'_>, accounts: &[(Item<'_>, Account)]) -> Value {
    let one = |(item, account): &(Item<'_>, Account)| match account {
        Account::Made(made) => {
            let otherwise: BTreeMap<&str, &str> = made
                .otherwise
                .iter()
                .filter(|(p, _)| item.entry.claims.contains_key(p))
                .map(|(p, w)| (p.as_str(), w.as_str()))
                .collect();
            json!({"subject": item.id.to_string(), "fate": made.fate.name(), "artefacts": made.artefacts, "holds": made.holds, "otherwise": otherwise})
        }
        Account::Left(fated) => {
            json!({"subject": item.id.to_string(), "fate": fated.fate.name(), "because": fated.because})
        }
    };
    let secrets: BTreeMap<String, Value> = super::secrets::wanted(app)
        .into_iter()
        .map(|(name, wanted)| {
            let keys: BTreeMap<String, Value> = wanted
                .keys
                .into_iter()
                .map(|(key, source)| {
                    (
                        key,
                        match source {
                            super::secrets::Source::File(path) => json!({"file": path}),
                            super::secrets::Source::Value { text, seen_in } => {
                                json!({"text": text, "seen-in": seen_in})
                            }
                        },
                    )
                })
                .collect();
            (name, json!(keys))
        })
        .collect();
    let images: Vec<&str> = app.images().into_iter().map(|c| c.image.as_str()).collect();
    // The queue of mail begins empty: what is in the old one is the old host's to deliver.
    let is_copied = |path: &str| path != crate::generate::kubernetes::app::mail::SPOOL;
    let volume = |v: &Volume| json!({"path": v.path, "copied": is_copied(&v.path), "group": v.group});
    let volumes: BTreeMap<&String, Value> = app.volumes.iter().map(|(name, v)| (name, volume(v))).collect();
    json!({
        "repot": "account", "version": 1, "role": app.want.role, "name": app.name, "images": images, "volumes": volumes,
        "pods": app.pods().iter().map(|pod| pod_of(app, pod)).collect::<Vec<_>>(),
        "payload": app.payload, "secrets": secrets, "left": left(app), "entries": accounts.iter().map(one).collect::<Vec<_>>(),
    })
}

/// A pod that runs all the time: the file it stands in, and the name under which others ask it.
fn pod_of(app: &App<'_>, pod: &PodOf) -> Value {
    let service = match pod {
        PodOf::Own(name) => Some(service_name(app, name)),
        PodOf::Web | PodOf::Mail | PodOf::Job => None,
    };
    json!({"file": app.file_of(pod), "service": service})
}

/// What could ask the same of the pods.
fn candidate(check: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|w| check.contains(w));
    if has(&["check_http", "curl ", "wget ", "http://", "https://"]) {
        "a readiness or liveness probe, if it asks this host; else a monitor from outside"
    } else if has(&["check_tcp", "check_ping", "check_dns", "check_smtp", "check_mysql", "check_pgsql", "check_redis"])
    {
        "a probe of the service that it asks, or a monitor from outside"
    } else if has(&[
        "check_load",
        "check_disk",
        "check_swap",
        "check_users",
        "check_procs",
        "check_ntp",
        "vfs.",
        "system.",
    ]) {
        "an alert of the nodes"
    } else {
        "a metric of the application, with an alert"
    }
}

/// What the old monitoring asked of the host: candidates for probes and alerts.
fn monitoring(app: &App<'_>) -> String {
    let mut lines = Vec::new();
    for (id, bytes) in app.want.contents.iter().filter(|(id, _)| id.kind == "file") {
        let text = String::from_utf8_lossy(bytes);
        for line in text.lines().map(str::trim) {
            let is_check = (line.starts_with("command[") && id.name.contains("nrpe"))
                || (line.starts_with("UserParameter=") && id.name.contains("zabbix"))
                || (line.starts_with("check ") && id.name.contains("monit"));
            if is_check {
                lines.push(format!("- {}: {} → {}", code(&id.name), code(line), candidate(line)));
            }
        }
    }
    lines.extend(datadog::left(app));
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "# What the old monitoring asked\n\nEach line is a candidate for what stands behind its arrow; nothing of it is carried over by itself.\n\n{}\n",
        lines.join("\n")
    )
}
