//! Running the playbook: its progress shown, its output kept, and a failed task traced to the fact it came from.

use super::Work;
use crate::commands::generate::MAP;
use crate::error::CommandError;
use crate::files;
use exchange::generate::covered::{RanTask, TASK};
use exchange::report;
use model::exit::Exit;
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::place::Place;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a run gave.
pub(super) struct Ran {
    pub(super) exit: Exit,
    /// How many tasks changed something.
    pub(super) changed: u64,
}

/// What was read of the output so far.
#[derive(Debug, Default)]
struct Heard {
    task: String,
    failed: Vec<(String, String)>,
    counts: String,
    tasks: usize,
    /// What ran, and whether it changed something.
    ran: Vec<(String, bool)>,
    /// The tasks that changed something.
    changed: Vec<String>,
}

/// Runs it as a stage.
pub(super) fn run(name: &'static str, args: &[String], work: &mut Work<'_>) -> Result<Ran, CommandError> {
    let begin = Instant::now();
    let log = work.logs.join(format!("{}.log", name.replace(' ', "-")));
    let mut out = File::create(&log).map_err(|e| CommandError::file(&log, &e))?;
    let errors = out.try_clone().map_err(|e| CommandError::file(&log, &e))?;
    let mut child = Command::new("ansible-playbook")
        .args(args)
        .arg("site.yml")
        .current_dir(&work.code)
        .env("ANSIBLE_PIPELINING", "1")
        .env("ANSIBLE_NOCOLOR", "1")
        .env("ANSIBLE_CALLBACKS_ENABLED", "ansible.posix.profile_tasks")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .map_err(|e| {
            CommandError::usage(format!("ansible-playbook: {e}"))
                .hint("install it: pipx install --include-deps ansible")
        })?;
    let watch = work.ui.watch(name);
    let mut heard = Heard::default();
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let Ok(line) = line else { break };
        writeln!(out, "{line}").map_err(|e| CommandError::file(&log, &e))?;
        heard.line(&line);
        watch.doing(&heard.task);
    }
    let status = child.wait().map_err(|e| CommandError::usage(format!("ansible-playbook: {e}")))?;
    drop(watch);
    let exit = if status.success() { Exit::Same } else { Exit::Differs };
    let changed = heard.count("changed").unwrap_or_default();
    let result = match (status.success(), heard.counts.is_empty()) {
        (true, _) if name == AGAIN && changed > 0 => {
            format!("{} tasks, changed={changed}: {}", heard.tasks, heard.changed.join("; "))
        }
        (true, _) => format!("{} tasks, changed={changed}", heard.tasks),
        (false, true) => format!("ansible-playbook ended with {status}: {}", log.display()),
        (false, false) => format!("failed at {}", heard.failed.first().map_or("", |(task, _)| task)),
    };
    work.done(name, begin, result, exit);
    let mut findings = Vec::new();
    for (task, said) in &heard.failed {
        findings.push(trace(task, said, work)?);
    }
    if !findings.is_empty() {
        let (name, against) = (name.to_owned(), work.code.display().to_string());
        work.found.push(report::Target { name, against, findings, ..report::Target::default() });
    }
    note(heard.ran, work);
    Ok(Ran { exit, changed })
}

/// The name of the second run.
pub(super) const AGAIN: &str = "playbook again";

/// Ansible's own, which is written nowhere.
const GATHERING: &str = "Gathering Facts";

/// Notes what ran, each task once.
fn note(ran: Vec<(String, bool)>, work: &mut Work<'_>) {
    for (name, changed) in ran.into_iter().filter(|(name, _)| name != GATHERING) {
        match work.ran.iter_mut().find(|task| task.name == name) {
            Some(task) => task.changed |= changed,
            None => {
                let place = written_at(&name, &work.code);
                work.ran.push(RanTask { name, place, changed });
            }
        }
    }
}

/// The line of a task in its role, or in the play itself.
fn written_at(name: &str, code: &Path) -> Option<Place> {
    let (files, task) = match name.split_once(" : ") {
        Some((role, task)) => {
            let dir = code.join("roles").join(role);
            (vec![dir.join("tasks/main.yml"), dir.join("handlers/main.yml")], task)
        }
        None => (vec![code.join("site.yml")], name),
    };
    files.iter().find_map(|path| {
        let text = files::read(path).ok().flatten()?;
        let is_it = |line: &str| line.trim_start().strip_prefix("- name:").is_some_and(|rest| rest.contains(task));
        let at = text.lines().position(is_it)?;
        Some(Place::line(path.display().to_string(), u32::try_from(at + 1).ok()?))
    })
}

