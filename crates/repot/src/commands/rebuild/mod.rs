//! `repot rebuild`: the generated code on a bare machine, then the proofs. What CI calls as well.

use super::e2e::SuiteArgs;
use super::reporting::ReportArgs;
use super::stages::Stages;
use crate::error::CommandError;
use crate::observing::{ReachArgs, addresses};
use crate::project::Project;
use crate::ran::{self, Begun};
use crate::ui::Ui;
use clap::Args;
use exchange::generate::covered::RanTask;
use exchange::report::{self, Run};
use model::exit::Exit;
use model::spec::Spec;
use std::path::PathBuf;
use std::time::Instant;
use target::address::Address;

mod covering;
mod inventory;
mod machine;
mod payload;
mod playbook;
mod proof;

const AFTER: &str = "\
Stages: the machine, what a person has to give, the playbook, the playbook again (which must change nothing),
verify, e2e where the project has tests, and coverage: every fact that the playbook changed has to be claimed, every
claim provided by the base or the code, every task there for a claim. Each is timed, and its log is kept below
.repot/rebuild/.

Examples:
  repot rebuild --image localhost/debian-systemd      a new container of this image, removed afterwards
  repot rebuild --on ssh:root@new-01 --secrets vault.yml --payload-from ssh:root@web-01
  repot rebuild --image localhost/debian-systemd --report github --report markdown:rebuild.md

Exit status: 0 all holds, 1 a task failed, something differs or the second run changed something, and the others
as those of verify";

/// Builds a bare machine from the generated code and proves it.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Rebuild {
    /// A bare machine that runs: ssh:[USER@]HOST[:PORT], podman:NAME or docker:NAME
    #[arg(long, value_name = "TARGET")]
    on: Option<String>,
    /// An image with systemd, of which a container is made and started
    #[arg(long, value_name = "IMAGE", conflicts_with = "on")]
    image: Option<String>,
    /// Keep the container
    #[arg(long, requires = "image")]
    keep: bool,
    /// The role; by default the only one
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// The Ansible project; by default `ansible` in the project
    #[arg(long, value_name = "DIR")]
    code: Option<PathBuf>,
    /// A file of the secrets' values, as vault.example.yml names them; it may be of Ansible Vault
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// The password file for Ansible Vault
    #[arg(long, value_name = "FILE")]
    vault_password_file: Option<PathBuf>,
    /// Where what PAYLOAD.md names comes from: a target that has it, or a directory like `payload/`
    #[arg(long, value_name = "TARGET|DIR")]
    payload_from: Option<String>,
    /// More for ansible-playbook, as `--extra-vars`; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Do not run the playbook a second time
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    reports: ReportArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

/// What all stages work with.
struct Work<'a> {
    project: &'a Project,
    ui: &'a Ui,
    role: String,
    spec: Spec,
    code: PathBuf,
    logs: PathBuf,
    stages: Stages,
    /// The tasks and handlers that ran, each once.
    ran: Vec<RanTask>,
    /// What the stages found.
    found: Vec<report::Target>,
}

impl Rebuild {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let begun = Begun::now();
        self.reports.check()?;
        let role = project.one_role(self.role.as_deref(), "which spec is to be built?")?;
        let code = self.code.clone().unwrap_or_else(|| project.generated("ansible"));
        if !code.join("site.yml").is_file() {
            return Err(CommandError::usage(format!("there is no {}", code.join("site.yml").display()))
                .hint("`repot generate ansible --base TARGET` writes it"));
        }
        let logs = project.rebuild_logs(&jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string());
        std::fs::create_dir_all(&logs).map_err(|e| CommandError::file(&logs, &e))?;
        let spec = project.spec(&role, &role)?;
        let mut work =
            Work { project, ui, role, spec, code, logs, stages: Stages::new(16), ran: Vec::new(), found: Vec::new() };
        let machine = self.machine(&mut work)?;
        let ended = self.build(&mut work, &machine.address);
        drop(machine);
        let ended = ended?;
        let run = Run { command: "rebuild", targets: std::mem::take(&mut work.found) };
        self.reports.write(&run, ui)?;
        work.stages.tell(ui, &work.logs);
        let exit = work.stages.worst(ended);
        ran::keep_stages(project, "rebuild", begun, exit, &work.stages, ui);
        ui.next("`repot report` shows the rebuilt machine beside the old one");
        Ok(exit)
    }

    fn machine(&self, work: &mut Work<'_>) -> Result<machine::Machine, CommandError> {
        let begin = Instant::now();
        let machine = match (&self.on, &self.image) {
            (Some(typed), _) => {
                let address = addresses(std::slice::from_ref(typed))?.remove(0);
                machine::Machine::running(address)
            }
            (None, Some(image)) => machine::Machine::of_image(image, &work.role, self.keep)?,
            (None, None) => {
                return Err(CommandError::usage("what is it to be built on?")
                    .hint("say --image IMAGE for a new container of an image with systemd, or --on TARGET"));
            }
        };
        work.done("machine", begin, machine.address.to_string(), Exit::Same);
        Ok(machine)
    }

    fn build(&self, work: &mut Work<'_>, on: &Address) -> Result<Exit, CommandError> {
        let reach = self.reach.reach(work.ui, 1);
        let payload = payload::bring(self.payload_from.as_deref(), &reach, work)?;
        let mut args = vec![inventory::write(work, on, &reach)?];
        args.extend(payload.map(|dir| format!("--extra-vars=payload_dir={}", dir.display())));
        args.extend(self.secrets.as_ref().map(|file| format!("--extra-vars=@{}", absolute(file).display())));
        args.extend(
            self.vault_password_file.as_ref().map(|f| format!("--vault-password-file={}", absolute(f).display())),
        );
        args.extend(self.set.iter().map(|set| format!("--extra-vars={set}")));
        let begin = Instant::now();
        let before = covering::facts(self, on, work)?;
        work.done("before", begin, format!("{} resources", before.resources().count()), Exit::Same);
        let first = playbook::run("playbook", &args, work)?;
        if first.exit != Exit::Same {
            return Ok(first.exit);
        }
        if !self.once {
            let again = playbook::run(playbook::AGAIN, &args, work)?;
            if again.changed > 0 {
                let stage = work.stages.last_mut();
                stage.into_iter().for_each(|s| s.exit = s.exit.worse(Exit::Differs));
            }
        }
        proof::verify(self, on, work)?;
        let on_built = work.found.last().map(|target| target.findings.clone()).unwrap_or_default();
        proof::e2e(self, on, work)?;
        covering::cover(self, on, &before, &on_built, &args, work)?;
        Ok(Exit::Same)
    }
}

impl Work<'_> {
    fn done(&mut self, name: &'static str, begin: Instant, result: String, exit: Exit) {
        self.stages.done(self.ui, name, begin, result, exit);
    }
}

fn absolute(path: &std::path::Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
