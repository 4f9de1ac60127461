//! The objects of the cluster, by the file they stand in.

use super::{network, pods, secrets};
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::component::PodOf;
use crate::generate::kubernetes::app::names::key;
use model::text::SECRET;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Every file of the base, and its objects.
pub(crate) fn base(app: &App<'_>) -> BTreeMap<&'static str, Vec<Value>> {
    let mut files: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
    files.insert("serviceaccount.yaml", vec![json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": app.name}, "automountServiceAccountToken": false,
    })]);
    if app.in_pod(PodOf::Web).next().is_some() {
        files.insert("web.yaml", vec![deployment(app, PodOf::Web, "web")]);
    }
    if app.in_pod(PodOf::Mail).next().is_some() {
        files.insert("mail.yaml", vec![deployment(app, PodOf::Mail, "mail")]);
    }
    if !app.service_ports.is_empty() {
        files.insert("service.yaml", vec![network::service(app)]);
        let ingresses = network::ingresses(app);
        if !ingresses.is_empty() {
            files.insert("ingress.yaml", ingresses);
        }
    }
    files.insert("networkpolicy.yaml", network::policies(app));
    let volumes: Vec<Value> = app.volumes.keys().map(|name| volume(app, name)).collect();
    if !volumes.is_empty() {
        files.insert("volumes.yaml", volumes);
    }
    if !app.jobs.is_empty() {
        files.insert("cronjobs.yaml", app.jobs.iter().map(|j| cronjob(app, j)).collect());
    }
    let settings = settings(app);
    if !settings.is_empty() {
        files.insert("configmap.yaml", vec![json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("{}-env", app.name)}, "data": settings,
        })]);
    }
    files
}

fn deployment(app: &App<'_>, of: PodOf, component: &str) -> Value {
    let labels = network::labels(app, component);
    // The queue is one postfix's at a time; the web's pods take over from each other.
    let strategy = if of == PodOf::Mail {
        json!({"type": "Recreate"})
    } else {
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}})
    };
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": format!("{}-{component}", app.name)},
        "spec": {
            "replicas": 1, "revisionHistoryLimit": 3, "strategy": strategy, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pods::pod(app, of)},
        },
    })
}

fn volume(app: &App<'_>, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": pods::claim(app, name)},
        "spec": {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}},
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
