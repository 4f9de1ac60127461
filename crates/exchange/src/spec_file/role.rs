//! A capture of the hosts of a role into the role's files: what they share, and where each differs from its brothers.

use super::layer::{self, Layer, Side};
use super::merge::{self, Capture, Done, Elsewhere, Item, Merged, People, Read};
use super::node::Source;
use super::parse::contradictions;
use super::problem::Problem;
use super::sums::{self, Sums};
use model::draft::Draft;
use model::id::ResourceId;
use model::place::Place;
use model::spec::Spec;
use std::collections::{BTreeMap, BTreeSet};

/// A host that was captured.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    /// Its name, as that of its own file.
    pub name: &'a str,
    /// What a spec should say of it.
    pub draft: &'a Draft,
}

/// A role as it is, and what was captured of its hosts.
#[derive(Debug, Clone, Copy)]
pub struct Role<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its directory, as people would type it.
    pub dir: &'a str,
    /// All its hosts.
    pub hosts: &'a [Host<'a>],
    /// Its files below the directory: every YAML file outside of files/, and [`sums::NAME`].
    pub files: &'a BTreeMap<String, String>,
    /// The id of the project's key.
    pub key: &'a str,
    /// Only these are written, whoever wrote what the files say of them; nothing else moves. All, if none.
    pub only: Option<&'a BTreeSet<ResourceId>>,
}

/// The files of a role as they are to be.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    /// The files that captures write, by name below the directory.
    pub files: BTreeMap<String, Merged>,
    /// The text of [`sums::NAME`].
    pub sums: String,
}

/// The file of one host below the role's directory.
pub fn host_file(host: &str) -> String {
    format!("{HOSTS}{host}.yaml")
}

const HOSTS: &str = "hosts/";
const SITE: &str = "site.yaml";
const BASELINE: &str = "baseline.yaml";

/// Merges a capture into a role's files. Nothing is handed out unless all of it can be read again.
pub fn capture(role: Role<'_>) -> Result<Captured, Vec<Problem>> {
    let sums = read_sums(role)?;
    all_hosts(role)?;
    let paths: BTreeMap<String, String> = names(role).map(|name| (format!("{}/{name}", role.dir), name)).collect();
    let reads = read(role, &paths)?;
    let items: BTreeMap<&str, Vec<Item<'_>>> = reads.iter().map(|r| (r.name, merge::items(r, &sums))).collect();
    let people: BTreeMap<&str, People> = items.iter().map(|(name, items)| (*name, merge::by_people(items))).collect();
    let drafts: Vec<&Draft> = role.hosts.iter().map(|h| h.draft).collect();
    let mut layers = layer::layers(&drafts);
    if let Some(only) = role.only {
        // What people claim of it follows the host where it stands, and is not written a second time elsewhere.
        layers.retain(only);
    }
    let work = Work { role, sums: &sums, layers, people };
    let (mut captured, mut written) = (Captured::default(), Sums::default());
    let mut specs: BTreeMap<&str, Spec> = BTreeMap::new();
    for read in &reads {
        let Some(part) = work.part(read.name, &drafts) else {
            specs.insert(read.name, read.spec.clone());
            continue;
        };
        let done = work.merge(read, items.get(read.name).map_or(&[], Vec::as_slice), &part)?;
        written.extend(done.sums);
        specs.insert(read.name, done.spec);
        captured.files.insert(read.name.to_owned(), done.merged);
    }
    captured.sums = written.to_string();
    check(&specs)?;
    Ok(captured)
}

/// The files that are read: those there are and those that are to be.
fn names(role: Role<'_>) -> impl Iterator<Item = String> {
    let there = role.files.keys().filter(|name| *name != sums::NAME).cloned();
    let own = role.hosts.iter().filter(|_| role.hosts.len() > 1).map(|h| host_file(h.name));
    let all: BTreeSet<String> = there.chain(own).chain([SITE.to_owned(), BASELINE.to_owned()]).collect();
    all.into_iter()
}

