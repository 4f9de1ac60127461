//! Who asked for what: the lab's papers and the traces on its host, imported and held against the truth about them.

use crate::host::{Project, container, lab, name, yaml};
use model::id::glob;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What the papers of the lab say, and whether it is still so; see the head of its file.
#[derive(Debug, Deserialize)]
struct Truth {
    statements: BTreeMap<String, Vec<Entry>>,
    traces: Vec<Trace>,
}

/// One place of a paper.
#[derive(Debug, Deserialize)]
struct Entry {
    line: u64,
    is: String,
    text: String,
    #[serde(default)]
    facts: Vec<String>,
    #[serde(default)]
    acts: Vec<String>,
}

/// A line on the host that shows who did something.
#[derive(Debug, Deserialize)]
struct Trace {
    act: String,
    file: String,
    /// What was done in the same act and is not seen in this line.
    #[serde(default)]
    except: Vec<String>,
}

/// An act of the lab's truth, for the facts it speaks of.
#[derive(Debug, Deserialize)]
struct Act {
    id: String,
    facts: Vec<OneOrMore>,
    #[serde(default)]
    also: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// The least share of statements that are no longer so and must be named, in percent.
const NAMED: usize = 95;

/// The least share of facts that must have the right origin, in percent, of those that the papers read so far speak of.
const RIGHT: usize = 95;

/// The most statements that still hold and may be called stale, in percent of those that could be compared.
const WRONGLY: usize = 2;

#[test]
#[ignore = "needs the lab: make test-lab"]
fn the_papers_explain_the_host() {
    let project = Project::new();
    project.capture(&container());
    // The papers alone: what is true of them is not theirs.
    let copied = Command::new("cp").arg("-r").arg(lab().join("papers")).arg(project.path("papers")).status().unwrap();
    assert!(copied.success());
    for file in ["truth.yaml", "check"] {
        std::fs::remove_file(project.path("papers").join(file)).unwrap();
    }
    let imported = project.repot(&["import", "papers", "--from-host", &container(), "--role", "web"]);
    assert_eq!(imported.status.code(), Some(0), "{}", String::from_utf8_lossy(&imported.stderr));
    let output = project.repot(&["explain", "--role", "web", "--format", "json"]);
    let explained: Value = serde_json::from_slice(&output.stdout).unwrap();
    let truth = Known::read(&explained);
    let (named, missed) = truth.stale(&explained);
    let (wrongly, compared) = truth.wrongly_stale(&explained);
    let (right, wrong, exact) = truth.origins(&explained);
    println!(
        "{named} of {} statements that are no longer so are named; {right} of {} facts have the right origin; \
         {} of {compared} statements are wrongly called stale",
        named + missed.len(),
        right + wrong.len(),
        wrongly.len()
    );
    println!("wrongly stale:\n{}", wrongly.join("\n"));
    println!(
        "not named:\n{}\nother origins:\n{}",
        missed.join("\n"),
        wrong.iter().cloned().collect::<Vec<_>>().join("\n")
    );
    assert!(named >= 20 && right >= 400, "too little was compared");
    assert!(exact.is_empty(), "exact origins that are wrong:\n{}", exact.join("\n"));
    assert!(named * 100 >= NAMED * (named + missed.len()));
    assert!(right * 100 >= RIGHT * (right + wrong.len()));
    assert!(wrongly.len() * 100 <= WRONGLY * compared);
    no_secret_is_recorded(&project);
}

/// None of the host's secrets is in what an import writes.
fn no_secret_is_recorded(project: &Project) {
    let search =
        Command::new(lab().join("secrets")).arg(name()).arg("--search").arg(project.path("spec")).output().unwrap();
    assert!(search.status.success(), "{}", String::from_utf8_lossy(&search.stdout));
}

struct Known {
    /// The entries of the papers that were read, by file.
    entries: BTreeMap<String, Vec<Entry>>,
    /// The entries of those that no reader takes yet.
    unread: Vec<Entry>,
    traces: Vec<Trace>,
    acts: BTreeMap<String, Vec<String>>,
}

impl Known {
    fn read(explained: &Value) -> Self {
        let truth: Truth = yaml(&lab().join("papers/truth.yaml"));
        let acts: Vec<Act> = yaml(&lab().join("truth.yaml"));
        let statements = explained["statements"].as_array().unwrap();
        let files: BTreeSet<&str> = statements.iter().filter_map(|s| s["place"]["file"].as_str()).collect();
        let (mut entries, mut unread) = (BTreeMap::new(), Vec::new());
        for (file, of) in truth.statements {
            let path = Path::new("papers").join(file).display().to_string();
            if files.contains(path.as_str()) {
                entries.insert(path, of);
            } else {
                unread.extend(of);
            }
        }
        let facts = |act: Act| {
            let facts = act.facts.into_iter().flat_map(|f| match f {
                OneOrMore::One(one) => vec![one],
                OneOrMore::More(more) => more,
            });
            (act.id, facts.chain(act.also).collect())
        };
        Self { entries, unread, traces: truth.traces, acts: acts.into_iter().map(facts).collect() }
    }

