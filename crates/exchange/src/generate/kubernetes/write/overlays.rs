//! Kustomize: the base, and what differs between staging and production.

use super::{manifests, yaml};
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::component::PodOf;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Writes them.
pub(crate) fn write(app: &App<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    let base = manifests::base(app);
    let names: Vec<&String> = base.keys().collect();
    for (name, objects) in &base {
        files.insert(format!("kube/base/{name}"), yaml::documents(objects).into_bytes());
    }
    let kustomization = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
        "labels": [{"pairs": {"app.kubernetes.io/managed-by": "repot", "app.kubernetes.io/part-of": app.name}}],
        "resources": names,
    });
    put(files, "kube/base/kustomization.yaml", "# What every stage has.\n", &kustomization);
    overlay(app, files, "staging", &[]);
    overlay(app, files, "production", &["autoscaling.yaml"]);
    if app.in_pod(&PodOf::Web).next().is_some() {
        let text = yaml::documents(&scaling(app));
        files.insert("kube/overlays/production/autoscaling.yaml".to_owned(), text.into_bytes());
    }
}

fn put(files: &mut BTreeMap<String, Vec<u8>>, path: &str, head: &str, value: &Value) {
    files.insert(path.to_owned(), format!("{head}{}", yaml::document(value)).into_bytes());
}

/// The Pod Security Standard that the namespace is held to: restricted, unless mail or a job needs root.
fn standard(app: &App<'_>) -> &'static str {
    let has_root = app.in_pod(&PodOf::Mail).next().is_some() || app.jobs.iter().any(|j| j.user.uid == 0);
    if has_root { "baseline" } else { "restricted" }
}

fn overlay(app: &App<'_>, files: &mut BTreeMap<String, Vec<u8>>, stage: &str, more: &[&str]) {
    let namespace = format!("{}-{stage}", app.name);
    let object = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": namespace, "labels": {
            "pod-security.kubernetes.io/enforce": standard(app), "pod-security.kubernetes.io/warn": "restricted",
        }},
    });
    let dir = format!("kube/overlays/{stage}");
    put(files, &format!("{dir}/namespace.yaml"), "", &object);
    let has_web = app.in_pod(&PodOf::Web).next().is_some();
    let mut resources = vec!["../../base".to_owned(), "namespace.yaml".to_owned()];
    resources.extend(more.iter().filter(|_| has_web).map(|m| (*m).to_owned()));
    let images = app.images().into_iter().map(|c| {
        let name = format!("{}-{}", app.name, c.image);
        json!({"name": name, "newName": format!("registry.example.com/{name}"), "newTag": "1"})
    });
    let mut kustomization = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "namespace": namespace, "resources": resources,
        "images": images.collect::<Value>(),
    });
    if stage == "production" && has_web {
        // The autoscaler says how many there are.
        kustomization["patches"] = json!([{
            "target": {"kind": "Deployment", "name": format!("{}-web", app.name)},
            "patch": "- op: remove\n  path: /spec/replicas\n",
        }]);
    }
    put(files, &format!("{dir}/kustomization.yaml"), "# Your registry and the tag of your build.\n", &kustomization);
}

/// How many pods there are, and how few there may be while nodes are emptied.
pub(crate) fn scaling(app: &App<'_>) -> Vec<Value> {
    let name = format!("{}-web", app.name);
    let selector = super::network::labels(app, "web");
    vec![
        json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}, "minReplicas": 2, "maxReplicas": 6,
                "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}],
            },
        }),
        json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name},
            "spec": {"maxUnavailable": 1, "selector": {"matchLabels": selector}},
        }),
    ]
}
