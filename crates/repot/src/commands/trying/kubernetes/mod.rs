//! `repot try kubernetes`: the generated images and pods under podman, and the same proofs as on the host.
//!
//! podman's `kube play` knows less than a cluster: what it refuses (Secrets by key, sub-paths, a Deployment's rollout) is
//! said in its own words for the try-out only, by `translate`; the generated files stay as they are.

use crate::commands::e2e::SuiteArgs;
use crate::commands::stages::Stages;
use crate::error::CommandError;
use crate::observing::{ReachArgs, addresses};
use crate::project::{KUBERNETES, Project};
use crate::ran::{self, Begun};
use crate::ui::Ui;
use account::Account;
use clap::Args;
use model::exit::Exit;
use std::path::{Path, PathBuf};
use std::time::Instant;
use target::address::Address;
use target::observe::Reach;

mod account;
mod given;
mod images;
mod jobs;
mod play;
mod podman;
mod proof;
mod translate;
mod values;

const AFTER: &str = "\
Stages: what a person has to give, the images, the pods, verify in each container against holds/, e2e where the project has
tests, and the jobs where that is asked for. Each is timed; sizes of images and times of start are printed. Logs are kept below .repot/try/.

Examples:
  repot try kubernetes --payload-from ssh:root@web-01       brings trees, secrets and data from the old host
  repot try kubernetes --payload-from podman:web-01 --distribution localhost/debian:12 --keep
  repot try kubernetes --start-jobs --twice                     also starts each job once, and builds the images twice

Needs podman, as root or with a user's own containers. Secrets are written to .repot/try/ only while it runs, unless --keep.

Exit status: 0 all holds, 1 something differs, and the others as those of verify";

/// Builds the images, runs the pods, and proves them.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Pods {
    /// What was generated; by default the directory `kubernetes` in the project
    #[arg(long, value_name = "DIR")]
    code: Option<PathBuf>,
    /// A machine that has what README.md says a person is to give: trees, secrets, data
    #[arg(long, value_name = "TARGET")]
    payload_from: Option<String>,
    /// The image that the base is made from, in place of the distribution's own
    #[arg(long, value_name = "IMAGE")]
    distribution: Option<String>,
    /// The network of podman that the pods are in
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// A command that runs while the tests do, such as a mailbox they ask. It says a line when it is ready
    #[arg(long, value_name = "COMMAND")]
    during: Option<String>,
    /// Also start the pod of every CronJob once. A job does what it does: with copies of the host's data, and with its real
    /// credentials
    #[arg(long)]
    start_jobs: bool,
    /// Build every image a second time, from nothing, and compare the two
    #[arg(long)]
    twice: bool,
    /// Keep the pods, volumes and secrets
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

/// What all stages work with.
struct Work<'a> {
    project: &'a Project,
    ui: &'a Ui,
    code: PathBuf,
    /// Where logs, secrets and translated pods are.
    place: PathBuf,
    account: Account,
    /// Addresses of pods that others ask, and the names they are asked by.
    names: Vec<(String, String)>,
    stages: Stages,
}

impl Pods {
    /// Does it.
    pub(super) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let begun = Begun::now();
        let code = self.code.clone().unwrap_or_else(|| project.generated(KUBERNETES));
        let account = Account::read(&code)?;
        let place = project.trial(&account.name);
        std::fs::create_dir_all(&place).map_err(|e| CommandError::file(&place, &e))?;
        project.ignore_own()?;
        let mut work = Work { project, ui, code, place, account, names: Vec::new(), stages: Stages::new(28) };
        podman::check()?;
        let ended = self.stages(&mut work);
        if !self.keep {
            play::take_down(&work);
        }
        let exit = work.stages.worst(ended?);
        work.stages.tell(ui, &work.place);
        ran::keep_stages(project, "try", begun, exit, &work.stages, ui);
        ui.next("`repot report` shows the pods beside the host");
        Ok(exit)
    }

    fn stages(&self, work: &mut Work<'_>) -> Result<Exit, CommandError> {
        play::take_down(work);
        let reach: Reach = self.reach.reach(work.ui, 1);
        let from: Option<Address> = match &self.payload_from {
            Some(typed) => Some(addresses(std::slice::from_ref(typed))?.remove(0)),
            None => None,
        };
        given::payload(from.as_ref(), &reach, work)?;
        images::build(self.distribution.as_deref(), work)?;
        if self.twice {
            images::build_again(self.distribution.as_deref(), work)?;
        }
        given::secrets(from.as_ref(), &reach, work)?;
        given::volumes(from.as_ref(), &reach, work)?;
        let pods = play::start(self.network.as_deref(), work)?;
        for pod in &pods {
            for container in &pod.containers {
                proof::verify(self, pod, container, work)?;
            }
        }
        let web = pods.iter().find(|p| p.containers.iter().any(|c| c == "nginx"));
        if let Some(pod) = web {
            proof::e2e(self, pod, work)?;
        }
        if self.start_jobs {
            jobs::run(self.network.as_deref(), work)?;
        }
        Ok(Exit::Same)
    }
}

impl Work<'_> {
    fn done(&mut self, name: impl Into<String>, begin: Instant, result: String, exit: Exit) {
        self.stages.done(self.ui, name, begin, result, exit);
    }
}

/// Makes a directory that only its owner reads.
fn private(dir: &Path) -> Result<(), CommandError> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| CommandError::file(dir, &e))
}
