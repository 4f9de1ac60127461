//! `repot e2e`: the tests over HTTP, run against any form of the system.

mod comparing;
mod covering;
mod going;
mod init;
mod replaying;
mod tracing;

pub(crate) use covering::{NAME_THE_HOST, given, lacks_host, log};
pub(crate) use going::{Going, ports_of};
pub(crate) use replaying::{Replayed, replayed};

use super::reporting::ReportArgs;
use crate::error::CommandError;
use crate::observing::ReachArgs;
use crate::project::Project;
use crate::ran::{self, Begun, StageArgs};
use crate::settings;
use crate::standing;
use crate::ui::Ui;
use clap::{Args, Subcommand};
use covering::{CoverArgs, Covering, Told};
use e2e::engine::{Engine, Limits};
use e2e::environment::{Environment, aside};
use e2e::findings::{is_unreachable, syntax};
use e2e::hurl_binary::HurlBinary;
use e2e::run::{FileRun, Runner};
use e2e::suite::Suite;
use exchange::report::{self, Run};
use model::exit::Exit;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;
use target::address::Address;
use target::observe::Reach;
use target::side_by_side::side_by_side;
use target::trouble::Trouble;

const AFTER: &str = "\
Tests are .hurl files (https://hurl.dev) below e2e/. Their URLs are those of production; the bytes go to the target.
A file _setup.hurl runs once per target before the files beside it and below it, which begin with its cookies and with
what it captured. Variables stand in e2e/variables/ENV.env, secrets in ENV.secrets (do not commit them), hosts that are
not the target in ENV.hosts.

Examples:
  repot e2e ssh:web-01
  repot e2e ssh:web-01 podman:web-new        the same tests against both, and their answers compared
  repot e2e https://10.0.0.5                 wherever an address leads
  repot e2e ssh:web-01 --file e2e/login.hurl
  repot e2e ssh:web-01 --coverage --report human --report lcov:lcov.info
  repot e2e ssh:web-01 --coverage-min 90 --weights access.log

Exit status: as that of verify. Also 1 when less is asserted than --coverage-min asks for, 2 when a
  .hurl file cannot be read, 3 when coverage is wanted and the configuration cannot be read";

/// Runs the tests over HTTP below e2e/ against machines.
#[derive(Debug, Args)]
#[command(after_help = AFTER, subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
pub(crate) struct E2e {
    #[command(subcommand)]
    instead: Option<Instead>,
    /// The machines, as for verify, or addresses written as URLs: http://10.0.0.5:8080,https://10.0.0.5:8443
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,
    /// Do not compare the answers of several targets with each other
    #[arg(long)]
    no_compare: bool,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    covers: CoverArgs,
    #[command(flatten)]
    stage: StageArgs,
    #[command(flatten)]
    reports: ReportArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

/// What is done with the tests, if they are not simply run.
#[derive(Debug, Subcommand)]
enum Instead {
    /// Write e2e/*.hurl: a request for every location that can be reached, with what the host answers today
    Init(Box<init::Init>),
    /// Show which servers and locations the requests really come through, by a copy of nginx that traces them
    Trace(Box<tracing::Trace>),
}

/// Which tests, and how they are run.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Tests")]
pub(crate) struct SuiteArgs {
    /// Only this file or directory; may be repeated
    #[arg(long, value_name = "PATH")]
    file: Vec<PathBuf>,
    /// The environment, whose files are e2e/variables/ENV.*; by default `default`
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
    /// A host that is not the target, and where it is, beside those of ENV.hosts; may be repeated
    #[arg(long, value_name = "NAME=ADDRESS[:PORT]")]
    beside: Vec<String>,
    /// The hurl to run them with, instead of the one in PATH
    #[arg(long, value_name = "PROGRAM", env = settings::HURL.name, hide_env_values = true)]
    hurl: Option<PathBuf>,
    /// Seconds one request may take, unless its file says otherwise
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    request_timeout: u64,
    /// Seconds one file may take
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    file_timeout: u64,
}

impl SuiteArgs {
    fn limits(&self) -> Limits {
        let seconds = |n: u64| Duration::from_secs(n.max(1));
        Limits { request: seconds(self.request_timeout), file: seconds(self.file_timeout) }
    }

