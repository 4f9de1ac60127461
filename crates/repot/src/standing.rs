//! Where the migration of a project stands: its seven steps, as far as files and runs show them, and what comes next.

use crate::deciding::Deciding;
use crate::error::CommandError;
use crate::files;
use crate::project::{KUBERNETES, Project};
use crate::ran::listed;
use crate::run::cli;
use crate::ui::Ui;
use exchange::page::{Step, StepState};
use exchange::ran::Glance;
use exchange::rules::decisions::NAME;
use model::exit::Exit;
use model::text::for_terminal;
use std::collections::BTreeMap;
use std::path::Path;

/// How many of the newest runs are looked at.
const NEWEST: usize = 60;

/// What is known of a project.
struct Known<'a> {
    project: &'a Project,
    /// The roles that have a spec.
    roles: Vec<String>,
    /// The targets that were captured, and when, the newest first.
    captured: Vec<(String, String)>,
    /// The newest runs, the newest first.
    runs: Vec<Glance>,
    /// What is open of roles, as far as somebody asked already.
    open: Open,
}

/// How many entries of a role are undecided or blocked.
pub(crate) type Open = BTreeMap<String, usize>;

/// The host that was captured last, as it is named for commands.
pub(crate) fn host(project: &Project) -> String {
    known(project, Open::new()).host()
}

fn known(project: &Project, open: Open) -> Known<'_> {
    let mut captured: Vec<(String, String)> =
        project.recorded().into_iter().map(|(header, _)| (header.taken, header.target)).collect();
    captured.sort();
    let captured = captured.into_iter().rev().map(|(taken, target)| (target, taken)).collect();
    let paths = listed(&project.runs());
    let glance = |path: &Path| Glance::parse(&files::read(path).ok()??);
    let runs = paths.iter().rev().take(NEWEST).filter_map(|p| glance(p)).collect();
    Known { project, roles: project.host_roles(), captured, runs, open }
}

/// The seven steps. What is known already of what is open is not asked again.
pub(crate) fn steps(project: &Project, open: Open) -> Vec<Step> {
    let known = known(project, open);
    vec![
        known.capture(),
        known.tests(),
        known.rebuild(),
        known.ci(),
        known.replace(),
        known.review(),
        known.kubernetes(),
    ]
}

/// The step that comes next.
pub(crate) fn next(steps: &[Step]) -> Option<&Step> {
    let is_open = |s: &&Step| s.state != StepState::Done && !s.next.is_empty();
    steps.iter().find(is_open)
}

/// What comes after a step that went well.
pub(crate) fn after(project: &Project) -> String {
    let steps = if project.is_one() { steps(project, Open::new()) } else { Vec::new() };
    match next(&steps) {
        Some(step) => format!("{}: `{}`", step.name, step.next),
        None => "`repot report` shows the whole migration on one page".to_owned(),
    }
}

/// Says where the migration stands; outside of a project, what repot can do.
pub(crate) fn tell(project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
    if !project.is_one() {
        let help = cli().render_help().to_string();
        ui.say(help.trim_end());
        return Err(CommandError::usage("no command was typed, and this directory is no project")
            .hint("`repot init` begins one, or `repot capture TARGET`"));
    }
    let steps = steps(project, Open::new());
    let mut out = String::new();
    for (number, step) in (1..).zip(&steps) {
        let (sign, code) = match step.state {
            StepState::NotBegun => ("·", "2"),
            StepState::Begun => ("…", "33;1"),
            StepState::Done => ("✓", "32;1"),
            StepState::Wrong => ("✗", "31;1"),
        };
        let paint =
            |text: &str, code: &str| if ui.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() };
        out.push_str(&format!("{} {number} {}\n", paint(sign, code), paint(step.name, "1")));
        out.push_str(&format!("    {}\n", for_terminal(&step.says)));
    }
    if let Some(step) = next(&steps) {
        let next = ui.typeable(&format!("`{}", step.next)).trim_start_matches('`').to_owned();
        out.push_str(&format!("\nnext: {}\n", paint_next(&next, ui)));
    }
    ui.show(&out)?;
    Ok(Exit::Same)
}

fn paint_next(command: &str, ui: &Ui) -> String {
    let command = for_terminal(command);
    if ui.colour { format!("\u{1b}[1m{command}\u{1b}[0m") } else { command.into_owned() }
}

/// A day and a minute, as people read them.
pub(crate) fn moment(taken: &str) -> String {
    taken.chars().take(16).collect::<String>().replace('T', " ")
}

fn counted(n: usize, one: &str, several: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {several}") }
}

