//! `repot init`: three questions, and the files of a first commit. Every command works without them.

use crate::error::CommandError;
use crate::files;
use crate::observing::addresses;
use crate::project::Project;
use crate::ui::Ui;
use clap::Args;
use exchange::project_file::{self, NAME, ProjectFile, WAYS};
use model::exit::Exit;
use std::io::BufRead;
use std::path::{Path, PathBuf};

const AFTER: &str = "\
Asked on a terminal: which hosts, which papers, where to. Nothing is written before all three are answered, and nothing
that is there is overwritten. It writes:
  repot.yaml       the answers, so that `repot capture` and `repot import` need no targets and files
  .gitignore       keeps the project's key, recordings and secrets out of version control
  .gitattributes   marks what machines wrote, so that reviews show what people did
  MIGRATION.md     the seven steps, for who finds this directory

Examples:
  repot init
  repot init --host ssh:deploy@web-01 --host ssh:deploy@web-02 --role web --sudo --paper docs/runbook.md --to kubernetes";

/// Begins a project.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Init {
    /// A host that is migrated, as a target; may be repeated
    #[arg(long, value_name = "TARGET")]
    host: Vec<String>,
    /// The role of the hosts; by default each has its own
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Look at hosts through sudo
    #[arg(long)]
    sudo: bool,
    /// A file or directory that tells of the hosts: a runbook, a fabfile, a playbook; may be repeated
    #[arg(long, value_name = "PATH")]
    paper: Vec<String>,
    /// Where the hosts go: ansible, kubernetes, or both
    #[arg(long, value_name = "WAY", value_delimiter = ',')]
    to: Vec<String>,
}

impl Init {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let path = project.at_name(NAME);
        if path.exists() {
            return Err(
                CommandError::file(&path, &"it is there already").hint("edit it; every line says what it is for")
            );
        }
        let is_typed = !self.host.is_empty() || !self.paper.is_empty() || !self.to.is_empty();
        let file = if is_typed { self.file() } else { ask(self, ui)? };
        check(&file, ui)?;
        let written = write(project, &file)?;
        for (path, what) in written {
            ui.say(&format!("{}: {what}", path.display()));
        }
        let next = if file.hosts.is_empty() { "repot capture TARGET" } else { "repot capture" };
        ui.say(&format!("next: `{next}`, then commit; `repot` alone says where the migration stands"));
        Ok(Exit::Same)
    }

    fn file(self) -> ProjectFile {
        ProjectFile { role: self.role, hosts: self.host, sudo: self.sudo, papers: self.paper, to: self.to }
    }
}

/// The three questions.
fn ask(init: Init, ui: &Ui) -> Result<ProjectFile, CommandError> {
    if !ui.may_ask() {
        return Err(CommandError::usage("there is no terminal to ask on")
            .hint("say it in flags: repot init --host ssh:web-01 --paper runbook.md --to ansible,kubernetes"));
    }
    let mut file = init.file();
    file.hosts = question(
        ui,
        "1/3  Which hosts are migrated?",
        "targets such as ssh:deploy@web-01, with blanks between them; nothing for later",
        &|hosts| addresses(hosts).map(drop),
    )?;
    file.papers = question(
        ui,
        "2/3  Which papers tell of them?",
        "runbooks, fabfiles, playbooks, ServerSpec directories; nothing if there are none",
        &|_| Ok(()),
    )?;
    let about = format!("{}; nothing for both", WAYS.join(", "));
    file.to = question(ui, "3/3  Where do they go?", &about, &|ways| ways_are_known(ways))?;
    if file.to.is_empty() {
        file.to = WAYS.iter().map(|w| (*w).to_owned()).collect();
    }
    Ok(file)
}

/// What tells whether an answer can be one.
type Fits<'a> = &'a dyn Fn(&[String]) -> Result<(), CommandError>;

/// Asks until the answer can be one.
fn question(ui: &Ui, asked: &str, about: &str, fits: Fits<'_>) -> Result<Vec<String>, CommandError> {
    ui.say(&format!("{asked}\n     {about}"));
    loop {
        let mut line = String::new();
        let read =
            std::io::stdin().lock().read_line(&mut line).map_err(|e| CommandError::usage(format!("stdin: {e}")))?;
        if read == 0 {
            return Err(CommandError::usage("there was no answer").hint("nothing was written"));
        }
        let words = line.split([' ', ',', '\t', '\n', '\r']).filter(|w| !w.is_empty());
        let words: Vec<String> = words.map(str::to_owned).collect();
        match fits(&words) {
            Ok(()) => return Ok(words),
            Err(error) => ui.error(&error),
        }
    }
}

