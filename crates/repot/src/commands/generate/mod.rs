//! `repot generate`: code that builds a host, made of its spec and of what a base already has.

use super::planning;
use super::verify::today;
use crate::error::CommandError;
use crate::observing::{ReachArgs, addresses};
use crate::project::Project;
use crate::stored;
use crate::ui::Ui;
use clap::{Args, Subcommand};
use exchange::generate::{Generated, Generator, Want, lacking};
use kinds::KnownKinds;
use model::compare::compare;
use model::exit::Exit;
use model::facts::Facts;
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::spec::Spec;
use std::path::{Path, PathBuf};
use target::address::Address;
use target::project_key::ProjectKey;

mod aws;
mod ci;
mod keeping;
mod kubernetes;
mod map;

pub(crate) use map::MAP;

const AFTER: &str = "\
Examples:
  repot generate ansible --base ssh:bare-01          what bare-01 has already needs no task
  repot generate ansible --base recording:bare.repot --pin
  repot generate ansible --base podman:bare --built podman:rebuilt
                                                     also what a host built from it still lacks

What a person changed in the files stays; where the new file differs as well it is written beside it, as FILE.new.

Exit status: 0 written, 1 a file was changed by a person and by repot, and the others as those of verify";

/// Makes code of the spec.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// An Ansible project: roles, variables, files, and a list of what could not be said in it
    Ansible(Code),
    /// Files for a CI service that build the host from its code and prove it, on every change
    Ci(ci::Ci),
    /// A Packer template of an image that is made only if the host's checks hold
    Image(aws::Aws),
    /// Terraform for a launch template and an Auto Scaling Group that roll the image out, with the checks as a gate
    Rollout(aws::Aws),
    /// Images, manifests and a chart for Kubernetes, and where every entry of the spec ended
    Kubernetes(kubernetes::Manifests),
}

/// What is made, of what, and where it goes.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
struct Code {
    /// The machine it begins with, as a target or a recording: what it has needs no code. By default the one of last time
    #[arg(long, value_name = "TARGET")]
    base: Option<String>,
    /// A machine that was built before: what it still lacks, or has beside the spec, gets code of its own
    #[arg(long, value_name = "TARGET")]
    built: Option<String>,
    /// The role whose spec it is; by default the only one
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Install packages in the versions of the spec
    #[arg(long)]
    pin: bool,
    /// Where it is written; by default a directory of the generator's name in the project
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    reach: ReachArgs,
}

impl Generate {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        match self.what {
            What::Ansible(code) => code.run(&exchange::generate::ansible::Ansible, project, ui),
            What::Ci(ci) => ci.run(project, ui),
            What::Image(aws) => aws.run(exchange::generate::aws::IMAGE, project, ui),
            What::Rollout(aws) => aws.run(exchange::generate::aws::ROLLOUT, project, ui),
            What::Kubernetes(manifests) => manifests.run(project, ui),
        }
    }
}

/// What is asked where several specs could be meant.
const BUILT: &str = "which spec is to be built?";

impl Code {
    fn run(self, generator: &dyn Generator, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let dir = self.out.clone().unwrap_or_else(|| project.generated(generator.name()));
        let base = match &self.base {
            Some(base) => base.clone(),
            None => map::base(&dir)?,
        };
        let typed: Vec<String> = [Some(base.clone()), self.built.clone()].into_iter().flatten().collect();
        let addresses = addresses(&typed)?;
        let role = self.role_of(project, &addresses[0])?;
        let spec = project.spec(&role, &role)?;
        if spec.is_empty() {
            return Err(CommandError::usage(format!("{} claims nothing", project.role(&role).display()))
                .hint("`repot capture TARGET` writes a spec"));
        }
        let mut findings = self.compared(project, &spec, &addresses, ui)?.into_iter();
        let on_base = findings.next().unwrap_or_default();
        let mut built = map::built(&dir, &spec)?;
        built.extend(findings.next().into_iter().flatten());
        let lacks = lacking(&spec, &on_base, Some(&built));
        let extra = extra_of(&built);
        let base_extra = extra_of(&on_base);
        let contents = stored::kept(&project.role(&role).join("files"), &spec)?;
        let want = Want {
            role: &role,
            spec: &spec,
            lacking: &lacks,
            extra: &extra,
            base_extra: &base_extra,
            contents: &contents,
            pin: self.pin,
            base: &base,
        };
        let mut generated = generator.generate(&want);
        map::write(&mut generated, generator.name(), &want, &built);
        let kept = keeping::write(&dir, keeping::SUMS, &generated.files)?;
        tell(&generated, &dir, &kept, &spec, ui);
        ui.next("`repot rebuild --image IMAGE` builds a bare machine with it and proves that");
        Ok(if kept.beside.is_empty() { Exit::Same } else { Exit::Differs })
    }

