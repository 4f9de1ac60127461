//! What stands beside the code: the map from claims to tasks, what is unmapped, and what a person has to give.

use crate::error::CommandError;
use crate::files;
use exchange::generate::{By, Generated};
use model::text::for_terminal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The map's name; `repot rebuild` traces a failed task with it.
pub(crate) const MAP: &str = "map.json";

/// The base of the last time.
pub(super) fn base(dir: &Path) -> Result<String, CommandError> {
    let text = files::read(&dir.join(MAP))?;
    let map: Option<Value> = text.and_then(|text| serde_json::from_str(&text).ok());
    map.and_then(|map| map["base"].as_str().map(str::to_owned)).ok_or_else(|| {
        CommandError::usage("which machine does it begin with?")
            .hint("say --base TARGET: a bare machine or a recording of one; what it has already needs no code")
    })
}

/// Adds the pages.
pub(super) fn write(generated: &mut Generated, generator: &str, role: &str, base: &str) {
    let map = format!("{:#}\n", map(generated, generator, role, base));
    generated.files.insert(MAP.to_owned(), map.into_bytes());
    let unmapped = unmapped(&generated.unmapped);
    generated.files.insert("UNMAPPED.md".to_owned(), unmapped.into_bytes());
    if !generated.payload.is_empty() {
        let payload = payload(&generated.payload);
        generated.files.insert("PAYLOAD.md".to_owned(), payload.into_bytes());
    }
}

fn map(generated: &Generated, generator: &str, role: &str, base: &str) -> Value {
    let mut tasks: BTreeMap<&str, Vec<&str>> = generated.entries.keys().map(|t| (t.as_str(), Vec::new())).collect();
    let mut through: BTreeMap<&str, &str> = BTreeMap::new();
    for met in &generated.met {
        match &met.by {
            By::Task(task) => tasks.entry(task).or_default().push(&met.subject),
            By::Through(what) => {
                through.insert(&met.subject, what);
            }
        }
    }
    // A task that meets no claim by itself, as a handler does, is there for the entries it works on.
    for (task, subjects) in tasks.iter_mut().filter(|(_, subjects)| subjects.is_empty()) {
        subjects.extend(generated.entries.get(*task).into_iter().flatten().map(String::as_str));
    }
    let unmapped: BTreeMap<&str, &str> = generated.unmapped.iter().map(|(s, why)| (s.as_str(), why.as_str())).collect();
    json!({
        "repot": "map", "version": 1, "generator": generator, "role": role, "base": base,
        "tasks": tasks, "follows": through, "unmapped": unmapped,
        "payload": generated.payload, "secrets": generated.secrets,
    })
}

fn unmapped(all: &[(String, String)]) -> String {
    let mut by_why: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (subject, why) in all {
        by_why.entry(why).or_default().push(subject);
    }
    let mut out = format!(
        "# What is not said here\n\n{} claims of the spec that the base lacks are met by no task, each for a reason.\n",
        all.len()
    );
    for (why, subjects) in by_why {
        writeln!(out, "\n## {}\n", for_terminal(why)).ok();
        for subject in subjects {
            writeln!(out, "- `{}`", for_terminal(subject).replace('`', "'")).ok();
        }
    }
    out
}

fn payload(paths: &[String]) -> String {
    let mut out = String::from(
        "# What a person has to give\n\nThe spec knows these by their digest, or not at all, and keeps no copy. `repot rebuild --payload-from TARGET` \
         fetches them from a machine that has them, into `payload/`, which is not for version control. A tree is an archive, PATH.tar.gz.\n\n",
    );
    for path in paths {
        writeln!(out, "- `{}`", for_terminal(path).replace('`', "'")).ok();
    }
    out
}
