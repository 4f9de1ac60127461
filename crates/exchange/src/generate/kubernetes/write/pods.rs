//! Pods and their containers.

use super::secrets;
use crate::generate::kubernetes::app::component::{Component, Health, Of, PodOf};
use crate::generate::kubernetes::app::names::{key, plain};
use crate::generate::kubernetes::app::{App, Job, mail, syslog};
use crate::rules::tenancy::Tenancy;
use model::text::SECRET;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds until nginx is no longer sent new requests, and until nothing of its is still to be answered.
const LEAVES: u64 = 5;

/// How long a pod is given to end: what comes before each signal, the longest request or what one of its services needs
/// alone, and time to write the last lines.
fn grace(app: &App<'_>, pod: &PodOf) -> u64 {
    let alone = app.in_pod(pod).filter_map(|c| c.grace).max().unwrap_or(0);
    let asked = if *pod == PodOf::Web { app.longest } else { 0 };
    2 * LEAVES + asked.max(alone).max(20) + 10
}

/// What is noted on the pods of a kind for others who look at them.
pub(crate) fn annotations(app: &App<'_>, pod: &PodOf) -> Map<String, Value> {
    let mut out = Map::new();
    for component in app.in_pod(pod) {
        out.extend(component.annotations.iter().map(|(name, value)| (name.clone(), json!(value))));
    }
    out
}

/// The pod of what keeps it running.
pub(crate) fn pod(app: &App<'_>, pod: &PodOf) -> Value {
    let containers: Vec<&Component> = app.in_pod(pod).collect();
    let mut spec = Map::new();
    spec.insert("serviceAccountName".to_owned(), json!(app.name));
    spec.insert("automountServiceAccountToken".to_owned(), json!(false));
    spec.insert("enableServiceLinks".to_owned(), json!(false));
    spec.insert("securityContext".to_owned(), security(app, pod, &containers));
    spec.insert("terminationGracePeriodSeconds".to_owned(), json!(grace(app, pod)));
    around(app, &mut spec);
    put_containers(app, &containers, &mut spec);
    spec.insert("volumes".to_owned(), volumes(app, &containers));
    Value::Object(spec)
}

/// The containers, and before them those that start first and end last.
fn put_containers(app: &App<'_>, containers: &[&Component], spec: &mut Map<String, Value>) {
    let mut first: Vec<&&Component> = containers.iter().filter(|c| c.is_sidecar).collect();
    // What others need stands before them: ways, then what answers, then what asks it.
    first.sort_by_key(|c| match c.of {
        Of::Way => 0,
        Of::Unit(_) | Of::Process(_) | Of::Jobs | Of::Mail => 1,
        Of::Pool(_) => 2,
        Of::Nginx => 3,
    });
    let sidecar = |component: &&Component| {
        let mut out = container(app, component);
        out["restartPolicy"] = json!("Always");
        out
    };
    let sidecars: Vec<Value> = first.into_iter().map(sidecar).collect();
    if !sidecars.is_empty() {
        spec.insert("initContainers".to_owned(), Value::Array(sidecars));
    }
    let others: Vec<Value> = containers.iter().filter(|c| !c.is_sidecar).map(|c| container(app, c)).collect();
    spec.insert("containers".to_owned(), Value::Array(others));
}

/// Names of other machines and how names are looked up.
fn around(app: &App<'_>, spec: &mut Map<String, Value>) {
    if !app.aliases.is_empty() {
        let aliases = app.aliases.iter().map(|(ip, names)| json!({"ip": ip, "hostnames": names}));
        spec.insert("hostAliases".to_owned(), aliases.collect());
    }
    if !app.search.is_empty() || !app.dns_options.is_empty() {
        let options = app.dns_options.iter().map(|o| match o.split_once(':') {
            Some((name, value)) => json!({"name": name, "value": value}),
            None => json!({"name": o}),
        });
        let mut dns = Map::new();
        if !app.search.is_empty() {
            dns.insert("searches".to_owned(), json!(app.search));
        }
        dns.insert("options".to_owned(), options.collect());
        spec.insert("dnsConfig".to_owned(), Value::Object(dns));
    }
}

