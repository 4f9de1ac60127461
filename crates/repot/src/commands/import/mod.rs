//! `repot import`: what people wrote down becomes statements, matched with the host, and origins in the spec.

use super::super::explaining;
use crate::error::CommandError;
use crate::files;
use crate::observing::ReachArgs;
use crate::project::{Project, imported_role, yaml_files};
use crate::ui::Ui;
use clap::Args;
use exchange::explain::{self, Because, Explained, Standing};
use exchange::import::effect::Effect;
use exchange::import::files::{File, Files};
use exchange::import::out::Out;
use exchange::import::record::Recorded;
use exchange::import::statement::{Says, Statement};
use exchange::import::{self};
use exchange::spec_file::origins::{self, Origins};
use model::exit::Exit;
use model::text::for_terminal;
use secret::{Key, redact_file, redact_value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

mod given;
mod traces;

const AFTER: &str = "\
Nothing is executed: sources are read as text. Secrets in them are replaced before anything is kept.
What was read is recorded in spec/ROLE/imported.json; who asked for a fact is written into `from:` of spec/ROLE/*.yaml.

Examples:
  repot import docs/runbook.md fabfile.py config/
  repot import --from-host ssh:web-01
  repot explain                    what is stale, what is a default, what is only on the machine";

/// Reads runbooks, scripts, fabfiles, specs of other tools and says which of their statements are still so.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Import {
    /// Files with sources, and directories with such files and with what they push; by default the papers of repot.yaml
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Also read what a host itself keeps: logs of packages and of sudo, shell histories, histories of checkouts
    #[arg(long, value_name = "TARGET")]
    from_host: Vec<String>,
    /// The role whose host they speak of; the only one there is, if it is not said
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Show every statement, also those that are still so
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    reach: ReachArgs,
}

/// The papers that the project names.
fn papers(project: &Project) -> Result<Vec<PathBuf>, CommandError> {
    let papers = project.file()?.papers;
    if papers.is_empty() {
        return Err(CommandError::usage("which papers are to be read?").hint(
            "say files: `repot import runbook.md fabfile.py`; or write `papers` into repot.yaml, see `repot init`",
        ));
    }
    Ok(papers.iter().map(|paper| project.at_name(paper)).collect())
}

impl Import {
    /// Does it.
    pub(crate) fn run(mut self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        if self.files.is_empty() && self.from_host.is_empty() {
            self.files = papers(project)?;
        }
        let role = explaining::role(project, self.role.as_deref())?;
        let digits = project.key_or_new()?;
        let key = Key::from_hex(digits.digits()).map_err(|e| CommandError::usage(e.to_string()))?;
        let mut given = given::read(&self.files, &key)?;
        let (traces, exit) = traces::read(&self.from_host, &self.reach, &digits, project, ui)?;
        if given.files.is_empty() && traces.is_empty() && exit != Exit::Same {
            return Ok(exit);
        }
        given.files.extend(traces);
        for what in &given.left_out {
            ui.warn(&for_terminal(what));
        }
        let (read, files, made) = statements(given.files, &key, ui)?;
        let mut record = project.imported(&role)?;
        record.replace(&files, read);
        write_made(project, &role, &record.statements, &made, ui)?;
        files::write(&project.imported_path(&role), record.text().as_bytes())?;
        let shares = shares(&record.statements, &files);
        let Some((whose, facts)) = explaining::observed(project, &role)? else {
            ui.show(&shares)?;
            ui.say(&format!(
                "{} statements are recorded; `repot capture TARGET --role {role}` gives what to compare them with",
                record.statements.len()
            ));
            return Ok(Exit::Same);
        };
        let explained = explain::explain(&record.statements, &facts);
        let written = write_origins(project, &role, &explained)?;
        ui.show(&(table(&explained, &files, self.all) + &shares))?;
        ui.say(&format!(
            "compared with {whose}; {written} claims of {} say who asked for them",
            project.role(&role).display()
        ));
        ui.say("next: `repot explain`, or `repot explain 'KIND[NAME]'`");
        Ok(exit)
    }
}

/// What was read: statements, the files they stand in, and the tests over HTTP that sources became.
type Read = (Vec<Recorded>, BTreeSet<String>, Vec<(String, String)>);

/// Specs of other tools as a spec of their own role, which may well contradict what the host is, and tests over HTTP.
fn write_made(
    project: &Project,
    role: &str,
    read: &[Recorded],
    made: &[(String, String)],
    ui: &Ui,
) -> Result<(), CommandError> {
    let own = imported_role(role);
    if let Some(text) = import::claims::spec(read.iter().map(|r| &r.statement)) {
        let path = project.role(&own).join("checks.yaml");
        files::write(&path, text.as_bytes())?;
        ui.say(&format!("{}: what the specs claim; `repot verify TARGET --role {own}` checks it", path.display()));
    }
    for (name, text) in made {
        let path = project.e2e().join(name);
        files::write(&path, text.as_bytes())?;
        ui.say(&format!("{}: tests over HTTP; `repot e2e TARGET` runs them", path.display()));
    }
    Ok(())
}

/// Reads the files; what each says, and the files that were read.
fn statements(given: Vec<File>, key: &Key, ui: &Ui) -> Result<Read, CommandError> {
    let mut files = Files::new(given);
    let out = import::read(&mut files);
    for problem in out.problems() {
        ui.warn(&for_terminal(&format!("{}: {}", problem.place, problem.what)));
    }
    for file in files.unread() {
        let text = for_terminal(&file.path).into_owned();
        if file.named {
            ui.warn(&format!("{text}: no reader takes this file (see the list of sources in the docs)"));
        } else {
            ui.detail(&format!("{text}: no reader takes this file, and none led to it"));
        }
    }
    let read: BTreeSet<String> =
        files.all().filter(|f| files.source_of(&f.path).is_some()).map(|f| f.path.clone()).collect();
    if read.is_empty() {
        return Err(CommandError::usage("none of the files is a source that repot reads")
            .hint("it reads runbooks (.md, .txt), shell scripts (.sh), and what the docs list"));
    }
    Ok((recorded(&out, key), read, out.made().to_vec()))
}

/// What was read, free of secrets also where a file's text had hidden one from the first look.
fn recorded(out: &Out, key: &Key) -> Vec<Recorded> {
    let free = |(source, statement): &(&str, Statement)| {
        let mut statement = statement.clone();
        statement.said = redact_value("cron[x].command", &statement.said, key).0;
        if let Says::Effects(effects) = &mut statement.says {
            for effect in effects {
                let before = effect.to_owned();
                free_of_secrets(effect, key);
                hide(&mut statement.said, &before, effect);
            }
        }
        Recorded { source: (*source).to_owned(), statement }
    };
    out.statements().iter().map(free).collect()
}

/// Takes out of a statement's words what was found to be secret in its effects.
fn hide(said: &mut String, before: &Effect, after: &Effect) {
    const SHORTEST: usize = 4;
    if before == after {
        return;
    }
    let (before, after) = (before.texts().join("\n"), after.texts().join("\n"));
    let is_end = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | ':' | '=' | ',' | ';' | '@');
    for word in before.split(is_end).filter(|w| w.len() >= SHORTEST && !after.contains(*w)) {
        *said = said.replace(word, "secret");
    }
}

fn free_of_secrets(effect: &mut Effect, key: &Key) {
    let file = |path: &str, text: &mut String| {
        let bytes = redact_file(path, &model::text::to_bytes(text), key).bytes;
        *text = model::text::from_bytes(&bytes);
    };
    match effect {
        Effect::Contents { path, text, .. } => file(path, text),
        Effect::Template { path, parts, .. } => parts.iter_mut().for_each(|part| file(path, part)),
        Effect::Lines { path, lines, .. } => lines.iter_mut().for_each(|line| file(path, line)),
        Effect::Substitution { path, replacement, .. } => file(path, replacement),
        Effect::Presence { .. }
        | Effect::Property { .. }
        | Effect::Tree { .. }
        | Effect::Touched { .. }
        | Effect::Kept { .. } => {}
    }
}

/// Writes who asked for each claim into the role's files; how many got one.
pub(super) fn write_origins(project: &Project, role: &str, explained: &Explained<'_>) -> Result<usize, CommandError> {
    let mut found = Origins::new();
    let mut imported: BTreeSet<String> = explained.statements.iter().map(|s| s.statement.place.file.clone()).collect();
    for fact in &explained.facts {
        if let Because::Asked(_, place, _) | Because::ByHand(_, place, _) = &fact.because {
            // A statement may speak through a file that it only leads to.
            imported.insert(place.file.clone());
            found.insert((fact.id.clone(), fact.property.clone()), place.to_string());
        }
    }
    let dir = project.role(role);
    let mut texts = Vec::new();
    let mut count = 0;
    for path in yaml_files(&dir, &[dir.join("files")])? {
        // The baseline is for machines: it says what was shipped.
        if path.file_name().is_some_and(|n| n == "baseline.yaml") {
            continue;
        }
        let Some(text) = files::read(&path)? else { continue };
        let (written, claims) =
            origins::write(&path.display().to_string(), &text, &found, &imported).map_err(|problems| {
                crate::project::wrong(&problems).hint("nothing was written; correct the file and import again")
            })?;
        count += claims;
        texts.push((path, written));
    }
    files::write_all(texts.iter().map(|(path, text)| (path.as_path(), text.as_bytes())))?;
    Ok(count)
}

/// Of each file how its statements stand, and those that are no longer so.
fn table(explained: &Explained<'_>, files: &BTreeSet<String>, all: bool) -> String {
    let mut out = String::new();
    let mut by_file: BTreeMap<&str, Vec<&Standing>> = BTreeMap::new();
    for (recorded, standing) in explained.statements.iter().zip(&explained.standing) {
        let file = recorded.statement.place.file.as_str();
        if files.contains(file) {
            by_file.entry(file).or_default().push(standing);
        }
    }
    for (file, standing) in by_file {
        // Writing to a string does not fail.
        writeln!(out, "{}: {}", for_terminal(file), explain::counted(standing.into_iter())).ok();
    }
    out.push_str(&explain::human_statements(explained, all, &|file| files.contains(file)));
    out
}

/// Of each source the share of its statements that a reader understood.
fn shares(read: &[Recorded], files: &BTreeSet<String>) -> String {
    let mut by_source: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for recorded in read.iter().filter(|r| files.contains(&r.statement.place.file)) {
        let (understood, all) = by_source.entry(&recorded.source).or_default();
        *all += 1;
        *understood += usize::from(recorded.statement.is_understood());
    }
    let mut out = String::new();
    for (source, (understood, all)) in by_source {
        // Writing to a string does not fail.
        writeln!(out, "{source}: {understood} of {all} statements understood ({} %)", understood * 100 / all).ok();
    }
    out
}
