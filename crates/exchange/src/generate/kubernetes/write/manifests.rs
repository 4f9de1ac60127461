//! The objects of the cluster, by the file they stand in.

use super::{network, pods, secrets};
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::component::{Component, PodOf};
use crate::generate::kubernetes::app::names::key;
use crate::rules::tenancy::Tenancy;
use model::text::SECRET;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Every file of the base, and its objects.
pub(crate) fn base(app: &App<'_>) -> BTreeMap<String, Vec<Value>> {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut put = |name: &str, objects: Vec<Value>| drop(files.insert(name.to_owned(), objects));
    put(
        "serviceaccount.yaml",
        vec![json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": app.name}, "automountServiceAccountToken": false,
        })],
    );
    for pod in app.pods() {
        put(&app.file_of(&pod), vec![workload(app, &pod)]);
    }
    let services = network::services(app);
    if !services.is_empty() {
        put("service.yaml", services);
    }
    if !app.service_ports.is_empty() {
        let ingresses = network::ingresses(app);
        if !ingresses.is_empty() {
            put("ingress.yaml", ingresses);
        }
    }
    put("networkpolicy.yaml", network::policies(app));
    let volumes: Vec<Value> = claimed(app).map(|name| volume(app, name)).collect();
    if !volumes.is_empty() {
        put("volumes.yaml", volumes);
    }
    if !app.jobs.is_empty() {
        put("cronjobs.yaml", app.jobs.iter().map(|j| cronjob(app, j)).collect());
    }
    let settings = settings(app);
    if !settings.is_empty() {
        put(
            "configmap.yaml",
            vec![json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("{}-env", app.name)}, "data": settings,
            })],
        );
    }
    files
}

/// What keeps a pod running: a Deployment, or what a person said of the one service in it.
fn workload(app: &App<'_>, of: &PodOf) -> Value {
    let component = match of {
        PodOf::Web => "web",
        PodOf::Mail => "mail",
        PodOf::Job => "job",
        PodOf::Own(name) => name,
    };
    let name = format!("{}-{component}", app.name);
    let labels = network::labels(app, component);
    let mut metadata = json!({"labels": labels});
    let annotations = pods::annotations(app, of);
    if !annotations.is_empty() {
        metadata["annotations"] = Value::Object(annotations);
    }
    let template = json!({"metadata": metadata, "spec": pods::pod(app, of)});
    let (kind, mut spec) = match app.tenancy_of(of) {
        Some(Tenancy::Node) => ("DaemonSet", json!({"updateStrategy": {"type": "RollingUpdate"}})),
        Some(Tenancy::Stateful) => {
            let claims: Vec<Value> = kept_by(app, of).map(claim_template).collect();
            let mut spec = json!({"replicas": 1, "serviceName": name, "updateStrategy": {"type": "RollingUpdate"}});
            if !claims.is_empty() {
                spec["volumeClaimTemplates"] = Value::Array(claims);
            }
            ("StatefulSet", spec)
        }
        _ => ("Deployment", json!({"replicas": 1, "strategy": strategy(app, of)})),
    };
    spec["revisionHistoryLimit"] = json!(3);
    spec["selector"] = json!({"matchLabels": labels});
    spec["template"] = template;
    json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec})
}

/// The queue is one postfix's at a time, and so is what another service keeps; the web's pods take over from each other.
fn strategy(app: &App<'_>, of: &PodOf) -> Value {
    let keeps = matches!(of, PodOf::Own(_)) && kept_by(app, of).next().is_some();
    if *of == PodOf::Mail || keeps {
        json!({"type": "Recreate"})
    } else {
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}})
    }
}

/// The volumes of a pod.
fn kept_by<'a>(app: &'a App<'_>, of: &'a PodOf) -> impl Iterator<Item = &'a str> {
    let names: BTreeSet<&str> = app.in_pod(of).flat_map(|c| c.volumes.values()).map(String::as_str).collect();
    names.into_iter()
}

/// The volumes that are claimed by name: all but those that a StatefulSet claims for itself, and a node's.
fn claimed<'a>(app: &'a App<'_>) -> impl Iterator<Item = &'a str> {
    let claims = |c: &Component| !matches!(app.tenancy_of(&c.pod), Some(Tenancy::Stateful | Tenancy::Node));
    let is_claimed =
        move |name: &&str| app.components.iter().any(|c| claims(c) && c.volumes.values().any(|v| v == name));
    app.volumes.keys().map(String::as_str).filter(is_claimed)
}

/// Several pods write to what the application and its jobs have; to what one service keeps, only its own.
fn access(app: &App<'_>, name: &str) -> &'static str {
    let has = |c: &&Component| c.volumes.values().any(|v| v == name);
    let is_own = app.components.iter().filter(has).all(|c| matches!(c.pod, PodOf::Own(_)));
    if is_own { "ReadWriteOnce" } else { "ReadWriteMany" }
}

fn volume(app: &App<'_>, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": pods::claim(app, name)},
        "spec": {"accessModes": [access(app, name)], "resources": {"requests": {"storage": "1Gi"}}},
    })
}

fn claim_template(name: &str) -> Value {
    json!({
        "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    })
}

/// A time that never comes, for jobs that Kubernetes has no time for: they wait to be started by hand.
const NEVER: &str = "0 0 31 2 *";

fn cronjob(app: &App<'_>, job: &crate::generate::kubernetes::app::Job) -> Value {
    let locks = job.command.iter().any(|c| c.contains("flock"));
    let mut spec = Map::new();
    spec.insert("schedule".to_owned(), json!(job.schedule.as_deref().unwrap_or(NEVER)));
    if let Some(zone) = &app.timezone {
        spec.insert("timeZone".to_owned(), json!(zone));
    }
    // Cron starts a job whether or not the last one still runs; one that locks itself does not want that.
    spec.insert("concurrencyPolicy".to_owned(), json!(if locks { "Forbid" } else { "Allow" }));
    spec.insert("startingDeadlineSeconds".to_owned(), json!(300));
    spec.insert("successfulJobsHistoryLimit".to_owned(), json!(1));
    spec.insert("failedJobsHistoryLimit".to_owned(), json!(3));
    if job.is_suspended {
        spec.insert("suspend".to_owned(), json!(true));
    }
    let template = json!({"metadata": {"labels": network::labels(app, "job")}, "spec": pods::job(app, job)});
    // Cron does not try again.
    spec.insert("jobTemplate".to_owned(), json!({"spec": {"backoffLimit": 0, "template": template}}));
    json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": job.name}, "spec": spec})
}

/// The values of variables that hold no secret.
fn settings(app: &App<'_>) -> Map<String, Value> {
    let owners = app.components.iter().map(|c| (&c.name, &c.env)).chain(app.jobs.iter().map(|j| (&j.name, &j.env)));
    let mut out = Map::new();
    for (owner, env) in owners {
        for (name, value) in env.iter().filter(|(_, v)| !v.contains(SECRET)) {
            out.insert(key(&format!("{owner}.{name}")), json!(value));
        }
    }
    out
}

/// The names of Secrets that must be there before anything starts.
pub(crate) fn secrets(app: &App<'_>) -> Vec<String> {
    secrets::wanted(app).into_keys().collect()
}