fn security(app: &App<'_>, pod: &PodOf, containers: &[&Component]) -> Value {
    let mut context = Map::new();
    if *pod != PodOf::Mail {
        context.insert("runAsNonRoot".to_owned(), json!(true));
    }
    context.insert("seccompProfile".to_owned(), json!({"type": "RuntimeDefault"}));
    let groups = groups(app, containers);
    if !groups.is_empty() && *pod != PodOf::Mail {
        context.insert("supplementalGroups".to_owned(), json!(groups));
    }
    // A new volume is root's: the service's group may write to it.
    let keeps = containers.iter().find(|c| matches!(c.pod, PodOf::Own(_)) && !c.volumes.is_empty());
    if let Some(user) = keeps.and_then(|c| c.user.as_ref()) {
        context.insert("fsGroup".to_owned(), json!(user.gid));
        context.insert("fsGroupChangePolicy".to_owned(), json!("OnRootMismatch"));
    }
    if *pod == PodOf::Web && !app.sysctls.is_empty() {
        let all = app.sysctls.iter().map(|(name, value)| json!({"name": name, "value": value}));
        context.insert("sysctls".to_owned(), all.collect());
    }
    Value::Object(context)
}

/// Groups that programs were in, or were given by root: of sockets, of files, and of who may hand over mail.
fn groups(app: &App<'_>, containers: &[&Component]) -> BTreeSet<u64> {
    let mut groups: BTreeSet<u64> = containers.iter().filter_map(|c| c.user.as_ref()).map(|u| u.gid).collect();
    if containers.iter().any(|c| c.packages.contains("postfix")) {
        groups.extend(app.gid(mail::DROP));
    }
    groups
}

/// What every container that is not root has.
fn locked(user: Option<(u64, u64)>) -> Value {
    let mut context = json!({
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]},
    });
    if let (Some((uid, gid)), Some(map)) = (user, context.as_object_mut()) {
        map.insert("runAsNonRoot".to_owned(), json!(true));
        map.insert("runAsUser".to_owned(), json!(uid));
        map.insert("runAsGroup".to_owned(), json!(gid));
    }
    context
}

/// What postfix needs of root: its own users, its queue's owners, and the root of its chroots.
fn of_root() -> Value {
    json!({
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": false,
        "capabilities": {"drop": ["ALL"], "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID", "SYS_CHROOT"]},
    })
}

/// A job that a person kept as root: what root may do with files, and no more.
fn as_root() -> Value {
    json!({
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsUser": 0, "runAsGroup": 0,
        "capabilities": {"drop": ["ALL"], "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER"]},
    })
}

fn container(app: &App<'_>, component: &Component) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(component.name));
    out.insert("image".to_owned(), json!(format!("{}-{}", app.name, component.image)));
    out.insert("imagePullPolicy".to_owned(), json!("IfNotPresent"));
    let init: &[&str] = if component.needs_init() { &["/usr/bin/tini", "--"] } else { &[] };
    let command: Vec<&str> = init.iter().copied().chain(component.argv.iter().map(String::as_str)).collect();
    out.insert("command".to_owned(), json!(command));
    if let Some(dir) = &component.directory {
        out.insert("workingDir".to_owned(), json!(dir));
    }
    let mut env = environment(app, &component.name, &component.env);
    let fields = component.downward.iter();
    env.extend(fields.map(|(name, field)| json!({"name": name, "valueFrom": {"fieldRef": {"fieldPath": field}}})));
    if !env.is_empty() {
        out.insert("env".to_owned(), Value::Array(env));
    }
    if !component.ports.is_empty() {
        let ports =
            component.ports.iter().map(|(name, port)| json!({"name": name, "containerPort": port, "protocol": "TCP"}));
        out.insert("ports".to_owned(), ports.collect());
    }
    probes(component, &mut out);
    out.insert(
        "lifecycle".to_owned(),
        json!({"preStop": {"exec": {"command": ["/bin/sh", "-c", stop(app, component)]}}}),
    );
    out.insert("resources".to_owned(), resources(component));
    let user = component.user.as_ref().map(|u| (u.uid, u.gid));
    out.insert("securityContext".to_owned(), if component.of == Of::Mail { of_root() } else { locked(user) });
    out.insert("volumeMounts".to_owned(), Value::Array(mounts(app, component)));
    Value::Object(out)
}

