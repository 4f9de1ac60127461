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

/// How long containers are looked at before they are taken to run.
const SETTLES: Duration = Duration::from_secs(3);

/// How long a container that starts first may take until it is ready.
const READY: Duration = Duration::from_secs(60);

/// Starts them; each is to run, and to go on running.
pub(super) fn start(network: Option<&str>, work: &mut Work<'_>) -> Result<Vec<Running>, CommandError> {
    let mut all = Vec::new();
    // The addresses of pods that others ask, under the names that a cluster would give them.
    let mut names: Vec<(String, String)> = Vec::new();
    for pod in work.account.pods.clone() {
        let path = work.code.join("kube/base").join(&pod.file);
        let Some(text) = files::read(&path)? else { continue };
        let begin = Instant::now();
        let workload: Value = serde_saphyr::from_str(&text).map_err(|e| CommandError::file(&path, &e))?;
        let name = work.account.pod_name(&pod);
        let running = play(&name, &workload["spec"]["template"], &names, network, work)?;
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
        if let Some(service) = &pod.service {
            names.push((address(&name)?, service.clone()));
        }
        work.done(
            format!("pod {}", running.name),
            begin,
            format!("{} containers started in {:.1} s", running.containers.len(), started.as_secs_f64()),
            Exit::Same,
        );
        all.push(running);
    }
    work.names = names;
    Ok(all)
}

/// Makes a pod of a template and starts it: those first that are to be ready before the others start.
pub(super) fn play(
    name: &str,
    template: &Value,
    names: &[(String, String)],
    network: Option<&str>,
    work: &Work<'_>,
) -> Result<Running, CommandError> {
    let translated = translate::pod(template, name, names, work)?;
    let at = work.place.join("secrets").join(format!("{name}.json"));
    files::write(&at, format!("{:#}\n", translated.pod).as_bytes())?;
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
    parameters(name, &translated.pod)?;
    for (first, probe) in &translated.first {
        let full = container(name, first);
        podman::run(&["start", &full])?;
        ready(&full, probe)?;
    }
    podman::run(&["pod", "start", name])?;
    let containers = translated.pod["spec"]["containers"].as_array().into_iter().flatten();
    let containers = containers.filter_map(|c| c["name"].as_str().map(str::to_owned)).collect();
    Ok(Running { name: name.to_owned(), containers })
}

/// Waits for a container that others need to be ready, as its probe asks inside.
fn ready(full: &str, probe: &[String]) -> Result<(), CommandError> {
    if probe.is_empty() {
        return Ok(());
    }
    let mut args = vec!["exec", full];
    args.extend(probe.iter().map(String::as_str));
    let begin = Instant::now();
    loop {
        match podman::run(&args) {
            Ok(_) => return Ok(()),
            Err(error) if begin.elapsed() > READY => {
                return Err(CommandError::usage(format!("{full} did not become ready: {}", error.what)));
            }
            Err(_) => thread::sleep(Duration::from_millis(200)),
        }
    }
}

/// The address of a pod on its network.
fn address(name: &str) -> Result<String, CommandError> {
    let infra = podman::run(&["pod", "inspect", "-f", "{{.InfraContainerID}}", name])?;
    podman::run(&["inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", &infra])
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
    // Those that ask others go first.
    for pod in work.account.pods.iter().rev() {
        podman::try_run(&["pod", "rm", "-f", "-t", "5", &work.account.pod_name(pod)]);
    }
    // What stood in for the pods' own directories.
    let of_pods = podman::run(&["volume", "ls", "-q", "--filter", &format!("name=^{}-", work.account.name)]);
    let named: Vec<String> = work.account.volumes.keys().map(|name| format!("{}-{name}", work.account.name)).collect();
    let pods: Vec<String> = work.account.pods.iter().map(|pod| format!("{}-", work.account.pod_name(pod))).collect();
    let job = format!("{}-job-", work.account.name);
    for volume in of_pods.unwrap_or_default().lines().filter(|v| !named.iter().any(|n| n == v)) {
        if volume.starts_with(&job) || pods.iter().any(|pod| volume.starts_with(pod.as_str())) {
            podman::try_run(&["volume", "rm", "-f", volume]);
        }
    }
    for name in work.account.volumes.keys() {
        podman::try_run(&["volume", "rm", "-f", &format!("{}-{name}", work.account.name)]);
    }
    for dir in ["secrets", "shared"] {
        std::fs::remove_dir_all(work.place.join(dir)).ok();
    }
}
