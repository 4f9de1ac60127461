//! What commands found, kept in the project below `.repot/runs/` for `repot report`: a file a run, the newest ones.

use crate::commands::stages::{Stage, Stages};
use crate::error::CommandError;
use crate::files;
use crate::project::Project;
use crate::ui::Ui;
use clap::Args;
use exchange::ran::{About, Glance, Ran, Step};
use exchange::report::Run;
use model::exit::Exit;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many runs are kept; the oldest goes when one more comes.
const MOST: usize = 300;

/// The option of every command whose result is part of the report.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct StageArgs {
    /// What the machines are in the migration, for `repot report`: rebuilt, image, staging and so on. By default what
    /// their address says
    #[arg(long = "as", value_name = "STAGE", help_heading = "Reports")]
    stage: Option<String>,
}

impl StageArgs {
    /// This stage, as if it had been typed.
    pub(crate) fn named(stage: &str) -> Self {
        Self { stage: Some(stage.to_owned()) }
    }
}

/// A run that has begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun(Instant);

impl Begun {
    /// Now.
    pub(crate) fn now() -> Self {
        Self(Instant::now())
    }

    fn about(self) -> About {
        About {
            taken: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            seconds: self.0.elapsed().as_secs_f64(),
            typed: typed(std::env::args_os().map(|a| a.to_string_lossy().into_owned())),
            ..About::default()
        }
    }
}

/// Keeps what a run found. A result is a result also where it cannot be kept.
pub(crate) fn keep(project: &Project, run: &Run, begun: Begun, stage: &StageArgs, kinds: &[String], ui: &Ui) {
    keep_as(project, run, begun, stage.stage.clone(), kinds, ui);
}

fn keep_as(project: &Project, run: &Run, begun: Begun, stage: Option<String>, kinds: &[String], ui: &Ui) {
    let about = About { stage, kinds: kinds.to_vec(), ..begun.about() };
    let mut ran = Ran::of(run, about);
    for on in &mut ran.targets {
        on.against = project.within(Path::new(&on.against));
    }
    keep_ran(project, &ran, ui);
}

/// Keeps what was seen of targets before they became columns of a report: without a stage.
pub(crate) fn keep_plain(project: &Project, run: &Run, begun: Begun, ui: &Ui) {
    keep_as(project, run, begun, None, &[], ui);
}

/// Keeps a run that went through stages.
pub(crate) fn keep_stages(project: &Project, command: &str, begun: Begun, exit: Exit, stages: &Stages, ui: &Ui) {
    let mut ran = Ran::new(command, begun.about(), exit.code());
    let step = |stage: &Stage| Step {
        name: stage.name.clone(),
        seconds: stage.seconds,
        result: stage.result.clone(),
        exit: stage.exit.code(),
    };
    ran.steps = stages.iter().map(step).collect();
    keep_ran(project, &ran, ui);
}

fn keep_ran(project: &Project, ran: &Ran, ui: &Ui) {
    // Not everybody who compares a machine with a gossfile wants a project.
    if !project.is_one() {
        return;
    }
    let name: String = ran.taken.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let path = project.runs().join(format!("{name}-{}-{}.json", ran.command, std::process::id()));
    let kept = project.ignore_own().and_then(|()| files::write(&path, ran.text().as_bytes()));
    match kept {
        Ok(_) => forget(&project.runs()),
        Err(error) => ui.warn(&format!("the run is not kept for `repot report`: {}", error.what)),
    }
}

/// Removes the oldest.
fn forget(dir: &Path) {
    let paths = listed(dir);
    for path in paths.iter().take(paths.len().saturating_sub(MOST)) {
        // It goes another time.
        std::fs::remove_file(path).ok();
    }
}

/// The files of runs, from the oldest to the newest.
pub(crate) fn listed(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let is_run = |p: &PathBuf| p.extension().is_some_and(|e| e == "json");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(is_run).collect();
    paths.sort();
    paths
}

/// How many runs tell how long one usually takes.
const USUAL: usize = 3;

/// How many seconds a command took lately, where it was run before.
pub(crate) fn usual(project: &Project, command: &str) -> Option<u64> {
    let is_of = |p: &PathBuf| p.file_name().is_some_and(|n| n.to_string_lossy().contains(&format!("-{command}-")));
    let paths = listed(&project.runs());
    let newest = paths.iter().rev().filter(|p| is_of(p)).take(USUAL);
    let mut seconds: Vec<f64> =
        newest.filter_map(|p| Glance::parse(&files::read(p).ok()??)).map(|run| run.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    // A fraction of a second is a second for who waits.
    seconds.get(seconds.len() / 2).map(|s| Duration::from_secs_f64(s.clamp(1.0, 1e6)).as_secs())
}

/// Runs that were kept, from the oldest to the newest, and what could not be read.
pub(crate) fn read_all(dirs: &[PathBuf]) -> (Vec<Ran>, Vec<String>) {
    let (mut runs, mut unread) = (Vec::new(), Vec::new());
    for path in dirs.iter().flat_map(|dir| listed(dir)) {
        match read(&path) {
            Ok(ran) => runs.push(ran),
            Err(error) => unread.push(error.what),
        }
    }
    runs.sort_by(|a, b| a.taken.cmp(&b.taken));
    (runs, unread)
}

fn read(path: &Path) -> Result<Ran, CommandError> {
    let text = files::read(path)?.unwrap_or_default();
    Ran::parse(&text).map_err(|why| CommandError::file(path, &why))
}

/// What was typed, as a shell takes it. Values that were given to be set may be secrets.
fn typed(args: impl Iterator<Item = String>) -> String {
    let mut words = vec!["repot".to_owned()];
    let mut is_hidden = false;
    for arg in args.skip(1) {
        let shown = match arg.strip_prefix("--set=") {
            Some(_) => "--set=…".to_owned(),
            None if is_hidden => "…".to_owned(),
            None => quoted(&arg),
        };
        is_hidden = arg == "--set";
        words.push(shown);
    }
    words.join(" ")
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@,=+%[]".contains(c);
    if !word.is_empty() && word.chars().all(|c| is_plain(c) && !matches!(c, '[' | ']')) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_can_be_typed_again_and_shows_no_secret() {
        let args = ["/usr/bin/repot", "verify", "ssh:web-01", "--set", "db=geheim", "--set=x=y", "it's $(id)", ""];
        let text = typed(args.iter().map(|a| (*a).to_owned()));
        assert_eq!(text, "repot verify ssh:web-01 --set … --set=… 'it'\\''s $(id)' ''");
    }

    #[test]
    fn the_oldest_runs_go() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..MOST + 3 {
            std::fs::write(dir.path().join(format!("{n:06}-verify-1.json")), "{}").unwrap();
        }
        forget(dir.path());
        let kept = listed(dir.path());
        assert_eq!(kept.len(), MOST);
        assert!(kept[0].ends_with("000003-verify-1.json"), "{:?}", kept[0]);
    }
}