/// What is done before a container is told to stop: nginx waits until nobody sends it anything new, and whatever answers
/// for it waits until nginx is done.
fn stop(app: &App<'_>, component: &Component) -> String {
    match component.of {
        // As a sidecar it ends after whoever uses it; else it waits as long as anybody may.
        Of::Way if component.is_sidecar => "sleep 0".to_owned(),
        Of::Way => format!("sleep {}", 2 * LEAVES + app.longest),
        // Nobody new is sent to it, and who is there asks on.
        _ if matches!(component.pod, PodOf::Own(_)) => format!("sleep {LEAVES}"),
        Of::Nginx => format!("sleep {LEAVES}"),
        Of::Mail => "postqueue -f; sleep 2".to_owned(),
        Of::Pool(_) | Of::Unit(_) | Of::Process(_) | Of::Jobs if app.components.iter().any(|c| c.of == Of::Nginx) => {
            format!("sleep {}", 2 * LEAVES)
        }
        Of::Pool(_) | Of::Unit(_) | Of::Process(_) | Of::Jobs => "sleep 1".to_owned(),
    }
}

fn probes(component: &Component, out: &mut Map<String, Value>) {
    let (ready, live) = match &component.health {
        Some(Health::Http { port, path, host }) => {
            let mut get = json!({"path": path, "port": port, "scheme": "HTTP"});
            if let (false, Some(map)) = (host.is_empty(), get.as_object_mut()) {
                map.insert("httpHeaders".to_owned(), json!([{"name": "Host", "value": host}]));
            }
            (json!({"httpGet": get}), Some(json!({"tcpSocket": {"port": port}})))
        }
        Some(Health::Tcp(port)) => (json!({"tcpSocket": {"port": port}}), None),
        Some(Health::Exec(command)) => (json!({"exec": {"command": command}}), None),
        None => return,
    };
    let with = |mut probe: Value, more: Value| {
        if let (Some(map), Value::Object(more)) = (probe.as_object_mut(), more) {
            map.extend(more);
        }
        probe
    };
    out.insert(
        "startupProbe".to_owned(),
        with(ready.clone(), json!({"periodSeconds": 1, "failureThreshold": 60, "timeoutSeconds": 5})),
    );
    out.insert(
        "readinessProbe".to_owned(),
        with(ready, json!({"periodSeconds": 5, "failureThreshold": 2, "timeoutSeconds": 5})),
    );
    if let Some(live) = live {
        out.insert(
            "livenessProbe".to_owned(),
            with(live, json!({"periodSeconds": 10, "failureThreshold": 6, "timeoutSeconds": 5})),
        );
    }
}

