//! What runs once on every node, in a namespace of its own because it reads the node's files: the collector of logs and the
//! agent of Datadog.

use super::{secrets, yaml};
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::datadog::{Datadog, KEY};
use crate::generate::kubernetes::app::logs::{Collector, Program};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where it is written.
const DIR: &str = "kube/node";

/// The versions where the host's is not known.
const FLUENT_BIT: &str = "4.0.3";
const FLUENTD: &str = "1.18";
const DATADOG: &str = "7";

/// The collector's settings in its container.
const FLUENT_BIT_AT: &str = "/fluent-bit/repot";
const FLUENTD_AT: &str = "/fluentd/etc";

/// Variables that hold what is secret: the text, and the file it was seen in.
type Secret = BTreeMap<String, (String, String)>;

/// Writes it.
pub(crate) fn write(app: &App<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    let mut objects: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut wanted: BTreeMap<String, &Secret> = BTreeMap::new();
    if let Some(collector) = &app.collector {
        objects.insert("logs.yaml", logs(app, collector));
        wanted.insert(format!("{}-logs", app.name), &collector.secrets);
        if collector.program == Program::Fluentd {
            let text = containerfile(collector);
            files.insert(format!("{DIR}/fluentd/Containerfile"), text.into_bytes());
        }
    }
    if let Some(datadog) = &app.datadog {
        objects.insert("datadog.yaml", agent(app, datadog));
        wanted.insert(format!("{}-datadog", app.name), &datadog.secrets);
    }
    if objects.is_empty() {
        return;
    }
    let namespace = namespace(app);
    let object = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": namespace, "labels": {"pod-security.kubernetes.io/enforce": "privileged"}},
    });
    objects.insert("namespace.yaml", vec![object]);
    for (name, all) in &objects {
        let mut texts: Vec<String> = all.iter().map(yaml::document).collect();
        if let (true, Some(collector)) = (*name == "logs.yaml", &app.collector) {
            texts.insert(0, settings(app, collector));
        }
        files.insert(format!("{DIR}/{name}"), texts.join("---\n").into_bytes());
    }
    let names: Vec<&&str> = objects.keys().collect();
    let mut kustomization = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "namespace": namespace, "resources": names,
        "labels": [{"pairs": {"app.kubernetes.io/managed-by": "repot", "app.kubernetes.io/part-of": app.name}}],
    });
    if app.collector.as_ref().is_some_and(|c| c.program == Program::Fluentd) {
        let name = format!("{}-fluentd", app.name);
        kustomization["images"] =
            json!([{"name": name, "newName": format!("registry.example.com/{name}"), "newTag": "1"}]);
    }
    let head = "# Once a cluster, not once a stage: kubectl apply -k kube/node\n";
    files.insert(format!("{DIR}/kustomization.yaml"), format!("{head}{}", yaml::document(&kustomization)).into_bytes());
    write_secrets(app, &wanted, files);
}

/// The namespace of what runs on the nodes.
pub(crate) fn namespace(app: &App<'_>) -> String {
    format!("{}-node", app.name)
}

/// The Secrets that it needs: names and keys, and the variant for a store outside.
fn write_secrets(app: &App<'_>, wanted: &BTreeMap<String, &Secret>, files: &mut BTreeMap<String, Vec<u8>>) {
    let mut external = Vec::new();
    for (name, secret) in wanted.iter().filter(|(_, secret)| !secret.is_empty()) {
        let keys: BTreeMap<String, String> =
            secret.iter().map(|(key, (_, seen_in))| (key.clone(), format!("as in {seen_in}"))).collect();
        let (example, of_store) = secrets::example(app, name, "Opaque", &keys);
        files.insert(format!("{DIR}/secrets/{name}.example.yaml"), example.into_bytes());
        external.push(of_store);
    }
    if external.is_empty() {
        return;
    }
    secrets::write_component(app, &format!("{DIR}/components/external-secrets"), &external, files);
}

