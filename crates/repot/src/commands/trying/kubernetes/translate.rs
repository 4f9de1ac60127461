//! The template of a pod as one that podman 4 plays: sub-paths as single files, secret variables as values, images by the tag
//! of the try-out, native sidecars as containers that are started first. What podman ignores (probes, life cycle) is left out,
//! and ports, which it would open on this machine.

use super::{Work, given};
use crate::error::CommandError;
use crate::files;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A pod as podman plays it, and the containers that start before the others, each with what asks inside whether it is ready.
pub(super) struct Translated {
    pub(super) pod: Value,
    pub(super) first: Vec<(String, Vec<String>)>,
}

/// The pod of a template. `names` are addresses of other pods and the names they are asked by.
pub(super) fn pod(
    template: &Value,
    name: &str,
    names: &[(String, String)],
    work: &Work<'_>,
) -> Result<Translated, CommandError> {
    let mut spec = template["spec"].as_object().cloned().unwrap_or_default();
    let mut secrets: BTreeMap<String, String> = BTreeMap::new();
    let mut volumes: Vec<Value> = Vec::new();
    let sidecars = spec.remove("initContainers").and_then(|v| v.as_array().cloned()).unwrap_or_default();
    let probe = |container: &Value| {
        let command = container["startupProbe"]["exec"]["command"].as_array().into_iter().flatten();
        command.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let first: Vec<(String, Vec<String>)> =
        sidecars.iter().filter_map(|c| Some((c["name"].as_str()?.to_owned(), probe(c)))).collect();
    let mut claims: Vec<&str> = Vec::new();
    for volume in spec.get("volumes").and_then(Value::as_array).into_iter().flatten() {
        let known = volume["name"].as_str().unwrap_or_default();
        match volume["secret"]["secretName"].as_str() {
            Some(secret) => {
                secrets.insert(known.to_owned(), secret.to_owned());
            }
            // Of this a part is mounted, which podman does of a directory of this machine.
            None if volume.get("emptyDir").is_some() && is_parted(&spec, known) => {
                let path = shared(name, known, work)?;
                volumes.push(json!({"name": known, "hostPath": {"path": path}}));
            }
            // On disk: what is in memory is no smaller for it.
            // Nor another pod's: podman keeps them as volumes by their names.
            None if volume.get("emptyDir").is_some() => {
                volumes.push(json!({"name": format!("{name}-{known}"), "emptyDir": {}}));
            }
            None => volumes.push(volume.clone()),
        }
        claims.push(known);
    }
    // What a StatefulSet claims for itself.
    let all = sidecars.iter().chain(spec.get("containers").and_then(Value::as_array).into_iter().flatten());
    let mounted: BTreeSet<&str> = all
        .flat_map(|c| c["volumeMounts"].as_array().into_iter().flatten())
        .filter_map(|m| m["name"].as_str())
        .filter(|m| !claims.contains(m))
        .collect();
    for own in mounted {
        let claim = format!("{}-{own}", work.account.name);
        volumes.push(json!({"name": own, "persistentVolumeClaim": {"claimName": claim}}));
    }
    let mut containers = sidecars.clone();
    containers.extend(spec.get("containers").and_then(Value::as_array).cloned().unwrap_or_default());
    for container in &mut containers {
        let Some(map) = container.as_object_mut() else { continue };
        for unknown in ["startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "ports", "restartPolicy"] {
            map.remove(unknown);
        }
        if let Some(image) = map.get("image").and_then(Value::as_str) {
            let bare = image.rsplit('/').next().unwrap_or(image).split(':').next().unwrap_or(image).to_owned();
            map.insert("image".to_owned(), json!(format!("localhost/{bare}:try")));
        }
        mounts(map, &secrets, &mut volumes, name, work)?;
        environment(map, work)?;
    }
    spec.insert("containers".to_owned(), Value::Array(containers));
    spec.insert("volumes".to_owned(), Value::Array(volumes));
    spec.entry("restartPolicy").or_insert_with(|| json!("Always"));
    if !names.is_empty() {
        let aliases = spec.entry("hostAliases").or_insert_with(|| json!([]));
        for (ip, name) in names {
            if let Some(all) = aliases.as_array_mut() {
                all.push(json!({"ip": ip, "hostnames": [name]}));
            }
        }
    }
    let firsts: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    let metadata = json!({
        "name": name, "labels": template["metadata"]["labels"], "annotations": {"repot/first": firsts.join(",")},
    });
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec});
    Ok(Translated { pod, first })
}

