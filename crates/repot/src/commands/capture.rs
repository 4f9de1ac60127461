//! `repot capture`: look at hosts twice, and write down what they are.

use super::planning;
use crate::error::CommandError;
use crate::files;
use crate::observing::{ReachArgs, addresses};
use crate::project::{Project, wrong};
use crate::ui::Ui;
use clap::Args;
use exchange::spec_file::emit::Side;
use exchange::spec_file::merge::{self, Merged, merge};
use exchange::spec_file::node::Source;
use exchange::spec_file::parse::parse;
use kinds::KnownKinds;
use kinds::kind::Role;
use model::draft::{Draft, Drafted, draft};
use model::exit::Exit;
use model::facts::Facts;
use model::id::ResourceId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use target::address::Address;
use target::observe::Observed;
use target::project_key::ProjectKey;
use target::recording::{self, Header, VERSION};

/// Looks at hosts, some seconds apart, and writes what they are to spec/ROLE/: site.yaml (what people did, short),
/// baseline.yaml (what the OS and its packages brought, long) and files/ (contents, secrets replaced by fingerprints).
/// Captured again, edits and comments stay.
#[derive(Debug, Args)]
pub(crate) struct Capture {
    /// The hosts
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,
    /// The role they share; by default each host is a role of its own
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Seconds between the two looks that show what moves by itself; 0 looks once
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    settle: u64,
    #[command(flatten)]
    reach: ReachArgs,
}

/// One host that was looked at.
struct Host {
    address: Address,
    observed: Observed,
    draft: Draft,
    before: Option<Draft>,
}

impl Capture {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let addresses = addresses(&self.targets)?;
        let (key, is_new) = project.key_or_new()?;
        if is_new {
            let path = project.key_path();
            ui.say(&format!("made the project's key {}: keep it, and out of version control", path.display()));
        }
        let plan = planning::everything(&key, true, Some(self.settle).filter(|s| *s > 0));
        let asked: Vec<(Address, _)> = addresses.into_iter().map(|a| (a, plan.clone())).collect();
        let mut exit = Exit::Same;
        let mut roles: BTreeMap<String, Vec<Host>> = BTreeMap::new();
        for ((address, _), result) in asked.iter().zip(self.reach.observe_all(&asked, ui)) {
            match result {
                Ok(observed) => {
                    let role = self.role.clone().unwrap_or_else(|| address.short());
                    roles.entry(role).or_default().push(host(project, address, observed));
                }
                Err(trouble) => {
                    exit = exit.worse(Exit::Unreachable);
                    let what = format!("{address}: {}", trouble.what);
                    ui.error(&CommandError { exit: Exit::Unreachable, what, hints: trouble.hints });
                }
            }
        }
        for (role, hosts) in &roles {
            exit = exit.worse(write_role(project, role, hosts, &key, ui)?);
        }
        Ok(exit)
    }
}

fn host(project: &Project, address: &Address, observed: Observed) -> Host {
    let before = recording::read(&project.recording_path(&address.short())).ok().and_then(|(_, o)| drafted(&o));
    let draft = drafted(&observed).unwrap_or_default();
    Host { address: address.clone(), observed, draft, before }
}

fn drafted(observed: &Observed) -> Option<Draft> {
    let first = observed.looks.first()?;
    Some(draft(first, observed.looks.last().unwrap_or(first), &KnownKinds))
}

fn write_role(project: &Project, role: &str, hosts: &[Host], key: &ProjectKey, ui: &Ui) -> Result<Exit, CommandError> {
    let dir = project.role(role);
    let (common, own) = shared(hosts.iter().map(|h| &h.draft).collect());
    let before: Option<Vec<&Draft>> = hosts.iter().map(|h| h.before.as_ref()).collect();
    let before = before.map(|drafts| shared(drafts).0);
    let mut done = Done { dir: dir.clone(), key: key.id(), merged: Vec::new() };
    let mut elsewhere = said_by_people(&dir)?;
    done.file("site.yaml", &common, before.as_ref(), Side::Site, role, &elsewhere)?;
    elsewhere.extend(claims_of(&dir.join("site.yaml"), done.text("site.yaml"))?);
    done.file("baseline.yaml", &common, before.as_ref(), Side::Baseline, role, &elsewhere)?;
    for (host, own) in hosts.iter().zip(own) {
        if !own.site.is_empty() || dir.join("hosts").join(format!("{}.yaml", host.address.short())).exists() {
            let name = format!("hosts/{}.yaml", host.address.short());
            done.file(&name, &own, None, Side::Site, &host.address.short(), &BTreeSet::new())?;
        }
    }
    let contents = contents(hosts, &common);
    done.write()?;
    write_contents(&dir.join("files"), &contents)?;
    for host in hosts {
        keep(project, host, key)?;
    }
    Ok(tell(role, hosts, &common, &done, ui))
}