/// What a container of a node has: its log files and what it remembers of them.
fn places(app: &App<'_>) -> (Value, Value) {
    let mounts = json!([
        {"name": "containers", "mountPath": "/var/log/containers", "readOnly": true},
        {"name": "pods", "mountPath": "/var/log/pods", "readOnly": true},
        {"name": "positions", "mountPath": "/var/lib/repot"},
    ]);
    let volumes = json!([
        {"name": "containers", "hostPath": {"path": "/var/log/containers"}},
        {"name": "pods", "hostPath": {"path": "/var/log/pods"}},
        {"name": "positions", "hostPath": {"path": format!("/var/lib/{}-logs", app.name), "type": "DirectoryOrCreate"}},
    ]);
    (mounts, volumes)
}

fn with(mut list: Value, more: Value) -> Value {
    if let Some(items) = list.as_array_mut() {
        items.push(more);
    }
    list
}

fn logs(app: &App<'_>, collector: &Collector) -> Vec<Value> {
    let name = format!("{}-logs", app.name);
    let labels = json!({"app.kubernetes.io/name": name});
    let (image, at, command) = match collector.program {
        Program::FluentBit => {
            let version = collector.version.as_deref().unwrap_or(FLUENT_BIT);
            let command = json!(["/fluent-bit/bin/fluent-bit", "-c", format!("{FLUENT_BIT_AT}/fluent-bit.conf")]);
            (format!("docker.io/fluent/fluent-bit:{version}"), FLUENT_BIT_AT, command)
        }
        Program::Fluentd => {
            (format!("{}-fluentd", app.name), FLUENTD_AT, json!(["fluentd", "-c", format!("{FLUENTD_AT}/fluent.conf")]))
        }
    };
    let (mounts, volumes) = places(app);
    let mounts = with(mounts, json!({"name": "settings", "mountPath": at, "readOnly": true}));
    let volumes = with(volumes, json!({"name": "settings", "configMap": {"name": name}}));
    let mut container = json!({
        "name": "collector", "image": image, "imagePullPolicy": "IfNotPresent", "command": command,
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsUser": 0,
            "capabilities": {"drop": ["ALL"], "add": ["DAC_READ_SEARCH"]}, "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": with(mounts, json!({"name": "tmp", "mountPath": "/tmp"})),
    });
    if !collector.secrets.is_empty() {
        container["env"] = of_secrets(&name, &collector.secrets);
    }
    let mut spec = pod(container, with(volumes, json!({"name": "tmp", "emptyDir": {}})));
    spec["automountServiceAccountToken"] = json!(false);
    vec![daemonset(&name, &labels, spec)]
}

/// The collector's settings, as people read them.
fn settings(app: &App<'_>, collector: &Collector) -> String {
    let head = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("{}-logs", app.name)}});
    let mut out = format!("{}data:\n", yaml::document(&head));
    for (file, text) in &collector.files {
        out.push_str(&yaml::block(file, text, 2));
    }
    out
}

/// Each variable from its key.
fn of_secrets(name: &str, secrets: &Secret) -> Value {
    let of = |key: &String| json!({"name": key, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}});
    secrets.keys().map(of).collect()
}

/// A pod that runs wherever a node is, and ends after what it reads.
fn pod(container: Value, volumes: Value) -> Value {
    json!({
        "enableServiceLinks": false, "terminationGracePeriodSeconds": 60, "priorityClassName": "system-node-critical",
        "tolerations": [{"operator": "Exists"}], "containers": [container], "volumes": volumes,
    })
}

fn daemonset(name: &str, labels: &Value, spec: Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": labels}, "updateStrategy": {"type": "RollingUpdate"},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    })
}

/// Fluentd with what puts lines together, and the plugins of the host.
fn containerfile(collector: &Collector) -> String {
    let is_tame = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let mut gems = vec!["fluent-plugin-concat".to_owned()];
    for (name, version) in collector.plugins.iter().filter(|(n, _)| is_tame(n) && *n != "fluent-plugin-concat") {
        let version = if is_tame(version) { format!(":{version}") } else { String::new() };
        gems.push(format!("{name}{version}"));
    }
    // td-agent counts its own releases.
    let version = collector.version.as_deref().filter(|v| v.starts_with("1.")).unwrap_or(FLUENTD);
    let version = version.split('.').take(2).collect::<Vec<_>>().join(".");
    format!(
        "# Fluentd with the host's plugins. Made by repot generate kubernetes.\nFROM docker.io/fluent/fluentd:v{version}-debian-1\n\
         USER root\nRUN gem install --no-document {}\nUSER fluent\n",
        gems.join(" ")
    )
}