fn ways_are_known(ways: &[String]) -> Result<(), CommandError> {
    match ways.iter().find(|w| !WAYS.contains(&w.as_str())) {
        Some(way) => Err(CommandError::usage(format!("repot does not lead to `{way}`"))
            .hint(format!("there are: {}", WAYS.join(", ")))),
        None => Ok(()),
    }
}

fn check(file: &ProjectFile, ui: &Ui) -> Result<(), CommandError> {
    addresses(&file.hosts)?;
    ways_are_known(&file.to)?;
    for paper in file.papers.iter().filter(|p| !Path::new(p).exists()) {
        ui.warn(&format!("{paper} is not here yet"));
    }
    Ok(())
}

const IGNORED: &[&str] = &[
    "# The project's key, recordings and runs: not for version control.",
    ".repot/",
    "# Secrets of tests and of generated code.",
    "e2e/variables/*.secrets",
    "ansible/payload/",
    "# Made by `repot report`, and can be made again.",
    "report/",
];

const ATTRIBUTES: &str = "\
# What machines wrote; what people did is in site.yaml.
spec/*/baseline.yaml linguist-generated=true
spec/*/.captured linguist-generated=true
spec/*/imported.json linguist-generated=true
spec/schema.json linguist-generated=true
";

/// Writes what is not there yet; says what each is.
fn write(project: &Project, file: &ProjectFile) -> Result<Vec<(PathBuf, &'static str)>, CommandError> {
    let mut written = Vec::new();
    let path = project.at_name(NAME);
    files::write(&path, project_file::text(file).as_bytes())?;
    written.push((path, "which hosts, which papers, where to"));
    let path = project.at_name(".gitignore");
    let old = files::read(&path)?.unwrap_or_default();
    if let Some(text) = with_missing(&old) {
        files::write(&path, text.as_bytes())?;
        written.push((path, "keeps the key, recordings and secrets out of version control"));
    }
    let others = [
        (".gitattributes", ATTRIBUTES.to_owned(), "marks what machines wrote, for reviews"),
        ("MIGRATION.md", migration(file), "the seven steps, for who finds this directory"),
    ];
    for (name, text, what) in others {
        let path = project.at_name(name);
        if !path.exists() {
            files::write(&path, text.as_bytes())?;
            written.push((path, what));
        }
    }
    Ok(written)
}

/// A .gitignore with the lines it lacks; none if it lacks nothing.
fn with_missing(old: &str) -> Option<String> {
    let has = |line: &str| old.lines().any(|l| l.trim() == line);
    let missing: Vec<&str> = IGNORED.iter().copied().filter(|line| !has(line)).collect();
    if !missing.iter().any(|line| !line.starts_with('#')) {
        return None;
    }
    let gap = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    Some(format!("{old}{gap}{}\n", missing.join("\n")))
}

fn migration(file: &ProjectFile) -> String {
    let hosts = if file.hosts.is_empty() { "TARGET".to_owned() } else { file.hosts.join(" ") };
    let sudo = if file.sudo { " --sudo" } else { "" };
    let first = file.hosts.first().map_or("TARGET", String::as_str);
    format!(
        "# Migration\n\nThis directory describes servers as they are, so that they can be rebuilt and moved without losing what they do.\n\
         `repot` alone says where it stands, and `repot report` shows all of it on one page.\n\n\
         1. `repot capture {hosts}{sudo}` writes `spec/`; `repot import` says who asked for what; `repot verify` proves machines against it.\n\
         2. `repot e2e init {first}{sudo}` writes tests over HTTP to `e2e/`; `repot e2e` runs them.\n\
         3. `repot generate ansible --base TARGET` writes code to `ansible/`; `repot rebuild` builds a bare machine with it and proves it.\n\
         4. CI does the same on every change.\n\
         5. `repot diff {first} ssh:NEW` compares the old machine with the new one before they change places.\n\
         6. `repot review` decides what Kubernetes keeps.\n\
         7. `repot generate kubernetes` writes images and manifests; the same spec and the same tests prove the pods.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_already_stays_and_is_not_said_twice() {
        let once = with_missing("target/\n.repot/").unwrap();
        assert!(once.starts_with("target/\n.repot/\n"), "{once}");
        assert_eq!(once.matches(".repot/\n").count(), 1, "{once}");
        assert!(once.contains("*.secrets"));
        assert_eq!(with_missing(&once), None);
    }
}