/// What all hosts share, and what each has of its own.
fn shared(drafts: Vec<&Draft>) -> (Draft, Vec<Draft>) {
    let Some((first, rest)) = drafts.split_first() else { return (Draft::default(), Vec::new()) };
    let mut common = (*first).clone();
    if rest.is_empty() {
        return (common, vec![Draft::default()]);
    }
    let all = drafts.as_slice();
    let same = |id: &ResourceId, property: &str| {
        let value = |d: &Draft| fact(d, id, property).and_then(|f| f.value().cloned());
        all.iter().all(|d| value(d) == value(first))
    };
    let keep = |id: &ResourceId, drafted: &mut Drafted| {
        let is_everywhere = all.iter().all(|d| d.site.contains_key(id) || d.baseline.contains_key(id));
        drafted.facts.retain(|property, _| same(id, property));
        is_everywhere && (!drafted.facts.is_empty() || drafted.absent)
    };
    common.site.retain(|id, drafted| keep(id, drafted));
    common.baseline.retain(|id, drafted| keep(id, drafted));
    common.closed.retain(|kind| all.iter().all(|d| d.closed.contains(kind)));
    for draft in rest {
        common.open.extend(draft.open.iter().filter(|o| !first.open.contains(o)).cloned());
    }
    let own = all.iter().map(|d| own(d, &common)).collect();
    (common, own)
}

fn own(draft: &Draft, common: &Draft) -> Draft {
    let mut own = Draft::default();
    for (id, drafted) in draft.site.iter().chain(&draft.baseline) {
        let mut left = drafted.clone();
        left.facts.retain(|property, _| fact(common, id, property).is_none());
        let is_common = common.site.contains_key(id) || common.baseline.contains_key(id);
        if left.facts.is_empty() && is_common {
            continue;
        }
        own.site.entry(id.clone()).or_default().facts.extend(left.facts);
    }
    own
}

fn fact<'a>(draft: &'a Draft, id: &ResourceId, property: &str) -> Option<&'a model::fact::Fact> {
    let of = |side: &'a BTreeMap<ResourceId, Drafted>| side.get(id).and_then(|d| d.facts.get(property));
    of(&draft.site).or_else(|| of(&draft.baseline))
}

/// The files of a role as they are to be, before any is written.
struct Done {
    dir: PathBuf,
    key: String,
    merged: Vec<(String, Merged)>,
}

impl Done {
    fn file(
        &mut self,
        name: &str,
        draft: &Draft,
        before: Option<&Draft>,
        side: Side,
        host: &str,
        elsewhere: &BTreeSet<(ResourceId, String)>,
    ) -> Result<(), CommandError> {
        let path = self.dir.join(name);
        let text = files::read(&path)?.unwrap_or_default();
        let capture = merge::Capture { draft, before, side, elsewhere, host, key: &self.key };
        let source = Source { path: &path.display().to_string(), text: &text };
        let merged = merge(source, capture)
            .map_err(|p| wrong(&p).hint("nothing was written; correct the file and capture again"))?;
        self.merged.push((name.to_owned(), merged));
        Ok(())
    }

    fn text(&self, name: &str) -> &str {
        self.merged.iter().find(|(n, _)| n == name).map_or("", |(_, m)| &m.text)
    }

    fn write(&self) -> Result<(), CommandError> {
        for (name, merged) in &self.merged {
            files::write(&self.dir.join(name), merged.text.as_bytes())?;
        }
        Ok(())
    }
}

/// The claims that people's own files of the role make.
fn said_by_people(dir: &Path) -> Result<BTreeSet<(ResourceId, String)>, CommandError> {
    let mut said = BTreeSet::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return Ok(said) };
    for path in entries.flatten().map(|e| e.path()) {
        let is_own = path.file_name().is_some_and(|n| n == "site.yaml" || n == "baseline.yaml");
        if !is_own && path.is_file() && path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            said.extend(claims_of(&path, &files::read(&path)?.unwrap_or_default())?);
        }
    }
    Ok(said)
}

fn claims_of(path: &Path, text: &str) -> Result<BTreeSet<(ResourceId, String)>, CommandError> {
    let parsed = parse(&[(path.display().to_string(), text.to_owned())]).map_err(|p| wrong(&p))?;
    let claims = parsed.spec.entries.into_iter().flat_map(|(id, entry)| {
        entry.claims.into_keys().map(move |property| (id.clone(), property)).collect::<Vec<_>>()
    });
    Ok(claims.collect())
}

/// The contents of what people wrote, by the path below files/: the first host's where hosts share it.
fn contents(hosts: &[Host], common: &Draft) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for host in hosts {
        let Some(facts) = host.observed.facts() else { continue };
        for (id, bytes) in stored(facts) {
            let is_common = common.site.contains_key(&id);
            let base = if is_common { PathBuf::new() } else { PathBuf::from(format!("@{}", host.address.short())) };
            contents.entry(base.join(safe_path(&id.name))).or_insert(bytes);
        }
    }
    contents
}

