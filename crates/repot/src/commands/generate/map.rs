//! What stands beside the code: the map from claims to tasks, what is unmapped, and what a person has to give.

use crate::error::CommandError;
use crate::files;
use exchange::generate::{By, Generated, Want};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::spec::Spec;
use model::text::for_terminal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
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

/// What machines that were built before lacked of the spec, or had beside it: once code was made of it, the next one
/// does not show it any more.
pub(super) fn built(dir: &Path, spec: &Spec) -> Result<Vec<Finding>, CommandError> {
    let Some(text) = files::read(&dir.join(MAP))? else { return Ok(Vec::new()) };
    let map: Value = serde_json::from_str(&text).unwrap_or_default();
    let subjects = |name: &str| -> Vec<(ResourceId, Option<String>)> {
        let all = map["built"][name].as_array().into_iter().flatten().filter_map(Value::as_str);
        all.filter_map(parsed).collect()
    };
    let lacked = subjects("lacked").into_iter().filter(|(id, property)| {
        let entry = spec.entries.get(id);
        entry.is_some_and(|e| property.as_ref().is_none_or(|p| e.claims.contains_key(p)))
    });
    let beside = subjects("beside").into_iter().filter(|(id, _)| !spec.entries.contains_key(id));
    let finding = |(id, property), verdict| Finding { property, ..Finding::whole(id, verdict) };
    Ok(lacked.map(|s| finding(s, Verdict::Missing)).chain(beside.map(|s| finding(s, Verdict::Extra))).collect())
}

/// `kind[name]` or `kind[name].property`.
fn parsed(subject: &str) -> Option<(ResourceId, Option<String>)> {
    let end = subject.rfind(']')? + 1;
    let id = ResourceId::parse(&subject[..end])?;
    Some((id, subject[end..].strip_prefix('.').map(str::to_owned)))
}

/// What is kept of it.
fn kept(built: &[Finding]) -> Value {
    let with = |is: fn(&Verdict) -> bool| -> BTreeSet<String> {
        built.iter().filter(|f| is(&f.verdict)).map(Finding::subject).collect()
    };
    json!({
        "lacked": with(|v| matches!(v, Verdict::Differs | Verdict::Missing)),
        "beside": with(|v| matches!(v, Verdict::Extra)),
    })
}

/// Adds the pages.
pub(super) fn write(generated: &mut Generated, generator: &str, want: &Want<'_>, built: &[Finding]) {
    let mut map = map(generated, generator, want.role, want.base);
    map["built"] = kept(built);
    let map = format!("{map:#}\n");
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

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::spec_file::parse::parse;

    #[test]
    fn what_a_build_showed_is_known_until_the_spec_says_otherwise() {
        let dir = tempfile::tempdir().unwrap();
        let parsed =
            |text: &str| parse(&[("spec/web/site.yaml".to_owned(), format!("repot: 1\n{text}"))]).unwrap().spec;
        let spec = parsed("file:\n  /var/lib/a: {mode: \"0755\", owner: root}\n");
        let id = |name: &str| ResourceId::new("file", name);
        let of = |name: &str, property: Option<&str>, verdict| Finding {
            property: property.map(str::to_owned),
            ..Finding::whole(id(name), verdict)
        };
        let shown = [
            of("/var/lib/a", Some("mode"), Verdict::Differs),
            of("/var/lib/a", Some("owner"), Verdict::Same),
            of("/etc/b]c", None, Verdict::Extra),
            of("/etc/waived", None, Verdict::Waived("a reason".to_owned())),
        ];
        let want = Want {
            role: "web",
            spec: &spec,
            lacking: &[],
            extra: &[],
            base_extra: &[],
            contents: &BTreeMap::new(),
            pin: false,
            base: "podman:bare",
        };
        let mut generated = Generated::default();
        write(&mut generated, "ansible", &want, &shown);
        std::fs::write(dir.path().join(MAP), &generated.files[MAP]).unwrap();
        let known = |spec: &Spec| -> Vec<String> {
            let known = built(dir.path(), spec).unwrap();
            known.iter().map(|f| format!("{} {}", f.verdict.name(), f.subject())).collect()
        };
        assert_eq!(known(&spec), ["missing file[/var/lib/a].mode", "extra file[/etc/b]c]"]);
        let otherwise = parsed("file:\n  /var/lib/a: {owner: root}\n  /etc/b]c: {mode: \"0644\"}\n");
        assert!(known(&otherwise).is_empty());
    }
}
