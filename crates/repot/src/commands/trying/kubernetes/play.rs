//! The pods, played by podman.

use super::{Work, podman, translate};
use crate::error::CommandError;
use crate::files;
use model::exit::Exit;
use serde_json::Value;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// A pod that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) name: String,
    pub(super) containers: Vec<String>,
}

/// The files of pods, those first that others hand something to.
const PODS: &[&str] = &["mail", "web"];

/// How long containers are looked at before they are taken to run.
const SETTLES: Duration = Duration::from_secs(3);

/// Starts them; each is to run, and to go on running.
pub(super) fn start(network: Option<&str>, work: &mut Work<'_>) -> Result<Vec<Running>, CommandError> {
    let mut all = Vec::new();
    for pod in PODS {
        let path = work.code.join(format!("kube/base/{pod}.yaml"));
        let Some(text) = files::read(&path)? else { continue };
        let begin = Instant::now();
        let deployment: Value = serde_saphyr::from_str(&text).map_err(|e| CommandError::file(&path, &e))?;
        let name = format!("{}-{pod}", work.account.name);
        let translated = translate::pod(&deployment, &name, work)?;
        let at = work.place.join(format!("secrets/{pod}.json"));
        files::write(&at, format!("{translated:#}\n").as_bytes())?;
        let (at, configmap) = (at.display().to_string(), work.code.join("kube/base/configmap.yaml"));
        let mut args = vec!["kube", "play", "--quiet"];
        let configmap_path = configmap.display().to_string();
        if configmap.is_file() {
            args.extend(["--configmap", &configmap_path]);
        }
        if let Some(network) = network {
            args.extend(["--network", network]);
        }
        args.extend(["--start=false", &at]);
        podman::run(&args)?;
        parameters(&name, &translated)?;
        podman::run(&["pod", "start", &name])?;
        let containers = translated["spec"]["containers"].as_array().into_iter().flatten();
        let running =
            Running { name, containers: containers.filter_map(|c| c["name"].as_str().map(str::to_owned)).collect() };
        let started = begin.elapsed();
        thread::sleep(SETTLES);
        let stopped: Vec<String> = running.containers.iter().filter(|c| !runs(&running.name, c)).cloned().collect();
        keep_logs(&running, work)?;
        if !stopped.is_empty() {
            return Err(CommandError::usage(format!(
                "{} of pod {} did not go on running",
                stopped.join(", "),
                running.name
            ))
            .hint(format!("what it said: {}", work.place.join(format!("{}-*.log", running.name)).display())));
        }
        work.done(
            format!("pod {}", running.name),
            begin,
            format!("{} containers started in {:.1} s", running.containers.len(), started.as_secs_f64()),
            Exit::Same,
        );
        all.push(running);
    }
    Ok(all)
}

/// Sets the pod's kernel parameters, which podman 4 does not set for a pod: in its network, before anything runs there.
fn parameters(name: &str, pod: &Value) -> Result<(), CommandError> {
    let all: Vec<&Value> = pod["spec"]["securityContext"]["sysctls"].as_array().into_iter().flatten().collect();
    if all.is_empty() {
        return Ok(());
    }
    let infra = podman::run(&["pod", "inspect", "-f", "{{.InfraContainerID}}", name])?;
    podman::run(&["start", &infra])?;
    let process = podman::run(&["inspect", "-f", "{{.State.Pid}}", &infra])?;
    for parameter in all {
        let (Some(key), Some(value)) = (parameter["name"].as_str(), parameter["value"].as_str()) else { continue };
        let path = format!("/proc/sys/{}", key.replace('.', "/"));
        let script = "printf '%s\\n' \"$1\" >\"$2\"";
        let ended =
            Command::new("nsenter").args(["-t", &process, "-n", "--", "sh", "-c", script, "sh", value, &path]).output();
        let said = match ended {
            Ok(ended) if ended.status.success() => continue,
            Ok(ended) => String::from_utf8_lossy(&ended.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        return Err(CommandError::usage(format!("{key} cannot be set in pod {name}: {said}"))
            .hint("it takes root on this machine; on a cluster the kubelet sets it"));
    }
    Ok(())
}

/// The name that podman gives a container of a pod.
pub(super) fn container(pod: &str, container: &str) -> String {
    format!("{pod}-{container}")
}

fn runs(pod: &str, name: &str) -> bool {
    let state = podman::run(&["inspect", "-f", "{{.State.Running}} {{.RestartCount}}", &container(pod, name)]);
    state.is_ok_and(|s| s == "true 0")
}

/// Keeps what each container said.
pub(super) fn keep_logs(running: &Running, work: &Work<'_>) -> Result<(), CommandError> {
    for name in &running.containers {
        let full = container(&running.name, name);
        let said = Command::new("podman").args(["logs", &full]).output();
        if let Ok(said) = said {
            files::write(&work.place.join(format!("{full}.log")), &[said.stdout, said.stderr].concat())?;
        }
    }
    Ok(())
}

/// Takes down what an earlier try-out, or this one, left.
pub(super) fn take_down(work: &Work<'_>) {
    for pod in PODS {
        podman::try_run(&["pod", "rm", "-f", "-t", "5", &format!("{}-{pod}", work.account.name)]);
    }
    for name in work.account.volumes.keys() {
        podman::try_run(&["volume", "rm", "-f", &format!("{}-{name}", work.account.name)]);
    }
    std::fs::remove_dir_all(work.place.join("secrets")).ok();
}
