//! `repot accept`: what a machine now shows of some resources becomes what the spec claims of them, and nothing else of
//! the spec's files moves.

use super::capture::{drafted, texts};
use super::planning;
use super::verify::today;
use crate::error::CommandError;
use crate::files;
use crate::observing::{ReachArgs, addresses};
use crate::project::{Project, wrong};
use crate::stored::{safe_path, stored};
use crate::ui::Ui;
use clap::Args;
use exchange::spec_file::merge::Merged;
use exchange::spec_file::role::{self, Captured, Role};
use exchange::spec_file::sums;
use kinds::KnownKinds;
use model::compare::compare;
use model::exit::Exit;
use model::facts::Facts;
use model::finding::{Finding, Verdict};
use model::id::{ResourceId, glob};
use model::text::for_terminal;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use target::project_key::ProjectKey;

const AFTER: &str = "\
It takes what verify would show, so look at that first. A claim that people wrote is changed as well, and stays theirs,
with its comment and its reason; what is no longer there is marked `gone: true`. What could not be looked at is not
accepted.

Examples:
  repot accept ssh:web-01 --sudo 'php-ini[fpm/www:memory_limit]'
  repot accept ssh:web-01 --sudo 'package[php*]' 'file[/etc/php/*]'
  repot accept ssh:web-01 --sudo --all         all that verify shows

Exit status: 0 written, 1 something cannot be accepted and was left, 4 nothing that was named differs, and the others
as those of verify";

/// Writes into the spec what a machine now shows of one or more resources.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Accept {
    /// The machine: ssh:[USER@]HOST[:PORT], local, podman:NAME, recording:FILE and so on
    #[arg(value_name = "TARGET")]
    target: String,
    /// What is accepted: KIND[NAME], where NAME may be a pattern with * and ?; or KIND
    #[arg(value_name = "RESOURCE", required_unless_present = "all")]
    resources: Vec<String>,
    /// Accept everything that differs
    #[arg(long, conflicts_with = "resources")]
    all: bool,
    /// The role; by default the one of the target's name, or the only one
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Seconds between the two looks that show what moves by itself; 0 looks once
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    settle: u64,
    #[command(flatten)]
    reach: ReachArgs,
}

impl Accept {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let address = addresses(std::slice::from_ref(&self.target))?.remove(0);
        self.check()?;
        let name = project.role_of(&address, self.role.as_deref())?;
        let host = address.short();
        let spec = project.spec(&name, &host)?;
        let key = project.key_or_new()?;
        let mut plan = planning::everything_and(&spec, &key);
        plan.kinds.values_mut().for_each(|ask| ask.contents = true);
        plan.again_after = Some(self.settle).filter(|s| *s > 0);
        let seen = self.reach.observe_all(&[(address.clone(), plan)], project, ui).into_iter().next();
        let observed = seen.ok_or_else(|| CommandError::usage("no target was looked at"))?;
        let observed = observed.map_err(|trouble| CommandError::unreachable(&address, trouble))?;
        let mut facts = observed.facts().cloned().unwrap_or_default();
        facts.key = observed.key.clone().or_else(|| Some(key.id()));
        let findings = compare(&spec, &facts, &KnownKinds, &today());
        let only = self.named(&findings);
        if only.is_empty() {
            ui.warn("nothing that was named differs from the spec; nothing was written");
            return Ok(Exit::Nothing);
        }
        let dir = project.role(&name);
        let draft = drafted(&observed).unwrap_or_default();
        let captured = merged(&dir, &name, role::Host { name: &host, draft: &draft }, &only, &key)?;
        write(&dir, &captured, &facts, &only)?;
        let exit = tell(&captured, &only, &dir, ui);
        ui.next(&format!(
            "`git diff` shows the lines that moved; `repot verify {}{}` proves them",
            self.target,
            self.reach.again()
        ));
        Ok(exit)
    }

    fn check(&self) -> Result<(), CommandError> {
        for typed in &self.resources {
            let kind = typed.split_once('[').map_or(typed.as_str(), |(kind, _)| kind);
            super::known_kind::known_kind(kind)?;
            if typed.contains('[') && ResourceId::parse(typed).is_none() {
                return Err(CommandError::usage(format!("`{typed}` names no resource"))
                    .hint("write KIND[NAME], in quotes, as verify shows it"));
            }
        }
        Ok(())
    }

    /// The resources that were named and of which something differs.
    fn named(&self, findings: &[Finding]) -> BTreeSet<ResourceId> {
        let is_named = |id: &ResourceId| {
            let whole = id.to_string();
            self.all || self.resources.iter().any(|typed| *typed == id.kind || *typed == whole || glob(typed, &whole))
        };
        let differs = |f: &&Finding| matches!(f.verdict, Verdict::Differs | Verdict::Missing | Verdict::Extra);
        findings.iter().filter(differs).map(|f| f.id.clone()).filter(is_named).collect()
    }
}

fn merged(
    dir: &Path,
    name: &str,
    host: role::Host<'_>,
    only: &BTreeSet<ResourceId>,
    key: &ProjectKey,
) -> Result<Captured, CommandError> {
    let texts = texts(dir, &[host.name.to_owned()])?;
    let (display, id) = (dir.display().to_string(), key.id());
    let hosts = [host];
    let role = Role { name, dir: &display, hosts: &hosts, files: &texts, key: &id, only: Some(only) };
    role::capture(role).map_err(|p| wrong(&p).hint("nothing was written"))
}

/// Writes the files, with the contents of what was accepted; the digests last.
fn write(dir: &Path, captured: &Captured, facts: &Facts, only: &BTreeSet<ResourceId>) -> Result<(), CommandError> {
    let kept = dir.join("files");
    let contents: Vec<(PathBuf, Vec<u8>)> = stored(facts)
        .filter(|(id, _)| only.contains(id))
        .map(|(id, bytes)| (kept.join(safe_path(&id.name)), bytes))
        .collect();
    let mut all: Vec<(PathBuf, &[u8])> =
        contents.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    all.extend(captured.files.iter().map(|(name, merged)| (dir.join(name), merged.text.as_bytes())));
    all.push((dir.join(sums::NAME), captured.sums.as_bytes()));
    files::write_all(all.iter().map(|(path, bytes)| (path.as_path(), *bytes)))?;
    for id in only.iter().filter(|id| facts.get(id).is_none_or(|r| r.absent)) {
        let path = kept.join(safe_path(&id.name));
        if path.is_file() {
            std::fs::remove_file(&path).map_err(|e| CommandError::file(&path, &e))?;
        }
    }
    Ok(())
}

/// What was accepted, and what was not.
fn tell(captured: &Captured, only: &BTreeSet<ResourceId>, dir: &Path, ui: &Ui) -> Exit {
    let mut exit = Exit::Same;
    for (name, merged) in &captured.files {
        let Merged { added, updated, gone, kept, .. } = merged;
        if added.len() + updated.len() + gone.len() > 0 {
            let path = dir.join(name);
            let counts = format!("{} new, {} changed, {} gone", added.len(), updated.len(), gone.len());
            ui.say(&format!("{}: {counts}", path.display()));
        }
        for (subjects, what) in [(added, "new"), (updated, "follows the machine"), (gone, "no longer there")] {
            subjects.iter().for_each(|s| ui.detail(&format!("{name}: {}: {what}", for_terminal(s))));
        }
        for subject in kept {
            exit = Exit::Differs;
            ui.warn(&format!("{name}: {subject} cannot be accepted: the machine shows no value of it; edit the spec"));
        }
    }
    ui.say(&format!("{} resources were accepted", only.len()));
    exit
}