    /// What runs the files.
    fn engine(&self) -> Result<Box<dyn Engine>, CommandError> {
        #[cfg(feature = "embedded")]
        if self.hurl.as_deref().is_some_and(|hurl| hurl.as_os_str() == e2e::hurl_embedded::NAME) {
            return Ok(Box::new(e2e::hurl_embedded::HurlEmbedded));
        }
        Ok(Box::new(HurlBinary::find(self.hurl.as_deref())?))
    }

    fn environment(&self, project: &Project) -> Result<Environment, CommandError> {
        let mut environment = Environment::read(&project.e2e().join("variables"), self.env.as_deref())?;
        environment.take(settings::for_hurl());
        let typed = self.beside.iter().map(|text| {
            let rule = text.split_once('=').and_then(|(name, address)| aside(name, address));
            rule.ok_or_else(|| CommandError::usage(format!("--beside {text}: write NAME=ADDRESS[:PORT]")))
        });
        // The first that fits counts.
        let typed = typed.collect::<Result<Vec<_>, _>>()?;
        environment.beside.splice(0..0, typed);
        Ok(environment)
    }

    fn read(&self, project: &Project, ui: &Ui) -> Result<Suite, CommandError> {
        let root = project.e2e();
        if self.file.is_empty() && !root.is_dir() {
            return Err(CommandError::usage(format!("there is no directory {}", root.display()))
                .hint("`repot e2e init TARGET` writes one; or write .hurl files there (https://hurl.dev)"));
        }
        let suite = Suite::read(&root, &self.file)?;
        for (_, trouble) in &suite.refused {
            ui.error(&CommandError::from(trouble.clone()));
        }
        if suite.files.is_empty() && suite.refused.is_empty() {
            return Err(CommandError::usage(format!("{} holds no .hurl file", root.display()))
                .hint("`repot e2e init TARGET` writes some"));
        }
        Ok(suite)
    }
}

/// What a target gave.
pub(crate) struct Tested {
    /// What became of each file, or why the target could not be reached.
    runs: Result<Vec<FileRun>, Trouble>,
    /// The same of a second run, where what moves by itself is to be known.
    again: Option<Vec<FileRun>>,
    /// What the first run amounts to.
    told: Told,
}

impl E2e {
    /// Does it.
    pub(crate) fn run(mut self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        match self.instead.take() {
            Some(Instead::Init(init)) => return init.run(project, ui),
            Some(Instead::Trace(trace)) => return trace.run(project, ui),
            None => {}
        }
        self.reports.check_any()?;
        if self.reports.wants("lcov")? && !self.covers.is_wanted() {
            return Err(CommandError::usage("the report lcov shows coverage").hint("say --coverage too"));
        }
        let (run, exit) = self.found(project, ui)?;
        self.reports.write(&run, ui)?;
        ui.next_with(|| match run.exit() == Exit::Same {
            true => standing::after(project),
            false => "correct what answers, or what the test claims: the place stands beside each finding".to_owned(),
        });
        Ok(exit)
    }

    /// The tests against one machine, with what else is the same as typed by nobody.
    pub(crate) fn of(target: &Address, suite: &SuiteArgs, reach: &ReachArgs) -> Self {
        Self {
            instead: None,
            targets: vec![target.to_string()],
            no_compare: true,
            suite: suite.clone(),
            covers: CoverArgs::default(),
            stage: StageArgs::default(),
            reports: ReportArgs::default(),
            reach: reach.clone(),
        }
    }

    /// The same, of a machine that is this stage of the migration.
    pub(crate) fn at(self, stage: &str) -> Self {
        Self { stage: StageArgs::named(stage), ..self }
    }

