//! A container without a shell, looked at from an ephemeral one beside it: the same processes, the same network, and its root
//! below `/proc/1`.
//!
//! The container beside it runs as the same user, so that the kernel lets it look where that user may, and a namespace under
//! the restricted Pod Security Standard takes it. It stays in the pod's description until the pod ends: Kubernetes removes
//! none.

use super::through::{POD_HINTS, Through, kubectl};
use crate::observe::Reach;
use crate::trouble::Trouble;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use tempfile::NamedTempFile;

/// The root of the first process, which is the container's own.
const ROOT: &str = "/proc/1/root";

/// The image of the container beside it, where none is named: it needs a shell and the few programs that a script calls.
pub(crate) const IMAGE: &str = "docker.io/library/busybox:stable";

/// A container beside another one, and the file that says how it runs.
#[derive(Debug)]
pub(crate) struct Beside {
    pub(crate) through: Through,
    _custom: Option<NamedTempFile>,
}

/// The way to a container of a pod from beside it.
pub(crate) fn beside(namespace: &str, pod: &str, container: Option<&str>, reach: &Reach) -> Result<Beside, Trouble> {
    let described = described(namespace, pod, reach)?;
    let target = match container.or_else(|| usual(&described)) {
        Some(target) => target.to_owned(),
        None => return Err(Trouble::new(format!("pod {pod} has no container"))),
    };
    let image = reach.debug_image.as_deref().unwrap_or(IMAGE);
    let mut argv = kubectl(reach);
    argv.extend(["debug", "--stdin", "--quiet", "--namespace", namespace, pod, "--image", image].map(str::to_owned));
    argv.extend(["--target".to_owned(), target.clone()]);
    let user = user(&described, &target);
    let custom = match user {
        Some((uid, gid)) if uid != 0 => Some(custom(uid, gid)?),
        _ => None,
    };
    match &custom {
        Some(file) => {
            argv.extend(["--profile".into(), "restricted".into(), "--custom".into(), file.path().display().to_string()])
        }
        // Root, or whoever the image says: it takes a capability to look at another one's root.
        None => argv.extend(["--profile".into(), "general".into()]),
    }
    argv.push("--".to_owned());
    let through = Through { argv, is_one_word: false, what: "kubectl".into(), root: Some(ROOT), hints: POD_HINTS };
    Ok(Beside { through, _custom: custom })
}

/// The pod, as the cluster describes it.
fn described(namespace: &str, pod: &str, reach: &Reach) -> Result<Value, Trouble> {
    let argv = kubectl(reach);
    let (program, first) = argv.split_first().ok_or_else(|| Trouble::new("there is no kubectl"))?;
    let mut command = Command::new(program);
    command.args(first).args(["get", "pod", "--namespace", namespace, pod, "--output", "json"]);
    let ended = command.stdin(Stdio::null()).output().map_err(|e| Trouble::new(format!("kubectl: {e}")))?;
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
        return Err(Trouble::new(format!("kubectl get pod: {said}")).hint("it is asked for the user of the container"));
    }
    serde_json::from_slice(&ended.stdout).map_err(|e| Trouble::new(format!("kubectl get pod: {e}")))
}

/// The container that is meant where none is named.
fn usual(described: &Value) -> Option<&str> {
    let noted = &described["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"];
    noted.as_str().or_else(|| described["spec"]["containers"][0]["name"].as_str())
}

/// The user and group that a container runs as, where the pod says so.
fn user(described: &Value, container: &str) -> Option<(u64, Option<u64>)> {
    let spec = &described["spec"];
    let lists = [&spec["containers"], &spec["initContainers"]];
    let mut all = lists.into_iter().filter_map(Value::as_array).flatten();
    let own = all.find(|c| c["name"] == container).map(|c| &c["securityContext"]);
    let of = |field: &str| own.and_then(|own| own[field].as_u64()).or_else(|| spec["securityContext"][field].as_u64());
    Some((of("runAsUser")?, of("runAsGroup")))
}

/// What the container beside it is held to: the same user, and nothing more than that.
fn custom(uid: u64, gid: Option<u64>) -> Result<NamedTempFile, Trouble> {
    let mut context = json!({
        "runAsUser": uid, "runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    });
    if let Some(gid) = gid {
        context["runAsGroup"] = json!(gid);
    }
    let failed = |e: std::io::Error| Trouble::new(format!("a temporary file: {e}"));
    let mut file = tempfile::Builder::new().prefix("repot-debug").suffix(".json").tempfile().map_err(failed)?;
    file.write_all(json!({"securityContext": context}).to_string().as_bytes()).map_err(failed)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_is_the_containers_own_or_the_pods() {
        let pod = json!({"spec": {
            "securityContext": {"runAsUser": 1000},
            "containers": [{"name": "a", "securityContext": {"runAsUser": 33, "runAsGroup": 34}}, {"name": "b"}],
        }});
        assert_eq!(user(&pod, "a"), Some((33, Some(34))));
        assert_eq!(user(&pod, "b"), Some((1000, None)));
        assert_eq!(user(&json!({"spec": {"containers": [{"name": "a"}]}}), "a"), None);
        assert_eq!(usual(&pod), Some("a"));
    }
}
