//! A capture of the hosts of a role into the role's files: what they share, and where each differs from its brothers.

use super::layer::{self, Layer, Side};
use super::merge::{self, Capture, Merged};
use super::node::Source;
use super::parse::parse;
use super::problem::Problem;
use super::sums::{self, Sums};
use model::draft::Draft;
use model::id::ResourceId;
use model::place::Place;
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

/// Merges a capture into a role's files. Nothing is handed out unless all of it can be read again.
pub fn capture(role: Role<'_>) -> Result<Captured, Vec<Problem>> {
    let sums = read_sums(role)?;
    all_hosts(role)?;
    let work = Work::new(role, &sums);
    let mut captured = Captured::default();
    let mut written = Sums::default();
    for part in work.parts() {
        let path = work.path(&part.name);
        let text = role.files.get(&part.name).map_or("", String::as_str);
        let (merged, sums) = work.merge(&part, Source { path: &path, text })?;
        written.extend(sums);
        captured.files.insert(part.name, merged);
    }
    captured.sums = written.to_string();
    work.check(&captured)?;
    Ok(captured)
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
    name: String,
    side: Side,
    layer: Layer,
    drafts: Vec<&'a Draft>,
    elsewhere: BTreeSet<(ResourceId, String)>,
    host: &'a str,
}

struct Work<'a> {
    role: Role<'a>,
    sums: &'a Sums,
    layers: layer::Layers,
    /// What people claim, by file.
    people: BTreeMap<&'a str, BTreeSet<(ResourceId, String)>>,
}

impl<'a> Work<'a> {
    fn new(role: Role<'a>, sums: &'a Sums) -> Self {
        let drafts: Vec<&Draft> = role.hosts.iter().map(|h| h.draft).collect();
        let is_yaml = |name: &str| name != sums::NAME;
        let people = role.files.iter().filter(|(name, _)| is_yaml(name)).map(|(name, text)| {
            let path = format!("{}/{name}", role.dir);
            (name.as_str(), merge::by_people(Source { path: &path, text }, name, sums))
        });
        Self { role, sums, layers: layer::layers(&drafts), people: people.collect() }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.role.dir)
    }

    fn parts(&self) -> Vec<Part<'a>> {
        let drafts: Vec<&Draft> = self.role.hosts.iter().map(|h| h.draft).collect();
        let own = self.layers.own.iter();
        let name = match self.role.hosts {
            [only] => only.name,
            _ => self.role.name,
        };
        let mut parts = vec![
            self.part("site.yaml", Side::Site, &self.layers.site, &drafts, name),
            self.part("baseline.yaml", Side::Baseline, &self.layers.baseline, &drafts, name),
        ];
        if self.role.hosts.len() > 1 {
            let hosts = self.role.hosts.iter().zip(own);
            parts.extend(hosts.map(|(h, own)| self.part(&host_file(h.name), Side::Host, own, &[h.draft], h.name)));
        } else if let [only] = self.role.hosts {
            // It once had brothers.
            let name = host_file(only.name);
            if self.role.files.contains_key(&name) {
                parts.push(self.part(&name, Side::Host, &Layer::default(), &[only.draft], only.name));
            }
        }
        parts
    }

    /// A file and what it is to say: its layer without what people claim in other files.
    fn part(&self, name: &str, side: Side, layer: &Layer, drafts: &[&'a Draft], host: &'a str) -> Part<'a> {
        let is_mine = |other: &str| side == Side::Host && other.starts_with(HOSTS);
        let people = self.people.iter().filter(|(file, _)| **file != name && !is_mine(file));
        let said: BTreeSet<(ResourceId, String)> = people.flat_map(|(_, claims)| claims.iter().cloned()).collect();
        let named: BTreeSet<&ResourceId> = said.iter().map(|(id, _)| id).collect();
        let mut layer = layer.clone();
        layer.entries.retain(|id, drafted| {
            if !named.contains(id) {
                return true;
            }
            drafted.facts.retain(|property, _| !said.contains(&(id.clone(), property.clone())));
            !drafted.facts.is_empty()
        });
        let mut elsewhere: BTreeSet<(ResourceId, String)> = self.others(side).flat_map(subjects).collect();
        elsewhere.extend(said);
        Part { name: name.to_owned(), side, layer, drafts: drafts.to_vec(), elsewhere, host }
    }

    /// The layers of the other files that speak of the same hosts.
    fn others(&self, side: Side) -> impl Iterator<Item = &Layer> {
        let site = Some(&self.layers.site).filter(|_| side != Side::Site);
        let baseline = Some(&self.layers.baseline).filter(|_| side != Side::Baseline);
        let own = self.layers.own.iter().filter(move |_| side != Side::Host);
        site.into_iter().chain(baseline).chain(own)
    }

    fn merge(&self, part: &Part<'_>, source: Source<'_>) -> Result<(Merged, Sums), Vec<Problem>> {
        let capture = Capture {
            name: &part.name,
            side: part.side,
            layer: &part.layer,
            drafts: &part.drafts,
            elsewhere: &part.elsewhere,
            sums: self.sums,
            host: part.host,
            key: self.role.key,
        };
        merge::merge(source, capture)
    }

    /// Every host's files together must make a spec.
    fn check(&self, captured: &Captured) -> Result<(), Vec<Problem>> {
        let mut common: Vec<(String, String)> = Vec::new();
        let mut own: Vec<(String, String)> = Vec::new();
        let unwritten =
            self.role.files.iter().filter(|(name, _)| {
                *name != sums::NAME && !name.starts_with(HOSTS) && !captured.files.contains_key(*name)
            });
        let written = captured.files.iter().map(|(name, merged)| (name, &merged.text));
        for (name, text) in unwritten.chain(written) {
            let list = if name.starts_with(HOSTS) { &mut own } else { &mut common };
            list.push((self.path(name), text.clone()));
        }
        if own.is_empty() {
            return parse(&common).map(drop);
        }
        for file in own {
            let mut files = common.clone();
            files.push(file);
            parse(&files)?;
        }
        Ok(())
    }
}

fn subjects(layer: &Layer) -> impl Iterator<Item = (ResourceId, String)> {
    layer.entries.iter().flat_map(|(id, drafted)| drafted.facts.keys().map(|property| (id.clone(), property.clone())))
}