/// What is kept as a file beside the spec.
fn stored(facts: &Facts) -> impl Iterator<Item = (ResourceId, Vec<u8>)> {
    facts.resources().flat_map(|(kind, name, resource)| {
        let known = kinds::kind_named(kind);
        resource.facts.iter().filter_map(move |(property, fact)| {
            known?.property(property).filter(|p| p.role == Role::Stored)?;
            let text = fact.value()?.as_text()?;
            Some((ResourceId::new(kind, name), model::text::to_bytes(text)))
        })
    })
}

/// A name as a path below a directory, whatever the host calls it: no `..`, nothing absolute, no odd characters.
fn safe_path(name: &str) -> PathBuf {
    let part = |p: &str| -> String {
        let p: String = p
            .chars()
            .map(|c| if c.is_control() || model::text::unsafe_on_terminals(c) || c == '\\' { '_' } else { c })
            .take(200)
            .collect();
        if p.starts_with("..") || p == "." { p.replace('.', "_") } else { p }
    };
    name.split('/').filter(|p| !p.is_empty()).map(part).collect()
}

/// Writes the contents, and removes those of files that are no longer claimed.
fn write_contents(dir: &Path, contents: &BTreeMap<PathBuf, Vec<u8>>) -> Result<(), CommandError> {
    for (path, bytes) in contents {
        files::write(&dir.join(path), bytes)?;
    }
    let mut todo = vec![dir.to_owned()];
    while let Some(at) = todo.pop() {
        let Ok(entries) = std::fs::read_dir(&at) else { continue };
        for path in entries.flatten().map(|e| e.path()) {
            let is_wanted = path.strip_prefix(dir).is_ok_and(|p| contents.contains_key(p));
            if path.is_dir() && !path.is_symlink() {
                todo.push(path);
            } else if !is_wanted {
                std::fs::remove_file(&path).map_err(|e| CommandError::file(&path, &e))?;
            }
        }
    }
    Ok(())
}

fn keep(project: &Project, host: &Host, key: &ProjectKey) -> Result<(), CommandError> {
    // A recording of a recording would only change its date.
    if matches!(host.address, Address::Recording(_)) {
        return Ok(());
    }
    let header = Header {
        repot: "recording".to_owned(),
        version: VERSION,
        target: host.address.to_string(),
        host: host.observed.host.clone(),
        taken: jiff::Timestamp::now().to_string(),
        key: key.id(),
    };
    Ok(recording::write(&project.recording_path(&host.address.short()), &header, &host.observed)?)
}

/// The summary: what was written, what people should look at, what could not be looked at, what to do next.
fn tell(role: &str, hosts: &[Host], common: &Draft, done: &Done, ui: &Ui) -> Exit {
    let count = |side: &BTreeMap<ResourceId, Drafted>| {
        let facts: usize = side.values().map(|d| d.facts.len().max(1)).sum();
        format!("{} resources, {facts} facts", side.len())
    };
    ui.say(&format!("{}/site.yaml: {} that people made", done.dir.display(), count(&common.site)));
    ui.say(&format!("{}/baseline.yaml: {} as shipped", done.dir.display(), count(&common.baseline)));
    for (name, merged) in &done.merged {
        for subject in &merged.kept {
            ui.warn(&format!("{name}: {subject} is not what the host shows; your claim was kept"));
        }
        for subject in &merged.gone {
            ui.warn(&format!("{name}: {subject} is no longer there; marked `gone: true`"));
        }
        for subject in &merged.updated {
            ui.detail(&format!("{name}: {} follows the host", model::text::for_terminal(subject)));
        }
    }
    let mut exit = Exit::Same;
    for host in hosts {
        let millis = host.observed.millis;
        let processes = host.observed.processes;
        ui.detail(&format!("{}: {millis} ms on the host, {processes} processes", host.address));
        for (subject, why) in blind(&host.draft) {
            exit = Exit::Undecided;
            ui.warn(&format!("{}: could not look at {subject}: {why}", host.address));
        }
    }
    let target = hosts.first().map_or_else(String::new, |h| h.address.to_string());
    ui.say(&format!("next: read {}/site.yaml, then `repot verify {target} --role {role}`", done.dir.display()));
    exit
}

/// What could not be looked at: kinds whole, and of their properties one line a kind.
fn blind(draft: &Draft) -> Vec<(String, String)> {
    let mut lines: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (subject, why) in &draft.blind {
        let kind = subject.split_once('[').map_or(subject.as_str(), |(kind, _)| kind);
        let line = lines.entry(kind.to_owned()).or_insert((0, why.to_string()));
        line.0 += 1;
    }
    lines
        .into_iter()
        .map(
            |(kind, (n, why))| {
                if n > 1 { (format!("{n} facts of {kind}"), format!("{why} (the first)")) } else { (kind, why) }
            },
        )
        .collect()
}
