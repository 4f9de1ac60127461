//! Gossfiles: what they claim of a host, as statements of a checking source. Goss's own manner of reading holds: a list is
//! at least what there is.

use super::super::conversion::Construct;
use super::super::effect::{Effect, Want};
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::source::Source;
use super::super::statement::{Rank, Says, Statement};
use crate::spec_file::claim::{Manner, Reader};
use crate::spec_file::entry;
use crate::spec_file::node::{self, Node, What};
use crate::spec_file::scalar;
use kinds::kind::{Kind, Role};
use model::value::Value;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// The reader.
pub(super) struct Gossfile;

/// How deep gossfiles may include each other.
const DEEPEST: usize = 16;

impl Source for Gossfile {
    fn name(&self) -> &'static str {
        "gossfile"
    }

    fn summary(&self) -> &'static str {
        "gossfiles (goss.yaml and their like, YAML or JSON), known by their name or because every key is a type of Goss"
    }

    fn takes(&self, file: &File) -> bool {
        if !matches!(file.ending().as_str(), "yaml" | "yml" | "json") {
            return false;
        }
        let name = file.name().to_ascii_lowercase();
        let is_called =
            name == "goss.yaml" || name == "goss.yml" || name == "goss.json" || name.ends_with("_goss.yaml");
        let mut keys =
            file.text().lines().filter(|l| !l.starts_with([' ', '#', '-', '\t', '}']) && !l.trim().is_empty());
        let is_type = |line: &str| {
            line.split_once(':').is_some_and(|(key, rest)| {
                (key == "gossfile" || kinds::kind_named(key).is_some())
                    && (rest.trim().is_empty() || rest.trim() == "{}")
            })
        };
        is_called || (keys.clone().next().is_some() && keys.all(is_type))
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for file in mine {
            one(file, all, out, &mut seen, 0);
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        const {
            &[
                Construct::yes(
                    "package, service, file, port, user, group, process, command, kernel-param, mount, interface, addr, dns, http, matching",
                    "a claim for each attribute, with its line; it lands in spec/ROLE-imported",
                ),
                Construct::yes(
                    "equal, contain-elements, match-regexp, have-prefix, ge, and, or, not, gjson, …",
                    "the same claim",
                ),
                Construct::yes("gossfile: {OTHER.yaml: {}}", "read too, where it was given"),
                Construct::yes("skip: true", "says nothing"),
                Construct::no("templates: {{ .Vars.x }}", "render it first (`goss render`); said as a problem"),
            ]
        }
    }
}

fn one(file: &File, all: &Files, out: &mut Out, seen: &mut BTreeSet<String>, depth: usize) {
    if !seen.insert(file.path.clone()) {
        return;
    }
    if depth > DEEPEST {
        return out.problem(file.line(1), format!("gossfiles that include each other more than {DEEPEST} deep"));
    }
    if let Some((number, _)) = file.lines().find(|(_, line)| line.contains("{{")) {
        let what = "this gossfile is a template; render it first: goss -g FILE render > rendered.yaml";
        return out.problem(file.line(number), what);
    }
    let source = node::Source { path: &file.path, text: file.text() };
    let root = match node::read(source) {
        Ok(Some(root)) => root,
        Ok(None) => return,
        Err(problems) => {
            for problem in problems.into_iter().take(5) {
                out.problem(problem.place, problem.what);
            }
            return;
        }
    };
    let reader = Reader { source, manner: Manner::Goss };
    for (key, value) in root.map().unwrap_or_default() {
        let name = key.text().unwrap_or_default();
        match kinds::kind_named(name) {
            Some(kind) => {
                for (title, body) in value.map().unwrap_or_default() {
                    resource(&reader, file, kind, title, body, out);
                }
            }
            None if name == "gossfile" => {
                for (path, options) in value.map().unwrap_or_default() {
                    let path = options.get("file").unwrap_or(path).text().unwrap_or_default();
                    match all.from(file, path).cloned() {
                        Ok(other) => one(&other, all, out, seen, depth + 1),
                        Err(why) => say(file, key, name, Says::Unresolved(why.to_string()), out),
                    }
                }
            }
            None => say(file, key, name, Says::NotUnderstood(format!("no type of Goss is called {name}")), out),
        }
    }
}

/// A resource: a statement for each of its attributes.
fn resource(reader: &Reader<'_>, file: &File, kind: &'static dyn Kind, title: &Node, body: &Node, out: &mut Out) {
    let mut problems = Vec::new();
    let written = entry::read(reader, kind, title, body, &mut problems);
    let of = format!("{} {}", kind.name(), title.text().unwrap_or_default());
    for problem in problems.into_iter().take(20) {
        out.say(Statement::new(problem.place, &of).rank(Rank::Checked).says(Says::NotUnderstood(problem.what)));
    }
    if written.is_skipped {
        return say(file, title, &format!("{of}: skip"), Says::Nothing, out);
    }
    let mut inputs: Vec<Effect> = Vec::new();
    let mut said: Vec<(&Node, String, Effect)> = Vec::new();
    for (key, value) in body.map().unwrap_or_default() {
        let name = key.text().unwrap_or_default();
        let words = || format!("{of}: {name}: {}", crate::import::statement::one_line(&json(value).to_string()));
        if name == kind.presence() {
            if let Some((there, _)) = &written.entry.presence {
                said.push((key, words(), Effect::Presence { id: written.id.clone(), there: *there }));
            }
            continue;
        }
        let Some(property) = kind.property(name) else { continue };
        let want = Want::Written(json(value));
        let effect = Effect::Property { id: written.id.clone(), property: property.name.to_owned(), want };
        match property.role {
            Role::Input => inputs.push(effect),
            _ if written.entry.claims.contains_key(property.name) => said.push((key, words(), effect)),
            Role::Pinned | Role::Volatile | Role::OnRequest | Role::Stored => {}
        }
    }
    for (key, words, effect) in said {
        // How a thing is looked at belongs to all that is claimed of it.
        let effects = [vec![effect], std::mem::take(&mut inputs)].concat();
        say(file, key, &words, Says::Effects(effects), out);
    }
}

fn say(file: &File, at: &Node, said: &str, says: Says, out: &mut Out) {
    let line = usize::try_from(at.at.line).unwrap_or(1);
    out.say(Statement::new(file.line(line), said).rank(Rank::Checked).says(says));
}

/// A node as JSON, which is YAML too.
fn json(node: &Node) -> Json {
    match &node.what {
        What::Scalar { .. } if node.is_null() => Json::Null,
        What::Scalar { text, is_plain } => match scalar::meaning(text, *is_plain) {
            Value::Bool(flag) => Json::from(flag),
            Value::Int(number) => Json::from(number),
            _ if *is_plain && scalar::is_fraction(text) => {
                text.parse::<f64>().map_or_else(|_| Json::from(text.as_str()), Json::from)
            }
            Value::Text(_) | Value::List(_) | Value::Map(_) => Json::from(text.as_str()),
        },
        What::List(items) => items.iter().map(json).collect(),
        What::Map(pairs) => {
            let pair = |(k, v): &(Node, Node)| (k.text().unwrap_or_default().to_owned(), json(v));
            Json::Object(pairs.iter().map(pair).collect::<Map<String, Json>>())
        }
    }
}
