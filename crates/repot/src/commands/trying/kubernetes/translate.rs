//! A Deployment as a Pod that podman 4 plays: sub-paths of Secrets as single files, secret variables as values, images by
//! the tag of the try-out. What podman ignores (probes, life cycle) is left
//! out, and ports, which it would open on this machine.

use super::{Work, given};
use crate::error::CommandError;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The pod of a Deployment.
pub(super) fn pod(deployment: &Value, name: &str, work: &Work<'_>) -> Result<Value, CommandError> {
    let template = &deployment["spec"]["template"];
    let mut spec = template["spec"].as_object().cloned().unwrap_or_default();
    let mut secrets: BTreeMap<String, String> = BTreeMap::new();
    let mut volumes: Vec<Value> = Vec::new();
    for volume in spec.get("volumes").and_then(Value::as_array).into_iter().flatten() {
        match volume["secret"]["secretName"].as_str() {
            Some(secret) => {
                secrets.insert(volume["name"].as_str().unwrap_or_default().to_owned(), secret.to_owned());
            }
            // On disk: what is in memory is no smaller for it.
            None if volume.get("emptyDir").is_some() => volumes.push(json!({"name": volume["name"], "emptyDir": {}})),
            None => volumes.push(volume.clone()),
        }
    }
    let mut containers = spec.get("containers").and_then(Value::as_array).cloned().unwrap_or_default();
    for container in &mut containers {
        let Some(map) = container.as_object_mut() else { continue };
        for unknown in ["startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "ports"] {
            map.remove(unknown);
        }
        if let Some(image) = map.get("image").and_then(Value::as_str) {
            let bare = image.rsplit('/').next().unwrap_or(image).split(':').next().unwrap_or(image).to_owned();
            map.insert("image".to_owned(), json!(format!("localhost/{bare}:try")));
        }
        mounts(map, &secrets, &mut volumes, work)?;
        environment(map, work)?;
    }
    spec.insert("containers".to_owned(), Value::Array(containers));
    spec.insert("volumes".to_owned(), Value::Array(volumes));
    spec.insert("restartPolicy".to_owned(), json!("Always"));
    Ok(
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": template["metadata"]["labels"]}, "spec": spec}),
    )
}

/// Files of Secrets as files of this machine.
fn mounts(
    container: &mut Map<String, Value>,
    secrets: &BTreeMap<String, String>,
    volumes: &mut Vec<Value>,
    work: &Work<'_>,
) -> Result<(), CommandError> {
    let Some(mounts) = container.get_mut("volumeMounts").and_then(Value::as_array_mut) else { return Ok(()) };
    for mount in mounts {
        let volume = mount["name"].as_str().unwrap_or_default();
        let Some(secret) = secrets.get(volume) else { continue };
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
