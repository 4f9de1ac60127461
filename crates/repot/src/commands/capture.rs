//! `repot capture`: look at hosts twice, and write down what they are.

use super::planning;
use crate::error::CommandError;
use crate::files;
use crate::observing::{ReachArgs, addresses};
use crate::project::{Project, wrong, yaml_files};
use crate::ran::{self, Begun};
use crate::stored::{safe_path, stored};
use crate::ui::Ui;
use clap::Args;
use exchange::project_file::ProjectFile;
use exchange::report::{Run, Target};
use exchange::schema;
use exchange::spec_file::merge::Merged;
use exchange::spec_file::role::{self, Captured, Role, host_file};
use exchange::spec_file::sums;
use kinds::KnownKinds;
use model::answer::{Why, WhyCode};
use model::diff::diff;
use model::draft::{Draft, draft};
use model::exit::Exit;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use target::address::Address;
use target::observe::Observed;
use target::project_key::ProjectKey;
use target::recording::{self, Header, VERSION};

const AFTER: &str = "\
It writes, below spec/ROLE/:
  site.yaml       what people did: short, to be read and edited
  baseline.yaml   what the system and its packages brought: long, for machines
  files/          contents of what people wrote, secrets replaced by fingerprints
and a recording below .repot/recordings/. Nothing is written on the host but the agent. Captured
again, your edits and comments stay.

Examples:
  repot capture ssh:deploy@web-01 --sudo           one host, to spec/web-01/
  repot capture ssh:web-01 ssh:web-02 --role web   two hosts of one role, to spec/web/
  repot capture local                              this machine
  repot capture rootfs:/mnt/disk                   a mounted disk or unpacked image";

/// Looks at hosts, some seconds apart, and writes what they are.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Capture {
    /// The hosts: ssh:[USER@]HOST[:PORT], local, rootfs:DIR, podman:NAME and so on; by default those of repot.yaml
    #[arg(value_name = "TARGET")]
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
}

impl Capture {
    /// Does it.
    pub(crate) fn run(mut self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let begun = Begun::now();
        let ui = &ui.usually(ran::usual(project, "capture"));
        if self.targets.is_empty() {
            self.as_in(project.file()?)?;
        }
        let addresses = addresses(&self.targets)?;
        let kept = project.key()?;
        let is_new = kept.is_none();
        let key = kept.map_or_else(ProjectKey::random, Ok)?;
        let plan = planning::everything(&key, true, Some(self.settle).filter(|s| *s > 0));
        let asked: Vec<(Address, _)> = addresses.into_iter().map(|a| (a, plan.clone())).collect();
        let mut exit = Exit::Same;
        let mut roles: BTreeMap<String, Vec<Host>> = BTreeMap::new();
        let mut lost: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for ((address, _), result) in asked.iter().zip(self.reach.observe_all(&asked, project, ui)) {
            let role = self.role.clone().unwrap_or_else(|| address.short());
            match result {
                Ok(observed) => roles.entry(role).or_default().push(host(address, observed)),
                Err(trouble) => {
                    exit = exit.worse(Exit::Unreachable);
                    lost.entry(role).or_default().push(address.to_string());
                    ui.error(&CommandError::unreachable(address, trouble));
                }
            }
        }
        if is_new && !roles.is_empty() {
            project.keep_key(&key)?;
            let path = project.key_path();
            ui.say(&format!("made the project's key {}: keep it, and out of version control", path.display()));
        }
        for (role, hosts) in &roles {
            exit = exit.worse(match lost.get(role) {
                None => write_role(project, role, hosts, &key, begun, &self.reach, ui)?,
                Some(lost) => only_keep(project, role, hosts, lost, &key, begun, ui)?,
            });
        }
        Ok(exit)
    }
}

impl Capture {
    /// The hosts of the project, and how they are reached.
    fn as_in(&mut self, file: ProjectFile) -> Result<(), CommandError> {
        if file.hosts.is_empty() {
            return Err(CommandError::usage("which host is to be read?").hint(
                "say a target: `repot capture ssh:web-01 --sudo`; or write `hosts` into repot.yaml, see `repot init`",
            ));
        }
        self.targets = file.hosts;
        self.role = self.role.take().or(file.role);
        self.reach.sudo_too(file.sudo);
        Ok(())
    }
}