fn resources(component: &Component) -> Value {
    match component.memory {
        Some(most) => json!({
            "requests": {"cpu": "100m", "memory": format!("{}Mi", (most / 8).max(32))}, "limits": {"memory": format!("{most}Mi")},
        }),
        None => json!({"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "512Mi"}}),
    }
}

/// Variables: what holds a secret comes from the Secret, the rest from the ConfigMap.
pub(crate) fn environment(app: &App<'_>, owner: &str, env: &BTreeMap<String, String>) -> Vec<Value> {
    let of = |(name, value): (&String, &String)| {
        let key = key(&format!("{owner}.{name}"));
        if value.contains(SECRET) {
            json!({"name": name, "valueFrom": {"secretKeyRef": {"name": secrets::of_env(app), "key": key}}})
        } else {
            json!({"name": name, "valueFrom": {"configMapKeyRef": {"name": format!("{}-env", app.name), "key": key}}})
        }
    };
    env.iter().map(of).collect()
}

/// The name of a directory that one container writes to.
fn scratch(component: &Component, path: &str) -> String {
    plain(&format!("{}{path}", component.name), 55)
}

fn mounts(app: &App<'_>, component: &Component) -> Vec<Value> {
    let mut out = Vec::new();
    for path in &component.scratch {
        out.push(json!({"name": scratch(component, path), "mountPath": path}));
    }
    for (path, name) in component.shared.iter().chain(&component.volumes) {
        out.push(json!({"name": name, "mountPath": path}));
    }
    if component.has_syslog {
        // A socket, so that it must be there when the container starts: what takes it starts first.
        out.push(json!({"name": syslog::NAME, "mountPath": syslog::DEV_LOG, "subPath": syslog::SOCKET}));
    }
    for path in &component.secrets {
        let (volume, key) = secrets::mounted(app, path);
        out.push(json!({"name": volume, "mountPath": path, "subPath": key, "readOnly": true}));
    }
    out
}

fn volumes(app: &App<'_>, containers: &[&Component]) -> Value {
    let mut out: BTreeMap<String, Value> = BTreeMap::new();
    for component in containers {
        for path in &component.scratch {
            out.insert(scratch(component, path), json!({"emptyDir": {}}));
        }
        for (path, name) in &component.shared {
            let disk = match app.memory_disks.get(path) {
                Some(size) => {
                    let mut disk = json!({"medium": "Memory"});
                    if let (Some(size), Some(map)) = (size.as_deref().and_then(quantity), disk.as_object_mut()) {
                        map.insert("sizeLimit".to_owned(), json!(size));
                    }
                    disk
                }
                None => json!({}),
            };
            out.insert(name.clone(), json!({"emptyDir": disk}));
        }
        for name in component.volumes.values() {
            match app.tenancy_of(&component.pod) {
                // It claims its own, by its templates.
                Some(Tenancy::Stateful) => {}
                Some(Tenancy::Node) => drop(out.insert(name.clone(), json!({"emptyDir": {}}))),
                _ => {
                    let of_claim = json!({"persistentVolumeClaim": {"claimName": claim(app, name)}});
                    out.insert(name.clone(), of_claim);
                }
            }
        }
        for path in &component.secrets {
            let (volume, _) = secrets::mounted(app, path);
            // Files of Secrets are root's, so all may read them: nobody else is in the container.
            out.insert(
                volume.clone(),
                json!({"secret": {"secretName": format!("{}-{volume}", app.name), "defaultMode": 0o555}}),
            );
        }
    }
    let with_name = |(name, mut source): (String, Value)| {
        let mut volume = Map::new();
        volume.insert("name".to_owned(), json!(name));
        if let Some(map) = source.as_object_mut() {
            volume.append(map);
        }
        Value::Object(volume)
    };
    out.into_iter().map(with_name).collect()
}

/// A size as mount(8) writes it, as Kubernetes does.
fn quantity(text: &str) -> Option<String> {
    let number: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = match text.get(number.len()..)? {
        "" => "",
        "k" | "K" => "Ki",
        "m" | "M" => "Mi",
        "g" | "G" => "Gi",
        _ => return None,
    };
    (!number.is_empty()).then(|| format!("{number}{unit}"))
}

/// The name of the claim of a volume.
pub(crate) fn claim(app: &App<'_>, volume: &str) -> String {
    format!("{}-{volume}", app.name)
}

/// The pod of a job.
pub(crate) fn job(app: &App<'_>, job: &Job) -> Value {
    let Some(image) = app.components.iter().find(|c| c.of == Of::Jobs) else { return Value::Null };
    let ways: Vec<&Component> = app.in_pod(&PodOf::Job).filter(|c| c.of == Of::Way).collect();
    let all: Vec<&Component> = [image].into_iter().chain(ways.iter().copied()).collect();
    let mut spec = Map::new();
    spec.insert("serviceAccountName".to_owned(), json!(app.name));
    spec.insert("automountServiceAccountToken".to_owned(), json!(false));
    spec.insert("enableServiceLinks".to_owned(), json!(false));
    spec.insert("restartPolicy".to_owned(), json!("Never"));
    let mut around_all = security(app, &PodOf::Job, &all);
    if let (0, Some(context)) = (job.user.uid, around_all.as_object_mut()) {
        context.remove("runAsNonRoot");
    }
    spec.insert("securityContext".to_owned(), around_all);
    around(app, &mut spec);
    let mut container = Map::new();
    container.insert("name".to_owned(), json!("job"));
    container.insert("image".to_owned(), json!(format!("{}-{}", app.name, image.image)));
    container.insert("imagePullPolicy".to_owned(), json!("IfNotPresent"));
    container.insert("command".to_owned(), json!(job.command));
    let env = environment(app, &job.name, &job.env);
    if !env.is_empty() {
        container.insert("env".to_owned(), Value::Array(env));
    }
    container.insert("resources".to_owned(), resources(image));
    let context = if job.user.uid == 0 { as_root() } else { locked(Some((job.user.uid, job.user.gid))) };
    container.insert("securityContext".to_owned(), context);
    container.insert("volumeMounts".to_owned(), Value::Array(mounts(app, image)));
    put_containers(app, &ways, &mut spec);
    spec.insert("containers".to_owned(), json!([container]));
    spec.insert("volumes".to_owned(), volumes(app, &all));
    Value::Object(spec)
}