    /// What the tests find, and how it ends: files that could not be run count too.
    pub(crate) fn found(&self, project: &Project, ui: &Ui) -> Result<(Run, Exit), CommandError> {
        let begun = Begun::now();
        let ui = &ui.usually(ran::usual(project, "e2e"));
        let targets = Going::read_all(&self.targets)?;
        let suite = self.suite.read(project, ui)?;
        let environment = self.suite.environment(project)?;
        let engine = self.suite.engine()?;
        let workers = self.reach.jobs().div_ceil(targets.len().min(self.reach.jobs()));
        let headers = |_: &e2e::suite::File| Vec::new();
        let limits = self.suite.limits();
        let compares = targets.len() > 1 && !self.no_compare;
        let runner = Runner {
            engine: engine.as_ref(),
            suite: &suite,
            environment: &environment,
            limits,
            workers,
            bodies: compares,
            headers: &headers,
        };
        let covering = self.covers.read(project, &self.reach.reach(ui, targets.len()))?;
        let changes = suite.files.iter().any(|file| !file.hurl.only_reads());
        if changes {
            engine.fit()?;
        }
        let mut tested = self.test_all(&targets, &runner, &covering, ui);
        engine.fit()?;
        let mut wrong: BTreeSet<String> = BTreeSet::new();
        let mut run = Run { command: "e2e", targets: Vec::new() };
        for (going, tested) in targets.iter().zip(&mut tested) {
            let mut target = told(going, &suite, tested, &mut wrong);
            if let Some(trouble) = &tested.told.unlocated {
                ui.warn(&format!("{}: which location answers is not known: {trouble}", going.name));
                trouble.hints.iter().for_each(|hint| ui.warn(hint));
            }
            for mut proven in std::mem::take(&mut tested.told.proven) {
                if self.reports.wants("lcov")? {
                    covering::keep(project, going, &tested.told.files, &mut proven)?;
                }
                target.proven.push(proven);
            }
            run.targets.push(target);
        }
        if compares {
            run.targets.extend(comparing::compared(&suite, &targets, &tested));
        }
        for line in &wrong {
            ui.error(&CommandError::usage(line.clone()));
        }
        if self.suite.file.is_empty() {
            ran::keep(project, &run, begun, &self.stage, &[], ui);
        }
        let is_wrong = !wrong.is_empty() || !suite.refused.is_empty();
        let exit = if is_wrong { run.exit().worse(Exit::Usage) } else { run.exit() };
        Ok((run, exit))
    }

    fn test_all(&self, targets: &[Going], runner: &Runner<'_>, covering: &Covering, ui: &Ui) -> Vec<Tested> {
        let reach = self.reach.reach(ui, targets.len());
        side_by_side(targets, self.reach.jobs(), |at, going| {
            let watch = ui.watch(&going.name);
            watch.doing("connecting");
            let times = if at == 0 && runner.bodies { 2 } else { 1 };
            tested(going, &reach, runner, covering, times, &|file| watch.doing(file))
        })
    }
}

/// Runs the suite so many times against a target.
fn tested(
    going: &Going,
    reach: &Reach,
    runner: &Runner<'_>,
    covering: &Covering,
    times: u32,
    tell: &(dyn Fn(&str) + Sync),
) -> Tested {
    let open = match going.open(reach, runner.suite) {
        Ok(open) => open,
        Err(trouble) => return Tested { runs: Err(trouble), again: None, told: Told::default() },
    };
    let runs = runner.run(&open.way, tell);
    let again = if times > 1 && runs.is_ok() { runner.run(&open.way, tell).ok() } else { None };
    let told = match &runs {
        Ok(runs) if is_unreachable(runs).is_none() => {
            covering.tell(going, &open, reach, runner.suite, runner.environment, runs)
        }
        Ok(_) | Err(_) => Told::default(),
    };
    Tested { runs, again, told }
}

fn told(going: &Going, suite: &Suite, tested: &mut Tested, wrong: &mut BTreeSet<String>) -> report::Target {
    let mut target =
        report::Target { name: going.name.clone(), against: "e2e".to_owned(), ..report::Target::default() };
    let runs = match &tested.runs {
        Ok(runs) => runs,
        Err(trouble) => {
            target.unreachable = Some((trouble.what.clone(), trouble.hints.clone()));
            return target;
        }
    };
    if let Some(why) = is_unreachable(runs) {
        target.unreachable = Some((format!("no request got through: {why}"), Vec::new()));
        return target;
    }
    for (file, run) in suite.files.iter().zip(runs) {
        wrong.extend(syntax(&file.hurl, run));
    }
    target.findings = std::mem::take(&mut tested.told.findings);
    target
}
