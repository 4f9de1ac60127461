//! The kill rate: every single change a person or a broken deploy makes is found, on the right resource.

#![expect(clippy::print_stdout, reason = "the rates are what it is run for")]

use crate::host::{New, Project, container, lab, news, repository, yaml};
use crate::session::Session;
use model::id::glob;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;

/// How many changes the ordinary tests make: the same ones every time, of every kind.
const SAMPLE: usize = 40;

/// How many other resources one change may speak of before it drowns what was changed.
const FEW: usize = 12;

/// One change, and how it is taken back.
#[derive(Debug, Deserialize)]
struct Mutation {
    id: String,
    /// The kind whose rate it counts for.
    kind: String,
    change: String,
    restore: String,
    /// Where it must show: all of them.
    expect: Vec<Want>,
}

/// A resource, or several of which one is enough.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Want {
    One(String),
    OneOf(Vec<String>),
}

impl Want {
    fn all(&self) -> &[String] {
        match self {
            Want::One(want) => std::slice::from_ref(want),
            Want::OneOf(wants) => wants,
        }
    }

    fn kinds(&self) -> impl Iterator<Item = &str> {
        self.all().iter().filter_map(|want| Some(want.split_once('[')?.0))
    }

    /// A `*` in a resource's name covers anything.
    fn covers(&self, id: &str) -> bool {
        self.all().iter().any(|want| glob(want, id))
    }
}

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// A finding with a verdict stands on every resource that was wanted.
    Found,
    /// There is one, but it only says that it could not be told.
    Undecided,
    /// Nothing was said of one of them.
    Lived,
    /// The change could not be made or not be taken back: that says nothing of repot.
    Broken,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Undecided => "found as undecided only",
            Self::Lived => "not found",
            Self::Broken => "wrong in itself",
        }
    }
}

/// What became of one change.
#[derive(Debug)]
struct Result {
    outcome: Outcome,
    detail: String,
    /// The resources that were spoken of beside those that were wanted.
    beside: BTreeSet<String>,
}

fn all() -> Vec<Mutation> {
    let mut paths: Vec<_> = fs::read_dir(lab().join("mutations")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "yaml"));
    paths.sort();
    let all: Vec<Mutation> = paths.iter().flat_map(|p| yaml::<Vec<Mutation>>(p)).collect();
    let ids: BTreeSet<&str> = all.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(ids.len(), all.len(), "two changes have the same id");
    assert!(all.iter().all(|m| !m.expect.is_empty()), "a change without an expectation cannot live");
    all
}

/// Some of the changes, spread over the kinds: one of each, then a second one of each, and so on.
fn sample(all: Vec<Mutation>, most: usize) -> Vec<Mutation> {
    let mut by_kind: BTreeMap<String, VecDeque<Mutation>> = BTreeMap::new();
    for mutation in all {
        by_kind.entry(mutation.kind.clone()).or_default().push_back(mutation);
    }
    let mut sample = Vec::new();
    while sample.len() < most && by_kind.values().any(|of_kind| !of_kind.is_empty()) {
        sample.extend(by_kind.values_mut().filter_map(VecDeque::pop_front));
    }
    sample.truncate(most);
    sample
}