    /// The entry that what is said at a line belongs to.
    fn entry(&self, place: &Value) -> Option<&Entry> {
        let line = place["line"].as_u64().unwrap_or(0);
        self.entries.get(place["file"].as_str()?)?.iter().rfind(|e| e.line <= line)
    }

    /// How many of the statements that are no longer so are named, and those that are not.
    fn stale(&self, explained: &Value) -> (usize, Vec<String>) {
        let mut named: BTreeSet<(String, u64)> = BTreeSet::new();
        for statement in explained["statements"].as_array().unwrap() {
            let is_stale = matches!(statement["standing"].as_str(), Some("stale" | "superseded"));
            if let Some(entry) = self.entry(&statement["place"]).filter(|_| is_stale) {
                named.insert((statement["place"]["file"].as_str().unwrap().to_owned(), entry.line));
            }
        }
        let (mut count, mut missed) = (0, Vec::new());
        for (file, entries) in &self.entries {
            for entry in entries.iter().filter(|e| matches!(e.is.as_str(), "stale" | "superseded")) {
                match named.contains(&(file.clone(), entry.line)) {
                    true => count += 1,
                    false => missed.push(format!("{file}:{}: {}", entry.line, entry.text)),
                }
            }
        }
        (count, missed)
    }

    /// The statements that are called stale and are not, and how many could be compared with the host.
    fn wrongly_stale(&self, explained: &Value) -> (Vec<String>, usize) {
        let (mut wrongly, mut compared) = (Vec::new(), 0);
        for statement in explained["statements"].as_array().unwrap() {
            let Some(entry) = self.entry(&statement["place"]) else { continue };
            let is_stale = match statement["standing"].as_str() {
                Some("stale" | "superseded") => true,
                Some("agreed") => false,
                _ => continue,
            };
            compared += 1;
            if is_stale && !matches!(entry.is.as_str(), "stale" | "superseded") {
                wrongly.push(format!("{}: {} ({})", statement["place"], statement["said"], statement["why"]));
            }
        }
        (wrongly, compared)
    }

    /// How many facts have the right origin, which have another one, and which of those call it exact.
    fn origins(&self, explained: &Value) -> (usize, BTreeSet<String>, Vec<String>) {
        let (mut right, mut wrong, mut exact) = (0, BTreeSet::new(), Vec::new());
        for fact in explained["facts"].as_array().unwrap().iter().filter(|f| f["because"] != "packaged") {
            let is_exact = fact["confidence"] == "exact";
            // A line of a file that a paper pushes is asked for by the statement that pushes it.
            let said =
                fact["statement"].as_u64().map(|at| &explained["statements"][usize::try_from(at).unwrap()]["place"]);
            if self.is_right(fact, said.unwrap_or(&Value::Null)) {
                right += 1;
            } else if is_exact || !self.unread.iter().any(|e| self.covers(e, fact)) {
                let at = &fact["at"];
                let line = format!("{}[{}].{}: {} {at}", fact["kind"], fact["name"], fact["property"], fact["because"]);
                if is_exact {
                    exact.push(line.clone());
                }
                wrong.insert(line);
            }
        }
        (right, wrong, exact)
    }

    fn is_right(&self, fact: &Value, said: &Value) -> bool {
        let mut traces = self.traces.iter().filter(|t| self.trace_covers(t, fact));
        if fact["because"] == "nobody" {
            return traces.next().is_none() && !self.entries.values().flatten().any(|e| self.covers(e, fact));
        }
        let file = said["file"].as_str().unwrap_or_default();
        match self.entries.contains_key(file) {
            true => self.entry(said).is_some_and(|e| self.covers(e, fact)),
            false => traces.any(|t| file.ends_with(&format!(":{}", t.file))),
        }
    }

    fn covers(&self, entry: &Entry, fact: &Value) -> bool {
        entry.facts.iter().any(|pattern| covers(pattern, fact))
            || entry.acts.iter().any(|act| self.act_covers(act, fact))
    }

    fn trace_covers(&self, trace: &Trace, fact: &Value) -> bool {
        self.act_covers(&trace.act, fact) && !trace.except.iter().any(|pattern| covers(pattern, fact))
    }

    fn act_covers(&self, act: &str, fact: &Value) -> bool {
        self.acts.get(act).is_some_and(|facts| facts.iter().any(|pattern| covers(pattern, fact)))
    }
}

/// Whether `kind[name]` or `kind[name].property` speaks of a fact.
fn covers(pattern: &str, fact: &Value) -> bool {
    let text = |name: &str| fact[name].as_str().unwrap_or_default();
    let whole = format!("{}[{}]", text("kind"), text("name"));
    let at = pattern.rfind(']').map_or(pattern.len(), |at| at + 1);
    let property = pattern[at..].trim_start_matches('.');
    let is_meant = property.is_empty() || property.contains('*') || property == text("property");
    glob(pattern, &whole) || (glob(&pattern[..at], &whole) && is_meant)
}