    fn role_of(&self, project: &Project, base: &Address) -> Result<String, CommandError> {
        match project.host_roles().as_slice() {
            [] => project.role_of(base, self.role.as_deref()),
            _ => project.one_role(self.role.as_deref(), BUILT),
        }
    }

    /// The spec compared with each machine.
    fn compared(
        &self,
        project: &Project,
        spec: &Spec,
        addresses: &[Address],
        ui: &Ui,
    ) -> Result<Vec<Vec<Finding>>, CommandError> {
        let key = project.key()?.map_or_else(ProjectKey::random, Ok)?;
        let plan = planning::of_spec(spec, &key);
        let asked: Vec<_> = addresses.iter().map(|a| (a.clone(), plan.clone())).collect();
        let mut all = Vec::new();
        for ((address, _), result) in asked.iter().zip(self.reach.observe_all(&asked, project, ui)) {
            let observed = result.map_err(|trouble| CommandError::unreachable(address, trouble))?;
            let id = observed.key.clone().or_else(|| Some(key.id()));
            let mut facts: Facts = observed.looks.into_iter().next().unwrap_or_default();
            facts.key = id;
            all.push(compare(spec, &facts, &KnownKinds, &today()));
        }
        Ok(all)
    }
}

/// What a machine has beside the spec.
fn extra_of(findings: &[Finding]) -> Vec<ResourceId> {
    let is_extra = |f: &&Finding| f.verdict == Verdict::Extra && f.property.is_none();
    findings.iter().filter(is_extra).map(|f| f.id.clone()).collect()
}

/// The summary: what was written, what a person has to give, what could not be said.
fn tell(generated: &Generated, dir: &Path, kept: &keeping::Kept, spec: &Spec, ui: &Ui) {
    let lacking = generated.met.len() + generated.unmapped.len();
    let by_task = generated.met.iter().filter(|m| matches!(m.by, exchange::generate::By::Task(_))).count();
    let at = dir.display();
    ui.say(&format!(
        "{at}: {} tasks in {} files ({} written)",
        generated.tasks,
        generated.files.len(),
        kept.written.len()
    ));
    ui.say(&format!(
        "of {} claims the base holds {}; of the others {by_task} are met by tasks, {} follow from these, {} are unmapped",
        spec.len(),
        spec.len().saturating_sub(lacking),
        generated.met.len() - by_task,
        generated.unmapped.len()
    ));
    if !generated.unmapped.is_empty() {
        ui.say(&format!("why: {at}/UNMAPPED.md"));
    }
    if !generated.secrets.is_empty() {
        ui.say(&format!("{} secrets are to be given: {at}/vault.example.yml", generated.secrets.len()));
    }
    if !generated.payload.is_empty() {
        ui.say(&format!("{} files and trees are to be given: {at}/PAYLOAD.md", generated.payload.len()));
    }
    tell_kept(kept, ui);
}

/// What became of files that people changed.
fn tell_kept(kept: &keeping::Kept, ui: &Ui) {
    for path in &kept.edited {
        ui.detail(&format!("{path}: your edits were kept"));
    }
    for path in &kept.beside {
        ui.warn(&format!("{path}: you and repot changed it; yours was kept, the new one is {path}.new"));
    }
    for path in &kept.stale {
        ui.warn(&format!("{path}: it is no longer made, and you changed it; it was left there"));
    }
}