/// What hosts share is not known while one of them is not: nothing is written but what was seen.
fn only_keep(
    project: &Project,
    role: &str,
    hosts: &[Host],
    lost: &[String],
    key: &ProjectKey,
    begun: Begun,
    ui: &Ui,
) -> Result<Exit, CommandError> {
    for host in hosts {
        keep(project, host, key, begun, ui)?;
    }
    let kept: Vec<String> =
        hosts.iter().map(|h| format!("recording:{}", project.recording_path(&h.address.short()).display())).collect();
    let what = format!("{} was not written: not all hosts of the role were seen", project.role(role).display());
    let again = format!("repot capture {} {} --role {role}", kept.join(" "), lost.join(" "));
    ui.error(&CommandError {
        exit: Exit::Unreachable,
        what,
        hints: vec![format!("what was seen is kept; go on with `{again}`")],
    });
    Ok(Exit::Unreachable)
}

fn host(address: &Address, observed: Observed) -> Host {
    let draft = drafted(&observed).unwrap_or_default();
    Host { address: address.clone(), observed, draft }
}

pub(crate) fn drafted(observed: &Observed) -> Option<Draft> {
    let first = observed.looks.first()?;
    Some(draft(first, observed.looks.last().unwrap_or(first), &KnownKinds))
}

fn write_role(
    project: &Project,
    role: &str,
    hosts: &[Host],
    key: &ProjectKey,
    begun: Begun,
    reach: &ReachArgs,
    ui: &Ui,
) -> Result<Exit, CommandError> {
    let dir = project.role(role);
    let names: Vec<String> = hosts.iter().map(|h| h.address.short()).collect();
    let texts = texts(&dir, &names)?;
    let drafts: Vec<role::Host<'_>> =
        hosts.iter().zip(&names).map(|(host, name)| role::Host { name, draft: &host.draft }).collect();
    let id = key.id();
    let display = dir.display().to_string();
    let captured =
        role::capture(Role { name: role, dir: &display, hosts: &drafts, files: &texts, key: &id, only: None })
            .map_err(|p| wrong(&p).hint("nothing was written; correct the file and capture again"))?;
    let contents = contents(hosts);
    write(&dir, &captured, &contents)?;
    remove_others(&dir.join("files"), &contents)?;
    for host in hosts {
        keep(project, host, key, begun, ui)?;
    }
    Ok(tell(role, hosts, &captured, &dir, reach, ui))
}

/// The texts of a role's files by name below its directory.
pub(crate) fn texts(dir: &Path, hosts: &[String]) -> Result<BTreeMap<String, String>, CommandError> {
    let mut texts = BTreeMap::new();
    let mut paths = if dir.is_dir() { yaml_files(dir, &[dir.join("files")])? } else { Vec::new() };
    paths.push(dir.join(sums::NAME));
    paths.extend(hosts.iter().map(|host| dir.join(host_file(host))));
    for path in paths {
        if let (Some(text), Ok(name)) = (files::read(&path)?, path.strip_prefix(dir)) {
            texts.insert(name.display().to_string(), text);
        }
    }
    Ok(texts)
}

/// Writes the files; the digests last, so that what was not written is not taken for captured.
fn write(dir: &Path, captured: &Captured, contents: &BTreeMap<PathBuf, Vec<u8>>) -> Result<(), CommandError> {
    let schema = format!("{:#}\n", schema::spec()).into_bytes();
    let mut all: Vec<(PathBuf, &[u8])> = Vec::new();
    all.extend(contents.iter().map(|(path, bytes)| (dir.join("files").join(path), bytes.as_slice())));
    all.extend(captured.files.iter().map(|(name, merged)| (dir.join(name), merged.text.as_bytes())));
    all.push((dir.parent().unwrap_or(dir).join("schema.json"), &schema));
    all.push((dir.join(sums::NAME), captured.sums.as_bytes()));
    files::write_all(all.iter().map(|(path, bytes)| (path.as_path(), *bytes))).map(drop)
}

/// The contents of what people wrote, by the path below files/: each host's own where hosts differ.
fn contents(hosts: &[Host]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut by_path: BTreeMap<PathBuf, BTreeMap<Vec<u8>, Vec<String>>> = BTreeMap::new();
    for host in hosts {
        let Some(facts) = host.observed.facts() else { continue };
        for (id, bytes) in stored(facts) {
            let same = by_path.entry(safe_path(&id.name)).or_default().entry(bytes).or_default();
            same.push(host.address.short());
        }
    }
    let mut contents = BTreeMap::new();
    for (path, versions) in by_path {
        let is_shared = versions.len() == 1;
        for (bytes, hosts) in versions {
            if is_shared {
                contents.insert(path.clone(), bytes);
                continue;
            }
            for host in hosts {
                contents.insert(Path::new(&format!("@{host}")).join(&path), bytes.clone());
            }
        }
    }
    contents
}