impl Known<'_> {
    /// The newest run of a command, of a kind of target.
    fn newest(&self, command: &str, is_wanted: impl Fn(&Glance) -> bool) -> Option<&Glance> {
        self.runs.iter().find(|r| r.command == command && is_wanted(r))
    }

    /// The host that is migrated, as it is named for commands.
    fn host(&self) -> String {
        let Some((target, _)) = self.captured.first() else { return "ssh:HOST".to_owned() };
        let is_of_it = |run: &Glance| run.targets.iter().any(|t| t.target == *target);
        let way = self.newest("capture", is_of_it).map_or_else(String::new, |run| reached(&run.typed));
        // What repot.yaml says is not typed.
        let sudo =
            if self.project.file().is_ok_and(|file| file.sudo) && !way.contains(" --sudo") { " --sudo" } else { "" };
        format!("{target}{sudo}{way}")
    }

    fn is_captured(&self, run: &Glance) -> bool {
        run.targets.iter().any(|t| self.captured.iter().any(|(c, _)| *c == t.target))
    }

    fn capture(&self) -> Step {
        let name = "Capture the host";
        if self.roles.is_empty() {
            let is_known = self.project.file().is_ok_and(|file| !file.hosts.is_empty());
            let next = if is_known { "repot capture" } else { "repot capture ssh:HOST --sudo" }.to_owned();
            return Step { name, state: StepState::NotBegun, says: "there is no spec yet".to_owned(), next };
        }
        let host = self.host();
        let when = self
            .captured
            .first()
            .map_or_else(|| "no recording is kept here".to_owned(), |(_, t)| format!("last seen {}", moment(t)));
        let says = format!("{} ({}), {when}", counted(self.roles.len(), "spec", "specs"), few(&self.roles));
        let again = format!("repot verify {host}");
        match self.newest("verify", |r| r.stage.is_none() && self.is_captured(r)) {
            Some(run) => self.judged(name, &says, "proven against the host", run, again),
            None => Step {
                name,
                state: StepState::Begun,
                says: format!("{says}; not proven against the host yet"),
                next: again,
            },
        }
    }

    /// A step whose last proof is a run.
    fn judged(&self, name: &'static str, says: &str, what: &str, run: &Glance, again: String) -> Step {
        let when = moment(&run.taken);
        let (state, result, next) = match run.exit {
            0 => (StepState::Done, "all same", String::new()),
            1 => (StepState::Wrong, "something differs", again),
            3 => (StepState::Begun, "something could not be looked at", again),
            4 => (StepState::Begun, "nothing was compared", again),
            5 => (StepState::Wrong, "a machine was not reached", again),
            _ => (StepState::Wrong, "it failed", again),
        };
        Step { name, state, says: format!("{says}; {what} {when}: {result}"), next }
    }

    fn tests(&self) -> Step {
        let name = "Test over HTTP";
        let count = hurl_files(&self.project.e2e(), 0);
        let host = self.host();
        if count == 0 {
            let next = format!("repot e2e init {host}");
            return Step { name, state: StepState::NotBegun, says: "there are no tests in e2e/".to_owned(), next };
        }
        let says = counted(count, "file of tests", "files of tests");
        let again = format!("repot e2e {host} --coverage");
        match self.newest("e2e", |r| r.stage.is_none()) {
            Some(run) => self.judged(name, &says, "run", run, again),
            None => Step { name, state: StepState::Begun, says: format!("{says}; not run yet"), next: again },
        }
    }

    fn rebuild(&self) -> Step {
        let name = "Rebuild the host from code";
        if !self.project.generated("ansible").join("site.yml").is_file() {
            let next = "repot generate ansible --base TARGET".to_owned();
            return Step { name, state: StepState::NotBegun, says: "there is no code yet".to_owned(), next };
        }
        let again = "repot rebuild --image IMAGE".to_owned();
        match self.newest("rebuild", |r| r.targets.is_empty()) {
            Some(run) => self.judged(name, "the code is in ansible/", "built and proven", run, run.typed.clone()),
            None => Step {
                name,
                state: StepState::Begun,
                says: "the code is in ansible/; not built yet".to_owned(),
                next: again,
            },
        }
    }

    fn ci(&self) -> Step {
        let name = "Check every change in CI";
        let is_there =
            [".github/workflows", ".gitlab-ci.yml"].iter().any(|p| mentions(&self.project.at_name(p), "repot"));
        if is_there {
            return Step {
                name,
                state: StepState::Done,
                says: "a workflow runs repot".to_owned(),
                next: String::new(),
            };
        }
        let next = "repot generate ci".to_owned();
        Step { name, state: StepState::NotBegun, says: "no workflow runs repot".to_owned(), next }
    }

    fn replace(&self) -> Step {
        let name = "Replace production";
        let again = format!("repot diff {} ssh:NEW", self.captured.first().map_or("ssh:OLD", |(t, _)| t));
        // The same machine at two moments is no replacement of it.
        let is_new = |t: &str| !t.starts_with("recording:") && !self.captured.iter().any(|(c, _)| c == t);
        let is_old = |t: &str| t.starts_with("recording:") || self.captured.iter().any(|(c, _)| c == t);
        let is_between = |r: &&Glance| r.targets.iter().any(|t| is_new(&t.target) && is_old(&t.against));
        let compared = self.runs.iter().filter(|r| matches!(r.command.as_str(), "diff" | "replay")).find(is_between);
        match compared {
            Some(run) => self.judged(name, "the old and the new machine", "compared", run, run.typed.clone()),
            None => Step {
                name,
                state: StepState::NotBegun,
                says: "the old and the new machine were not compared".to_owned(),
                next: again,
            },
        }
    }

    fn review(&self) -> Step {
        let name = "Decide what Kubernetes keeps";
        let decided: Vec<&String> = self.roles.iter().filter(|r| self.project.role(r).join(NAME).is_file()).collect();
        let next = match decided.as_slice() {
            [one] if self.roles.len() > 1 => format!("repot review --role {one}"),
            _ => "repot review".to_owned(),
        };
        if decided.is_empty() {
            return Step { name, state: StepState::NotBegun, says: "nothing was decided yet".to_owned(), next };
        }
        let mut open = 0;
        for role in &decided {
            if let Some(known) = self.open.get(*role) {
                open += known;
                continue;
            }
            match Deciding::of(self.project, role) {
                Ok(deciding) => open += deciding.review().in_the_way().count(),
                Err(error) => return Step { name, state: StepState::Wrong, says: error.what, next },
            }
        }
        let on = format!("decisions on {}", counted(decided.len(), "spec", "specs"));
        match open {
            0 => Step { name, state: StepState::Done, says: format!("{on}; nothing is open"), next: String::new() },
            n => {
                let says = format!("{on}; {} undecided or blocked", counted(n, "entry is", "entries are"));
                Step { name, state: StepState::Begun, says, next }
            }
        }
    }

    fn kubernetes(&self) -> Step {
        let name = "Run it on Kubernetes";
        let is_in_pods = |r: &&Glance| match r.command.as_str() {
            "try" => true,
            "verify" => r.targets.iter().any(|t| t.target.starts_with("pod:")),
            _ => false,
        };
        let has_code = self.project.generated(KUBERNETES).is_dir();
        let again = format!("repot try kubernetes --payload-from {}", self.host());
        match (has_code, self.runs.iter().find(is_in_pods)) {
            (_, Some(run)) => self.judged(name, "the manifests are in kubernetes/", "proven in pods", run, again),
            (true, None) => Step {
                name,
                state: StepState::Begun,
                says: "the manifests are in kubernetes/; not proven in pods yet".to_owned(),
                next: again,
            },
            (false, None) => Step {
                name,
                state: StepState::NotBegun,
                says: "there are no manifests yet".to_owned(),
                next: "repot generate kubernetes".to_owned(),
            },
        }
    }
}