fn read<'a>(role: Role<'a>, paths: &'a BTreeMap<String, String>) -> Result<Vec<Read<'a>>, Vec<Problem>> {
    let (mut reads, mut problems) = (Vec::new(), Vec::new());
    for (path, name) in paths {
        let text = role.files.get(name).map_or("", String::as_str);
        match Read::new(name, Source { path, text }) {
            Ok(read) => reads.push(read),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(reads) } else { Err(problems) }
}

fn read_sums(role: Role<'_>) -> Result<Sums, Vec<Problem>> {
    let text = role.files.get(sums::NAME).map_or("", String::as_str);
    let newer = || {
        let place = Place::line(format!("{}/{}", role.dir, sums::NAME), 1);
        let what = "this was written by a newer repot".to_owned();
        vec![Problem {
            place,
            width: 0,
            what,
            line: String::new(),
            hints: vec!["use that one; nothing was written".into()],
        }]
    };
    Sums::parse(text).ok_or_else(newer)
}

/// What hosts share is known only when all of them are captured.
fn all_hosts(role: Role<'_>) -> Result<(), Vec<Problem>> {
    let others: Vec<&str> = role.files.keys().filter_map(|f| f.strip_prefix(HOSTS)?.strip_suffix(".yaml")).collect();
    let Some(other) = others.iter().find(|o| role.hosts.iter().all(|h| h.name != **o)) else { return Ok(()) };
    let place = Place::file(format!("{}/{}", role.dir, host_file(other)));
    let what = format!("{other} shares the role {} and is not captured now", role.name);
    let hint = format!("capture its hosts together: {}; or remove this file if the host is no more", others.join(", "));
    Err(vec![Problem { place, width: 0, what, line: String::new(), hints: vec![hint] }])
}

/// One file that is written.
struct Part<'a> {
    side: Side,
    layer: Layer,
    drafts: Vec<&'a Draft>,
    elsewhere: Elsewhere<'a>,
    host: &'a str,
}

struct Work<'a> {
    role: Role<'a>,
    sums: &'a Sums,
    layers: layer::Layers,
    /// What people claim, by file.
    people: BTreeMap<&'a str, People>,
}

impl<'a> Work<'a> {
    /// What a file is to say: its layer without what people claim in other files. `None` of files that are people's own.
    fn part<'w>(&'w self, name: &str, drafts: &[&'w Draft]) -> Option<Part<'w>> {
        let whole = if let [only] = self.role.hosts { only.name } else { self.role.name };
        let own = name.strip_prefix(HOSTS).and_then(|n| n.strip_suffix(".yaml"));
        let index = self.role.hosts.iter().position(|h| Some(h.name) == own);
        let (side, layer, drafts, host) = match index {
            None if name == SITE => (Side::Site, self.layers.site.clone(), drafts.to_vec(), whole),
            None if name == BASELINE => (Side::Baseline, self.layers.baseline.clone(), drafts.to_vec(), whole),
            None => return None,
            Some(index) => {
                let layer = self.layers.own.get(index).cloned().unwrap_or_default();
                (Side::Host, layer, vec![self.role.hosts[index].draft], self.role.hosts[index].name)
            }
        };
        let is_brother = |other: &str| side == Side::Host && other.starts_with(HOSTS);
        let people =
            self.people.iter().filter(|(file, _)| **file != name && !is_brother(file)).map(|(_, p)| p).collect();
        let elsewhere = Elsewhere { layers: self.others(side).collect(), people };
        Some(Part { side, layer: without(layer, &elsewhere.people), drafts, elsewhere, host })
    }

    /// The layers of the other files that speak of the same hosts.
    fn others(&self, side: Side) -> impl Iterator<Item = &Layer> {
        let site = Some(&self.layers.site).filter(|_| side != Side::Site);
        let baseline = Some(&self.layers.baseline).filter(|_| side != Side::Baseline);
        let own = self.layers.own.iter().filter(move |_| side != Side::Host);
        site.into_iter().chain(baseline).chain(own)
    }

    fn merge(&self, read: &Read<'_>, items: &[Item<'_>], part: &Part<'_>) -> Result<Done, Vec<Problem>> {
        let capture = Capture {
            name: read.name,
            side: part.side,
            layer: &part.layer,
            drafts: &part.drafts,
            elsewhere: &part.elsewhere,
            sums: self.sums,
            host: part.host,
            key: self.role.key,
            only: self.role.only,
        };
        merge::merge(read, items, capture)
    }
}

/// A layer without what people claim themselves.
fn without(mut layer: Layer, people: &[&People]) -> Layer {
    for (id, claims) in people.iter().flat_map(|p| p.iter()) {
        if let Some(drafted) = layer.entries.get_mut(id) {
            drafted.facts.retain(|property, _| !claims.contains(property.as_str()));
            if drafted.facts.is_empty() {
                layer.entries.remove(id);
            }
        }
    }
    layer
}

/// Every host's files together must make a spec.
fn check(specs: &BTreeMap<&str, Spec>) -> Result<(), Vec<Problem>> {
    let (own, common): (Vec<_>, Vec<_>) = specs.iter().partition(|(name, _)| name.starts_with(HOSTS));
    let common: Vec<&Spec> = common.into_iter().map(|(_, spec)| spec).collect();
    let mut sets: Vec<Vec<&Spec>> = own.into_iter().map(|(_, own)| [common.as_slice(), &[own]].concat()).collect();
    if sets.is_empty() {
        sets.push(common);
    }
    match sets.iter().map(|set| contradictions(set)).find(|problems| !problems.is_empty()) {
        Some(problems) => Err(problems),
        None => Ok(()),
    }
}
