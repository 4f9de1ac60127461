//! A suite that claims nothing, run against two machines to compare their answers.

use super::comparing::pair;
use super::going::Going;
use super::{SuiteArgs, is_unreachable};
use crate::error::CommandError;
use crate::observing::ReachArgs;
use crate::project::Project;
use crate::ui::Ui;
use e2e::engine::Limits;
use e2e::run::{FileRun, Runner};
use e2e::suite::Suite;
use exchange::report;
use std::time::Duration;
use target::side_by_side::side_by_side;
use target::trouble::Trouble;

/// What is sent, and how.
pub(crate) struct Replayed<'a> {
    /// The requests.
    pub(crate) suite: &'a Suite,
    /// The ports they go to.
    pub(crate) ports: &'a [u16],
    /// How tests are run.
    pub(crate) args: &'a SuiteArgs,
    /// How targets are reached.
    pub(crate) reach: &'a ReachArgs,
    /// Requests a second at most, for the time that a file may take.
    pub(crate) rate: u32,
}

/// The runs of one machine: as often as it was asked.
type Runs = Result<Vec<Vec<FileRun>>, Trouble>;

/// Sends them: twice to the first machine, once to the other; what differs.
pub(crate) fn replayed(
    targets: &[Going],
    asked: &Replayed<'_>,
    project: &Project,
    ui: &Ui,
) -> Result<report::Target, CommandError> {
    let environment = asked.args.environment(project)?;
    let engine = asked.args.engine()?;
    engine.fit()?;
    let limits = asked.args.limits();
    let most = asked.suite.files.iter().map(|f| f.hurl.requests.len()).max().unwrap_or_default();
    let pauses = Duration::from_secs(most as u64).div_f64(f64::from(asked.rate.max(1)));
    let headers = |_: &e2e::suite::File| Vec::new();
    let runner = Runner {
        engine: engine.as_ref(),
        suite: asked.suite,
        environment: &environment,
        limits: Limits { file: limits.file + pauses, ..limits },
        // One request after the other: that is what the rate is made of.
        workers: 1,
        bodies: true,
        headers: &headers,
    };
    let reach = asked.reach.reach(ui, targets.len());
    let runs: Vec<Runs> = side_by_side(targets, targets.len(), |at, going| {
        let watch = ui.watch(&going.name);
        watch.doing("asking");
        let open = going.open_ports(&reach, asked.ports)?;
        let times = if at == 0 { 2 } else { 1 };
        (0..times).map(|_| runner.run(&open.way, &|file| watch.doing(file))).collect()
    });
    let names = [&targets[0].name, &targets[1].name];
    let mut target = report::Target { name: names[1].clone(), against: names[0].clone(), ..report::Target::default() };
    let mut good = Vec::new();
    for (going, runs) in targets.iter().zip(runs) {
        let trouble = match &runs {
            Err(trouble) => Some((trouble.what.clone(), trouble.hints.clone())),
            Ok(runs) => {
                let why = runs.iter().find_map(|run| is_unreachable(run));
                why.map(|why| (format!("no request got through: {why}"), Vec::new()))
            }
        };
        if let Some((what, hints)) = trouble {
            target.unreachable = Some((format!("{}: {what}", going.name), hints));
            return Ok(target);
        }
        good.extend(runs.unwrap_or_default());
    }
    match good.as_slice() {
        [first, again, other] => Ok(pair(asked.suite, names, [first, again, other], true)),
        _ => Ok(target),
    }
}
