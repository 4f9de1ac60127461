//! `repot report`: the whole migration on one page, made of what commands kept in the project.

use crate::deciding::{Deciding, joined};
use crate::error::CommandError;
use crate::explaining;
use crate::files;
use crate::project::{KUBERNETES, Project};
use crate::ran;
use crate::standing;
use crate::ui::Ui;
use clap::Args;
use exchange::explain::explain;
use exchange::generate::GENERATORS;
use exchange::import::record::Record;
use exchange::page::{Accounted, Kill, Map, Mark, Material, Page, Platform, Role, html, json, markdown, page};
use model::exit::Exit;
use model::facts::Facts;
use model::spec::Spec;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const AFTER: &str = "\
It asks no machine: `capture`, `verify`, `e2e`, `diff` and `rebuild` keep what they found below .repot/runs/, and this
shows the newest of each machine beside the spec, who asked for what, the generated code and the decisions. It writes:
  report/index.html    one file that fetches nothing: every claim at every stage, with its evidence
  report/report.md     the same in short, for a pull request
  report/report.json   all of it, version 1 (see `repot schema migration`)

Examples:
  repot report
  repot report --runs artifacts/verify --runs artifacts/e2e    also runs of other machines, such as of CI jobs
  repot report --out public

Exit status: 0 written, 2 a spec or a file that cannot be read, 4 there is nothing to show yet.
What it shows does not change it: `repot verify` is what fails a build";

/// Writes the report of the whole migration.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Report {
    /// The directory to write to; by default `report` in the project
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A directory of runs that were kept elsewhere, beside those of the project; may be repeated
    #[arg(long, value_name = "DIR")]
    runs: Vec<PathBuf>,
    /// How many planted changes were found, by kind; by default .repot/kill-rate.json
    #[arg(long, value_name = "FILE")]
    kills: Option<PathBuf>,
    /// What the page is called; by default the project's directory
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

/// What a role says and shows, before it is matched.
struct Read {
    name: String,
    spec: Spec,
    record: Record,
    facts: Option<Facts>,
}

impl Report {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let watch = ui.watch("report");
        watch.doing("reading the project");
        let read: Vec<Read> = project.roles().into_iter().map(|role| read(project, role)).collect::<Result<_, _>>()?;
        let mut material = self.material(project)?;
        let hosts = project.host_roles();
        material.no_hosts = project.roles().into_iter().filter(|role| !hosts.contains(role)).collect();
        material.roles = read.iter().map(|r| role(project, r)).collect();
        let mut open = standing::Open::new();
        for one in &read {
            match decided(project, one) {
                Ok(Some((platform, count))) => {
                    material.platforms.push(platform);
                    open.insert(one.name.clone(), count);
                }
                Ok(None) => {}
                Err(error) => material.unread.push(error.what),
            }
        }
        material.steps = standing::steps(project, open);
        if let Err(error) = account(project, &mut material) {
            material.unread.push(error.what);
        }
        if material.roles.is_empty() && material.runs.is_empty() {
            ui.warn("there is nothing to show yet: no spec, and nothing was run");
            ui.say("next: `repot capture TARGET` writes a spec");
            return Ok(Exit::Nothing);
        }
        watch.doing("making the page");
        let made = page(&material);
        let out = self.out.clone().unwrap_or_else(|| project.report());
        let texts = [
            ("index.html", html::text(&made)),
            ("report.md", markdown::text(&made)),
            ("report.json", json::text(&made)),
        ];
        watch.doing("writing");
        let paths: Vec<(PathBuf, &[u8])> = texts.iter().map(|(name, text)| (out.join(name), text.as_bytes())).collect();
        files::write_all(paths.iter().map(|(path, bytes)| (path.as_path(), *bytes)))?;
        drop(watch);
        tell(&made, &out, &texts[0].1, ui);
        Ok(Exit::Same)
    }

    fn material(&self, project: &Project) -> Result<Material<'static>, CommandError> {
        if let Some(dir) = self.runs.iter().find(|dir| !dir.is_dir()) {
            return Err(CommandError::usage(format!("there is no directory {}", dir.display()))
                .hint("--runs names a directory of files that commands kept below .repot/runs/"));
        }
        let dirs: Vec<PathBuf> = std::iter::once(project.runs()).chain(self.runs.iter().cloned()).collect();
        let (runs, mut unread) = ran::read_all(&dirs);
        let mut maps = Vec::new();
        for generator in GENERATORS {
            match map(&project.generated(generator.name()).join("map.json")) {
                Ok(found) => maps.extend(found),
                Err(error) => unread.push(error.what),
            }
        }
        Ok(Material {
            title: self.title.clone().unwrap_or_else(|| title(project)),
            made: jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
            roles: Vec::new(),
            no_hosts: Vec::new(),
            runs,
            captured: project.recorded().into_iter().map(|(header, _)| header.target).collect(),
            maps,
            platforms: Vec::new(),
            derived: Vec::new(),
            kills: self.kills(project)?,
            steps: Vec::new(),
            unread,
        })
    }

    fn kills(&self, project: &Project) -> Result<BTreeMap<String, Kill>, CommandError> {
        let path = self.kills.clone().unwrap_or_else(|| project.at_name(".repot/kill-rate.json"));
        let Some(text) = files::read(&path)? else {
            return match &self.kills {
                Some(path) => Err(CommandError::file(path, &"there is no such file")),
                None => Ok(BTreeMap::new()),
            };
        };
        let value: Value = serde_json::from_str(&text).map_err(|e| CommandError::file(&path, &e))?;
        let kill = |v: &Value| Some(Kill { changes: v["changes"].as_u64()?, found: v["found"].as_u64()? });
        let kinds = value["kinds"].as_object().into_iter().flatten();
        Ok(kinds.filter_map(|(kind, v)| Some((kind.clone(), kill(v)?))).collect())
    }
}

