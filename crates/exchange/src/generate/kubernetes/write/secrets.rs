//! Secrets: their names and keys, never a value; and the same for a store outside of the cluster.

use super::yaml;
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::item::of;
use crate::generate::kubernetes::app::names::key;
use model::text::SECRET;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The Secret of variables.
pub(crate) fn of_env(app: &App<'_>) -> String {
    format!("{}-secret-env", app.name)
}

/// The volume of a file that holds a secret, and its key there.
pub(crate) fn mounted(app: &App<'_>, path: &str) -> (String, String) {
    for (n, (certificate, key)) in app.tls.iter().enumerate() {
        let volume = if n == 0 { "tls".to_owned() } else { format!("tls-{}", n + 1) };
        if path == certificate {
            return (volume, "tls.crt".to_owned());
        }
        if path == key {
            return (volume, "tls.key".to_owned());
        }
    }
    ("files".to_owned(), key(path))
}

/// A Secret: its type, and its keys with what each is for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) is_tls: bool,
    /// What each key is: the path on the host, or the variable and whose it is.
    pub(crate) keys: BTreeMap<String, Source>,
}

/// What a key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file of the host.
    File(String),
    /// A value in which the spec has fingerprints: the text, and the file it was seen in.
    Value { text: String, seen_in: Option<String> },
}

/// Every Secret that is needed, by name.
pub(crate) fn wanted(app: &App<'_>) -> BTreeMap<String, Wanted> {
    let mut all: BTreeMap<String, Wanted> = BTreeMap::new();
    for component in &app.components {
        for path in &component.secrets {
            let (volume, key) = mounted(app, path);
            let secret = all.entry(format!("{}-{volume}", app.name)).or_default();
            secret.is_tls = volume.starts_with("tls");
            secret.keys.insert(key, Source::File(path.clone()));
        }
    }
    for (n, (certificate, _)) in app.tls.iter().enumerate() {
        let volume = if n == 0 { "tls".to_owned() } else { format!("tls-{}", n + 1) };
        let secret = all.entry(format!("{}-{volume}", app.name)).or_default();
        secret.is_tls = true;
        secret.keys.insert("tls.crt".to_owned(), Source::File(certificate.clone()));
    }
    let components = app.components.iter().map(|c| (&c.name, &c.env));
    for (owner, env) in components.chain(app.jobs.iter().map(|j| (&j.name, &j.env))) {
        for (name, value) in env.iter().filter(|(_, value)| value.contains(SECRET)) {
            let secret = all.entry(of_env(app)).or_default();
            let source = Source::Value { text: value.clone(), seen_in: seen_in(app, value) };
            secret.keys.insert(key(&format!("{owner}.{name}")), source);
        }
    }
    all
}

/// The file that a variable's secret was seen in.
fn seen_in(app: &App<'_>, value: &str) -> Option<String> {
    let holds = |bytes: &Vec<u8>| bytes.windows(value.len()).any(|w| w == value.as_bytes());
    let found = app.want.contents.iter().find(|(id, bytes)| id.kind == "file" && holds(bytes));
    let set = || of(&app.want, "env").find(|e| e.text("value").as_deref() == Some(value)).and_then(|e| e.set_in());
    found.map(|(id, _)| id.name.clone()).or_else(|| set().map(str::to_owned)).or_else(|| of_command(app, value))
}

/// The file of a crontab or of a unit in whose command a secret was seen.
fn of_command(app: &App<'_>, value: &str) -> Option<String> {
    let line = of(&app.want, "cron").find(|c| c.text("command").is_some_and(|text| text.contains(value)));
    if let Some(line) = line {
        let place = line.text("source").filter(|s| s.starts_with('/'));
        return place.or_else(|| line.set_in().map(str::to_owned));
    }
    let unit = of(&app.want, "service").find(|s| s.texts("command").iter().any(|text| text.contains(value)))?;
    unit.text("fragment").or_else(|| unit.set_in().map(str::to_owned))
}

/// Writes the examples and the variant for a store outside.
pub(crate) fn write(app: &App<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    let all = wanted(app);
    if all.is_empty() {
        return;
    }
    let mut external = Vec::new();
    for (name, secret) in &all {
        let kind = if secret.is_tls { "kubernetes.io/tls" } else { "Opaque" };
        let about = |source: &Source| match source {
            Source::File(path) => format!("the file {path} of the host"),
            Source::Value { seen_in, .. } => format!("as in {}", seen_in.as_deref().unwrap_or("the spec")),
        };
        let keys = secret.keys.iter().map(|(key, source)| (key.clone(), about(source))).collect();
        let (text, of_store) = example(app, name, kind, &keys);
        files.insert(format!("kube/secrets/{name}.example.yaml"), text.into_bytes());
        external.push(of_store);
    }
    write_component(app, "kube/components/external-secrets", &external, files);
}

/// A Secret with its keys and what each is for; and what brings the same from a store outside.
pub(crate) fn example(app: &App<'_>, name: &str, kind: &str, keys: &BTreeMap<String, String>) -> (String, Value) {
    let mut out = String::from(
        "# Names and keys; the values are a person's to give. Do not commit them: copy this file, fill it in, apply it once.\n",
    );
    for (key, about) in keys {
        out.push_str(&format!("# {}\n", yaml::comment(&format!("{key}: {about}"))));
    }
    let data: Map<String, Value> = keys.keys().map(|k| (k.clone(), json!(""))).collect();
    let doc =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": kind, "stringData": data});
    out.push_str(&yaml::document(&doc));
    let data = keys
        .keys()
        .map(|k| json!({"secretKey": k, "remoteRef": {"key": format!("{}/{name}", app.name), "property": k}}));
    let external = json!({
        "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": {"name": name},
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"name": app.name, "kind": "SecretStore"},
            "target": {"name": name, "template": {"type": kind}},
            "data": data.collect::<Value>(),
        },
    });
    (out, external)
}

/// The component that brings Secrets from a store outside.
pub(crate) fn write_component(app: &App<'_>, dir: &str, external: &[Value], files: &mut BTreeMap<String, Vec<u8>>) {
    files.insert(format!("{dir}/externalsecrets.yaml"), yaml::documents(external).into_bytes());
    let component = json!({"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "resources": ["externalsecrets.yaml"]});
    let text = format!(
        "# The Secrets from a store outside of the cluster, the SecretStore {}. Name this directory under `components` of a\n\
         # kustomization.\n{}",
        app.name,
        yaml::document(&component)
    );
    files.insert(format!("{dir}/kustomization.yaml"), text.into_bytes());
}