fn agent(app: &App<'_>, datadog: &Datadog) -> Vec<Value> {
    let name = format!("{}-datadog", app.name);
    let labels = json!({"app.kubernetes.io/name": name});
    let version = datadog.version.as_deref().unwrap_or(DATADOG);
    let from = |field: &str| json!({"fieldRef": {"fieldPath": field}});
    let mut env = vec![
        json!({"name": KEY, "valueFrom": {"secretKeyRef": {"name": name, "key": KEY}}}),
        json!({"name": "DD_KUBERNETES_KUBELET_HOST", "valueFrom": from("status.hostIP")}),
        json!({"name": "DD_KUBERNETES_KUBELET_NODENAME", "valueFrom": from("spec.nodeName")}),
        json!({"name": "DD_KUBELET_TLS_VERIFY", "value": "false"}),
    ];
    let mut set = |name: &str, value: &str| env.push(json!({"name": name, "value": value}));
    if let Some(site) = &datadog.site {
        set("DD_SITE", site);
    }
    if !datadog.tags.is_empty() {
        set("DD_TAGS", &datadog.tags.join(" "));
    }
    set("DD_LOGS_ENABLED", if datadog.takes_logs { "true" } else { "false" });
    set("DD_APM_ENABLED", if datadog.takes_traces { "true" } else { "false" });
    if datadog.takes_traces {
        set("DD_APM_NON_LOCAL_TRAFFIC", "true");
    }
    let more = datadog.secrets.keys().filter(|k| *k != KEY);
    env.extend(more.map(|k| json!({"name": k, "valueFrom": {"secretKeyRef": {"name": name, "key": k}}})));
    let mut container = json!({
        "name": "agent", "image": format!("gcr.io/datadoghq/agent:{version}"), "imagePullPolicy": "IfNotPresent", "env": env,
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "livenessProbe": {"httpGet": {"path": "/live", "port": 5555}, "periodSeconds": 15, "failureThreshold": 6, "timeoutSeconds": 5},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 5555}, "periodSeconds": 15, "failureThreshold": 6, "timeoutSeconds": 5},
        "securityContext": {"allowPrivilegeEscalation": false, "seccompProfile": {"type": "RuntimeDefault"}},
        "volumeMounts": [
            {"name": "proc", "mountPath": "/host/proc", "readOnly": true},
            {"name": "cgroup", "mountPath": "/host/sys/fs/cgroup", "readOnly": true},
            {"name": "pods", "mountPath": "/var/log/pods", "readOnly": true},
            {"name": "positions", "mountPath": "/opt/datadog-agent/run"},
        ],
    });
    if let Some(env) = container["env"].as_array_mut() {
        env.push(json!({"name": "DD_HEALTH_PORT", "value": "5555"}));
    }
    if datadog.takes_traces {
        container["ports"] = json!([{"name": "traces", "containerPort": 8126, "hostPort": 8126, "protocol": "TCP"}]);
    }
    let volumes = json!([
        {"name": "proc", "hostPath": {"path": "/proc"}},
        {"name": "cgroup", "hostPath": {"path": "/sys/fs/cgroup"}},
        {"name": "pods", "hostPath": {"path": "/var/log/pods"}},
        {"name": "positions", "hostPath": {"path": format!("/var/lib/{name}"), "type": "DirectoryOrCreate"}},
    ]);
    let mut spec = pod(container, volumes);
    spec["serviceAccountName"] = json!(name);
    let role = json!([
        {"apiGroups": [""], "verbs": ["get"],
         "resources": ["nodes/metrics", "nodes/spec", "nodes/proxy", "nodes/stats", "nodes/pods", "nodes/healthz"]},
    ]);
    let subject = json!([{"kind": "ServiceAccount", "name": name, "namespace": namespace(app)}]);
    let api = "rbac.authorization.k8s.io";
    vec![
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}),
        json!({"apiVersion": format!("{api}/v1"), "kind": "ClusterRole", "metadata": {"name": name}, "rules": role}),
        json!({
            "apiVersion": format!("{api}/v1"), "kind": "ClusterRoleBinding", "metadata": {"name": name},
            "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": name}, "subjects": subject,
        }),
        daemonset(&name, &labels, spec),
    ]
}