impl Heard {
    fn line(&mut self, line: &str) {
        for (begins, is_task) in [("TASK [", true), ("RUNNING HANDLER [", false)] {
            if let Some(task) = line.strip_prefix(begins).and_then(|rest| rest.rsplit_once(']')) {
                self.task = task.0.to_owned();
                self.tasks += usize::from(is_task);
                // A handler is there for the tasks that notify it.
                self.ran.extend(is_task.then(|| (self.task.clone(), false)));
            }
        }
        if line.starts_with("changed: [") {
            self.ran
                .last_mut()
                .filter(|(task, _)| *task == self.task)
                .into_iter()
                .for_each(|(_, changed)| *changed = true);
            if self.changed.last() != Some(&self.task) {
                self.changed.push(self.task.clone());
            }
        }
        if let Some((_, said)) = line.strip_prefix("fatal: ").and_then(|rest| rest.split_once("=> ")) {
            self.failed.push((self.task.clone(), message(said)));
        }
        if line.contains("ok=") && line.contains("changed=") && line.contains("unreachable=") {
            line.clone_into(&mut self.counts);
        }
    }

    fn count(&self, name: &str) -> Option<u64> {
        self.counts.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
    }
}

/// What a module said of its failure.
fn message(said: &str) -> String {
    let value: Option<Value> = serde_json::from_str(said).ok();
    let msg = value.as_ref().and_then(|v| v["msg"].as_str());
    msg.unwrap_or(said).chars().take(400).collect()
}

/// From a failed task to the entries of the spec that it is there for, and to where those come from.
fn trace(task: &str, said: &str, work: &Work<'_>) -> Result<Finding, CommandError> {
    let map = map(&work.code)?;
    let subjects: Vec<&str> = map["tasks"][task].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut hints = Vec::new();
    for subject in subjects.iter().take(8) {
        hints.push(format!("it is there for {subject}{}", written(subject, work)));
    }
    if subjects.is_empty() {
        hints.push("it is there for no entry of the spec".to_owned());
    }
    let why = hints.join("; ");
    work.ui.error(&CommandError { exit: Exit::Differs, what: format!("the task `{task}` failed: {said}"), hints });
    Ok(Finding {
        expected: Some("done".to_owned()),
        seen: Some(model::value::Value::from(said)),
        claimed_at: written_at(task, &work.code),
        why: Some(why),
        ..Finding::whole(ResourceId::new(TASK, task), Verdict::Differs)
    })
}

/// Where the spec says it, and from where it has it.
fn written(subject: &str, work: &Work<'_>) -> String {
    let whole = subject.rfind(']').map_or(subject, |end| &subject[..=end]);
    let Some((id, entry)) = ResourceId::parse(whole).and_then(|id| work.spec.entries.get_key_value(&id)) else {
        return String::new();
    };
    let property = subject.strip_prefix(&format!("{id}.")).and_then(|p| entry.claims.get(p));
    let place = property.and_then(|c| c.note.place.as_ref()).unwrap_or(&entry.place);
    let from = property.and_then(|c| c.note.from.as_ref()).or(entry.note.from.as_ref());
    format!(" ({place}{})", from.map_or_else(String::new, |from| format!(", {from}")))
}

/// The entries of the spec that tasks name by their tags.
pub(super) fn tagged(args: &[String], work: &Work<'_>) -> Result<BTreeMap<String, Vec<String>>, CommandError> {
    let listed = Command::new("ansible-playbook")
        .args(args)
        .args(["--list-tasks", "site.yml"])
        .current_dir(&work.code)
        .env("ANSIBLE_NOCOLOR", "1")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| CommandError::usage(format!("ansible-playbook: {e}")))?;
    let text = String::from_utf8_lossy(&listed.stdout);
    let lines = text.lines().filter_map(|line| line.trim().split_once("\tTAGS: ["));
    Ok(lines.map(|(task, tags)| (task.trim().to_owned(), entries(tags))).collect())
}

/// The tags that are names of resources.
fn entries(tags: &str) -> Vec<String> {
    let tags = tags.strip_suffix(']').unwrap_or(tags).split(", ");
    tags.filter(|tag| ResourceId::parse(tag).is_some_and(|id| kinds::kind_named(&id.kind).is_some()))
        .map(str::to_owned)
        .collect()
}

/// The map that stands beside the code.
pub(super) fn map(code: &Path) -> Result<Value, CommandError> {
    let path = code.join(MAP);
    let text = files::read(&path)?.ok_or_else(|| {
        CommandError::file(&path, &"there is no such file").hint("`repot generate ansible` writes it beside the code")
    })?;
    serde_json::from_str(&text).map_err(|e| CommandError::file(&path, &e))
}
