//! Every CronJob's pod, started once: that its command is there and can be run, and how it ends.

use super::{Work, play, podman};
use crate::error::CommandError;
use crate::files;
use model::exit::Exit;
use serde_json::Value;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// How long a job is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The container of a job.
const JOB: &str = "job";

/// Runs each of them; one after the other, as they may want the same files.
pub(super) fn run(network: Option<&str>, work: &mut Work<'_>) -> Result<(), CommandError> {
    let path = work.code.join("kube/base/cronjobs.yaml");
    let Some(text) = files::read(&path)? else { return Ok(()) };
    let begin = Instant::now();
    let (mut count, mut bad) = (0, Vec::new());
    for document in text.split("\n---\n") {
        let job: Value = serde_saphyr::from_str(document).map_err(|e| CommandError::file(&path, &e))?;
        let Some(name) = job["metadata"]["name"].as_str() else { continue };
        count += 1;
        let from = Instant::now();
        let (said, is_well) = one(name, &job["spec"]["jobTemplate"]["spec"]["template"], network, work)?;
        if !is_well {
            bad.push(name.to_owned());
        }
        work.done(format!("job {name}"), from, said, if is_well { Exit::Same } else { Exit::Differs });
    }
    let said = match bad.len() {
        0 => format!("{count} started, all ended with 0"),
        n => format!("{count} started, {} ended with 0; {n} otherwise: {}", count - n, bad.join(", ")),
    };
    let exit = if bad.is_empty() { Exit::Same } else { Exit::Differs };
    work.done("jobs", begin, said, exit);
    Ok(())
}

/// One of them: how it ended, and whether well.
fn one(name: &str, template: &Value, network: Option<&str>, work: &Work<'_>) -> Result<(String, bool), CommandError> {
    let pod = format!("{}-job-{name}", work.account.name);
    podman::try_run(&["pod", "rm", "-f", "-t", "1", &pod]);
    let names = work.names.clone();
    let started = play::play(&pod, template, &names, network, work);
    let ended = match started {
        Ok(_) => ended(&pod)?,
        Err(error) => {
            podman::try_run(&["pod", "rm", "-f", "-t", "1", &pod]);
            return Ok((format!("it could not be started: {}", error.what), false));
        }
    };
    let log = work.place.join(format!("job-{name}.log"));
    let said = Command::new("podman").args(["logs", &play::container(&pod, JOB)]).output();
    let said = said.map(|said| [said.stdout, said.stderr].concat()).unwrap_or_default();
    files::write(&log, &said)?;
    podman::try_run(&["pod", "rm", "-f", "-t", "1", &pod]);
    let last = String::from_utf8_lossy(&said).lines().rfind(|l| !l.trim().is_empty()).unwrap_or_default().to_owned();
    let last: String = model::text::for_terminal(last.trim()).chars().take(100).collect();
    Ok(match ended {
        Some(0) => ("ended with 0".to_owned(), true),
        Some(status) if last.is_empty() => (format!("ended with {status}, without a word"), false),
        Some(status) => (format!("ended with {status}: {last}"), false),
        None => (format!("still ran after {} s and was ended", PATIENCE.as_secs()), false),
    })
}

/// The status that a job ended with; none where it went on.
fn ended(pod: &str) -> Result<Option<i64>, CommandError> {
    let full = play::container(pod, JOB);
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        let state = podman::run(&["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", &full])?;
        if let Some(status) = state.strip_prefix("exited ").or_else(|| state.strip_prefix("stopped ")) {
            return Ok(status.trim().parse().ok());
        }
        thread::sleep(Duration::from_millis(250));
    }
    Ok(None)
}