/// Removes the contents of files that are no longer claimed.
fn remove_others(dir: &Path, contents: &BTreeMap<PathBuf, Vec<u8>>) -> Result<(), CommandError> {
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

fn keep(project: &Project, host: &Host, key: &ProjectKey, begun: Begun, ui: &Ui) -> Result<(), CommandError> {
    // A recording of a recording would only change its date.
    if matches!(host.address, Address::Recording(_)) {
        return Ok(());
    }
    let path = project.recording_path(&host.address.short());
    let moved = moved(host, recording::read(&path).ok());
    let header = Header {
        repot: "recording".to_owned(),
        version: VERSION,
        target: host.address.to_string(),
        host: host.observed.host.clone(),
        taken: jiff::Timestamp::now().to_string(),
        key: key.id(),
    };
    recording::write(&path, &header, &host.observed)?;
    ran::keep_plain(project, &Run { command: "capture", targets: vec![moved] }, begun, ui);
    Ok(())
}

/// What a host shows otherwise than at the capture before.
fn moved(host: &Host, before: Option<(Header, Observed)>) -> Target {
    let name = host.address.to_string();
    let before = before.filter(|(header, _)| header.target == name);
    let none = || Target { name: name.clone(), against: "nothing before".to_owned(), ..Target::default() };
    let Some((header, observed)) = before else { return none() };
    let (Some(old), Some(new)) = (observed.facts(), host.observed.facts()) else { return none() };
    let mut findings = diff(old, new, &KnownKinds);
    findings.retain(|f| f.verdict.is_news());
    Target { name: name.clone(), against: format!("the capture of {}", header.taken), findings, ..Target::default() }
}

/// The summary: what was written, what people should look at, what could not be looked at, what to do next.
fn tell(role: &str, hosts: &[Host], captured: &Captured, dir: &Path, reach: &ReachArgs, ui: &Ui) -> Exit {
    let count = |merged: &Merged| format!("{} resources, {} facts", merged.resources, merged.claims);
    for (name, merged) in &captured.files {
        let whose = match name.as_str() {
            "site.yaml" => "that people made",
            "baseline.yaml" => "as shipped",
            _ => "of this host alone",
        };
        ui.say(&format!("{}/{name}: {} {whose}", dir.display(), count(merged)));
    }
    for (name, merged) in &captured.files {
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
    let denied = |host: &&Host| {
        let is_denied = |(_, why): &(String, Why)| why.code == WhyCode::Denied;
        host.draft.blind.iter().any(is_denied) && reach.may_gain(&host.address.to_string())
    };
    let again = reach.again();
    let of_role = |host: &Host| if host.address.short() == role { String::new() } else { format!(" --role {role}") };
    let next = |host: &Host| format!("{}{again}{}", host.address, of_role(host));
    match (hosts.iter().find(denied), hosts.first()) {
        (Some(host), _) => ui.say(&format!(
            "next: `repot capture {} --sudo`: what was denied is seen with the rights of root",
            next(host)
        )),
        (None, Some(host)) => {
            ui.say(&format!("next: read {}/site.yaml, then `repot verify {}`", dir.display(), next(host)));
        }
        (None, None) => {}
    }
    exit
}

/// What could not be looked at, by why: of a kind of which several facts are missing, how many.
fn blind(draft: &Draft) -> Vec<(String, String)> {
    let mut by_kind: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for (subject, why) in &draft.blind {
        let kind = subject.split_once('[').map_or(subject.as_str(), |(kind, _)| kind);
        by_kind.entry(kind).or_insert((0, why.to_string())).0 += 1;
    }
    let mut by_why: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (kind, (count, why)) in by_kind {
        match count {
            1 => by_why.entry(why).or_default().push(kind.to_owned()),
            n => by_why.entry(format!("{why} (the first)")).or_default().push(format!("{n} facts of {kind}")),
        }
    }
    by_why.into_iter().map(|(why, kinds)| (kinds.join(", "), why)).collect()
}