/// Whether some container mounts a part of a volume.
fn is_parted(spec: &Map<String, Value>, volume: &str) -> bool {
    let containers = spec.get("containers").and_then(Value::as_array).into_iter().flatten();
    let mut mounts = containers.flat_map(|c| c["volumeMounts"].as_array().into_iter().flatten());
    mounts.any(|m| m["name"] == volume && m.get("subPath").is_some())
}

/// A directory of this machine in place of a volume of a pod, empty, to which every container may write.
fn shared(pod: &str, volume: &str, work: &Work<'_>) -> Result<std::path::PathBuf, CommandError> {
    use std::os::unix::fs::PermissionsExt;
    let path = directory(pod, volume, work)?;
    std::fs::remove_dir_all(&path).ok();
    let made = std::fs::create_dir_all(&path)
        .and_then(|()| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o777)));
    made.map_err(|e| CommandError::file(&path, &e))?;
    Ok(path)
}

fn directory(pod: &str, volume: &str, work: &Work<'_>) -> Result<std::path::PathBuf, CommandError> {
    let path = work.place.join("shared").join(format!("{pod}-{volume}"));
    std::path::absolute(&path).map_err(|e| CommandError::file(&path, &e))
}

/// Files of Secrets as files of this machine, and so the parts of volumes that are mounted alone.
fn mounts(
    container: &mut Map<String, Value>,
    secrets: &BTreeMap<String, String>,
    volumes: &mut Vec<Value>,
    pod: &str,
    work: &Work<'_>,
) -> Result<(), CommandError> {
    let Some(mounts) = container.get_mut("volumeMounts").and_then(Value::as_array_mut) else { return Ok(()) };
    for mount in mounts {
        let volume = mount["name"].as_str().unwrap_or_default();
        let Some(secret) = secrets.get(volume) else {
            let own = format!("{pod}-{volume}");
            if volumes.iter().any(|v| v["name"] == own.as_str()) {
                mount["name"] = json!(own);
                continue;
            }
            if let Some(part) = mount["subPath"].as_str() {
                let path = directory(pod, volume, work)?.join(part);
                // podman wants something there before the container that makes it has run.
                files::write(&path, b"")?;
                let name = format!("part-{}", volumes.len());
                volumes.push(json!({"name": name, "hostPath": {"path": path}}));
                *mount = json!({"name": name, "mountPath": mount["mountPath"]});
            }
            continue;
        };
        let key = mount["subPath"].as_str().unwrap_or_default();
        let path = given::secret_path(work, secret, key);
        let path = std::path::absolute(&path).map_err(|e| CommandError::file(&path, &e))?;
        open(&path)?;
        let name = format!("secret-{}", volumes.len());
        volumes.push(json!({"name": name, "hostPath": {"path": path, "type": "File"}}));
        *mount = json!({"name": name, "mountPath": mount["mountPath"], "readOnly": true});
    }
    Ok(())
}

/// As a Secret's file is in a container. The directory above is closed to everybody else on this machine.
fn open(path: &std::path::Path) -> Result<(), CommandError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o555)).map_err(|e| CommandError::file(path, &e))
}

/// Secret variables with their values.
fn environment(container: &mut Map<String, Value>, work: &Work<'_>) -> Result<(), CommandError> {
    let Some(env) = container.get_mut("env").and_then(Value::as_array_mut) else { return Ok(()) };
    for variable in env {
        let from = &variable["valueFrom"]["secretKeyRef"];
        let (Some(secret), Some(key)) = (from["name"].as_str(), from["key"].as_str()) else { continue };
        let path = given::secret_path(work, secret, key);
        let value = std::fs::read_to_string(&path).map_err(|e| CommandError::file(&path, &e))?;
        *variable = json!({"name": variable["name"], "value": value});
    }
    Ok(())
}