/// What a command line says of how targets are reached, to be typed again.
fn reached(typed: &str) -> String {
    const ALONE: &[&str] = &["--sudo", "--no-agent"];
    const WITH_VALUE: &[&str] = &["--ssh-config", "--ssh-option", "--context", "--debug-image"];
    let mut words = typed.split(' ');
    let mut said = String::new();
    while let Some(word) = words.next() {
        let is_whole = WITH_VALUE.iter().any(|name| word.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')));
        if ALONE.contains(&word) || is_whole {
            said.push_str(&format!(" {word}"));
        } else if WITH_VALUE.contains(&word) {
            said.push_str(&format!(" {word} {}", words.next().unwrap_or_default()));
        }
    }
    said
}

fn few(names: &[String]) -> String {
    let more = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
    names.iter().take(3).cloned().collect::<Vec<_>>().join(", ") + &more
}

/// How many files of tests are below a directory.
fn hurl_files(dir: &Path, depth: u32) -> usize {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let count = |path: &Path| {
        if path.is_dir() && !path.is_symlink() && depth < 20 {
            return hurl_files(path, depth + 1);
        }
        usize::from(path.extension().is_some_and(|e| e == "hurl"))
    };
    entries.flatten().map(|e| count(&e.path())).sum()
}

/// Whether a file, or one in a directory, speaks of something.
fn mentions(path: &Path, word: &str) -> bool {
    let reads = |p: &Path| files::read(p).ok().flatten().is_some_and(|text| text.contains(word));
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().any(|e| reads(&e.path())),
        Err(_) => path.is_file() && reads(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_host_is_reached_is_said_again() {
        assert_eq!(
            reached("repot capture ssh:a --sudo --role web --ssh-config lab/config"),
            " --sudo --ssh-config lab/config"
        );
        assert_eq!(reached("repot capture podman:a --context=prod -j 3"), " --context=prod");
    }

    #[test]
    fn a_project_without_anything_begins_with_a_capture() {
        let dir = tempfile::tempdir().unwrap();
        let steps = steps(&Project::at(dir.path().to_owned()), Open::new());
        assert_eq!(steps.len(), 7);
        assert!(steps.iter().all(|s| s.state == StepState::NotBegun), "{steps:?}");
        assert_eq!(next(&steps).unwrap().next, "repot capture ssh:HOST --sudo");
    }
}