#[test]
#[ignore = "needs the lab: make measure"]
fn every_change_is_found() {
    let mut mutations = all();
    match std::env::var("REPOT_MUTATION") {
        Ok(only) => mutations.retain(|m| only.split(',').any(|o| glob(o, &m.id))),
        Err(_) => assert!(mutations.len() >= 260, "{} changes only", mutations.len()),
    }
    run(&mutations, "kill-rate.json");
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn a_sample_of_the_changes_is_found() {
    run(&sample(all(), SAMPLE), "kill-rate-of-sample.json");
}

/// Makes each change alone, and writes the rates to a file under target/lab.
fn run(mutations: &[Mutation], file: &str) {
    // A host that others look at meanwhile would show them changes that nobody made.
    assert!(std::env::var_os("REPOT_LAB_HOST").is_some(), "REPOT_LAB_HOST must name the host that may be changed");
    assert!(!mutations.is_empty(), "no change has that name");
    let project = Project::new();
    project.capture(&container());
    let mut host = Host { project, session: Session::new(), last: BTreeSet::new() };
    // For working on one change: looks once, at the kinds where it is wanted. That is no measurement.
    let is_quick = std::env::var_os("REPOT_QUICK").is_some();
    assert_eq!(host.news(&[]), [], "before anything was changed");
    let mut results = Vec::new();
    let mut wrong = Vec::new();
    for mutation in mutations {
        let kinds: BTreeSet<&str> = mutation.expect.iter().flat_map(Want::kinds).collect();
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(",");
        let quick = ["--once", "--kind", &kinds];
        let result = host.result(mutation, if is_quick { &quick } else { &[] });
        if result.outcome != Outcome::Found || result.beside.len() > FEW {
            println!("{}: {}: {}", mutation.id, result.outcome.word(), result.detail);
            wrong.push(mutation.id.as_str());
        }
        if !result.beside.is_empty() {
            println!("{}: beside: {}", mutation.id, few(result.beside.iter().map(String::as_str)));
        }
        results.push((mutation, result));
    }
    let rates = Rates::of(&results);
    rates.print();
    if !is_quick {
        rates.write(file);
    }
    assert_eq!(host.news(&[]), [], "after all changes were taken back");
    assert!(wrong.is_empty(), "{} of {}: {}", wrong.len(), mutations.len(), wrong.join(", "));
}

/// The host, and what was news on it last.
struct Host {
    project: Project,
    session: Session,
    last: BTreeSet<String>,
}

impl Host {
    fn news(&self, options: &[&str]) -> Vec<New> {
        // What was changed stays so: the second look need not wait for it.
        let (_, report) = self.project.verify_with(&container(), &[&["--settle", "0"], options].concat());
        news(&report)
    }

    fn result(&mut self, mutation: &Mutation, options: &[&str]) -> Result {
        let changed = self.session.run(&mutation.change);
        let found = if changed.is_ok() { self.news(options) } else { Vec::new() };
        let restored = self.session.run(&mutation.restore);
        let lines: BTreeSet<String> = found.iter().map(|n| n.line.clone()).collect();
        // What was there already may be left of the change before: then it is still there.
        let mut left: Vec<String> = lines.intersection(&self.last).cloned().collect();
        if !left.is_empty() {
            let still = self.news(options);
            left.retain(|line| still.iter().any(|n| n.line == *line));
        }
        self.last = lines;
        let wanted: Vec<&str> = mutation.expect.iter().flat_map(Want::all).map(String::as_str).collect();
        let (outcome, detail) = match (changed, restored) {
            (Err(why), _) => (Outcome::Broken, format!("cannot be made: {why}")),
            (_, Err(why)) => (Outcome::Broken, format!("cannot be taken back: {why}")),
            _ if !left.is_empty() => {
                (Outcome::Broken, format!("is there without it: {}", few(left.iter().map(|l| &**l))))
            }
            _ => {
                let lines = few(found.iter().map(|n| n.line.as_str()));
                (judge(mutation, &found), format!("wanted {}, found {lines}", wanted.join(", ")))
            }
        };
        let is_wanted = |id: &str| mutation.expect.iter().any(|want| want.covers(id));
        let beside = found.into_iter().filter(|n| !is_wanted(&n.id)).map(|n| n.id).collect();
        Result { outcome, detail, beside }
    }
}

fn judge(mutation: &Mutation, found: &[New]) -> Outcome {
    let says = |want: &Want, decided: bool| found.iter().any(|n| want.covers(&n.id) && (n.is_decided || !decided));
    if mutation.expect.iter().all(|want| says(want, true)) {
        Outcome::Found
    } else if mutation.expect.iter().all(|want| says(want, false)) {
        Outcome::Undecided
    } else {
        Outcome::Lived
    }
}

fn few<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = lines.collect();
    let more = if lines.len() > 8 { format!("\n  and {} more", lines.len() - 8) } else { String::new() };
    format!("\n  {}{more}", lines[..lines.len().min(8)].join("\n  "))
}

/// The rates as a file for whoever reports on them. A newer form gets a new version.
#[derive(Debug, Serialize)]
struct Rates<'a> {
    version: u32,
    /// Seconds since 1970.
    measured_at: u64,
    host: String,
    kinds: BTreeMap<&'a str, Rate>,
    not_found: BTreeMap<&'a str, Outcome>,
}

/// Of how many changes how many were found.
#[derive(Debug, Default, Serialize)]
struct Rate {
    changes: usize,
    found: usize,
}

impl<'a> Rates<'a> {
    fn of(results: &'a [(&'a Mutation, Result)]) -> Self {
        let mut kinds: BTreeMap<&str, Rate> = BTreeMap::new();
        let mut not_found = BTreeMap::new();
        for (mutation, result) in results {
            let rate = kinds.entry(&mutation.kind).or_default();
            rate.changes += 1;
            if result.outcome == Outcome::Found {
                rate.found += 1;
            } else {
                not_found.insert(mutation.id.as_str(), result.outcome);
            }
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Self { version: 1, measured_at: now.as_secs(), host: container(), kinds, not_found }
    }

    fn print(&self) {
        for (kind, rate) in &self.kinds {
            println!("{kind:<20} {} of {}", rate.found, rate.changes);
        }
        let (found, changes) = self.kinds.values().fold((0, 0), |(f, c), r| (f + r.found, c + r.changes));
        println!("{:<20} {found} of {changes}", "all");
    }

    fn write(&self, file: &str) {
        let dir = repository().join("target/lab");
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join(file), serde_json::to_string_pretty(self).unwrap()).unwrap();
    }
}