fn title(project: &Project) -> String {
    let here = project.at_name(".");
    let root = std::path::absolute(&here).unwrap_or(here);
    root.components().next_back().map_or_else(|| "a host".to_owned(), |c| c.as_os_str().to_string_lossy().into_owned())
}

fn read(project: &Project, name: String) -> Result<Read, CommandError> {
    let shared = match project.role_files(&name)?.is_empty() {
        true => Spec::default(),
        false => project.spec(&name, "")?,
    };
    // What one host has of its own is a claim too.
    let spec = joined(shared, &project.own_specs(&name)?);
    let record = project.imported(&name)?;
    let facts = explaining::observed(project, &name)?.map(|(_, facts)| facts);
    Ok(Read { name, spec, record, facts })
}

fn role<'a>(project: &Project, read: &'a Read) -> Role<'a> {
    Role {
        name: read.name.clone(),
        against: project.within(&project.role(&read.name)),
        spec: read.spec.clone(),
        explained: read.facts.as_ref().map(|facts| explain(&read.record.statements, facts)),
    }
}

/// What people decided of a role, and how many entries are open; none where nobody decided anything and nothing was
/// generated.
fn decided(project: &Project, read: &Read) -> Result<Option<(Platform, usize)>, CommandError> {
    let is_decided = project.decisions_path(&read.name).is_file() || project.generated(KUBERNETES).is_dir();
    if !is_decided || read.spec.is_empty() {
        return Ok(None);
    }
    let deciding = Deciding::of(project, &read.name)?;
    let review = deciding.review();
    let platform = Platform::of(&review, &deciding.decisions.platform.name, &read.name);
    Ok(Some((platform, review.in_the_way().count())))
}

/// Takes in where entries ended in the generated manifests, if there are any.
fn account(project: &Project, material: &mut Material<'_>) -> Result<(), CommandError> {
    let code = project.generated(KUBERNETES);
    let path = code.join("account.json");
    let Some(text) = files::read(&path)? else { return Ok(()) };
    let value: Value = serde_json::from_str(&text).map_err(|e| CommandError::file(&path, &e))?;
    if value["repot"] != "account" || value["version"] != 1 {
        return Err(CommandError::file(&path, &"it is no account that this repot reads"));
    }
    let word = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let entry = |v: &Value| Accounted {
        subject: word(&v["subject"]),
        fate: word(&v["fate"]),
        artefacts: texts(&v["artefacts"]),
        because: word(&v["because"]),
        otherwise: v["otherwise"].as_object().into_iter().flatten().map(|(p, why)| (p.clone(), word(why))).collect(),
    };
    let role = word(&value["role"]);
    material.derived.push((project.within(&code.join("holds")), role.clone()));
    let at = material.platforms.iter().position(|p| p.role == role).unwrap_or_else(|| {
        material.platforms.push(Platform { name: KUBERNETES.to_owned(), role, ..Platform::default() });
        material.platforms.len() - 1
    });
    let platform = &mut material.platforms[at];
    platform.account(value["entries"].as_array().into_iter().flatten().map(entry));
    for (name, keys) in value["secrets"].as_object().into_iter().flatten() {
        let keys = keys.as_object().into_iter().flatten().map(|(key, from)| held(key, from)).collect();
        platform.secrets.insert(name.clone(), keys);
    }
    platform.payload = value["payload"].as_object().into_iter().flatten().map(|(path, _)| path.clone()).collect();
    platform.left = value["left"].as_array().map(|_| texts(&value["left"]));
    Ok(())
}

/// A key of a Secret, and what of the host it holds.
fn held(key: &str, from: &Value) -> String {
    match (from["file"].as_str(), from["seen-in"].as_str()) {
        (Some(path), _) => format!("{key} (the file {path})"),
        (None, Some(path)) => format!("{key} (a value of {path})"),
        (None, None) => key.to_owned(),
    }
}

/// The texts of a list.
fn texts(v: &Value) -> Vec<String> {
    v.as_array().into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned)).collect()
}

/// What a generator wrote of the claims its code meets; none where it wrote nothing.
fn map(path: &Path) -> Result<Option<Map>, CommandError> {
    let Some(text) = files::read(path)? else { return Ok(None) };
    let value: Value = serde_json::from_str(&text).map_err(|e| CommandError::file(path, &e))?;
    let lists = |v: &Value| v.as_object().into_iter().flatten().map(|(name, v)| (name.clone(), texts(v))).collect();
    let words = |v: &Value| {
        let word = |(name, v): (&String, &Value)| (name.clone(), v.as_str().unwrap_or_default().to_owned());
        v.as_object().into_iter().flatten().map(word).collect()
    };
    Ok(Some(Map {
        generator: value["generator"].as_str().unwrap_or_default().to_owned(),
        role: value["role"].as_str().unwrap_or_default().to_owned(),
        tasks: lists(&value["tasks"]),
        follows: words(&value["follows"]),
        unmapped: words(&value["unmapped"]),
        payload: texts(&value["payload"]),
        secrets: lists(&value["secrets"]),
    }))
}

fn tell(page: &Page, out: &Path, html: &str, ui: &Ui) {
    let kib = html.len().div_ceil(1024);
    ui.say(&format!(
        "{}: {} rows, {}, {kib} KiB",
        out.join("index.html").display(),
        page.rows.len(),
        match page.columns.len() {
            1 => "1 machine".to_owned(),
            n => format!("{n} machines"),
        }
    ));
    for line in &page.unread {
        ui.warn(&format!("not shown: {line}"));
    }
    let worst = page.worst();
    let open: usize = worst.iter().filter(|(m, _)| m.is_news()).map(|(_, n)| n).sum();
    let unseen = worst.get(&Mark::None).copied().unwrap_or(0);
    ui.say(&format!("{open} rows are not as claimed or undecided somewhere, {unseen} were looked at nowhere"));
    if let Some(step) = standing::next(&page.steps) {
        ui.say(&format!("next: {}: `{}`", step.name, step.next));
    }
}
