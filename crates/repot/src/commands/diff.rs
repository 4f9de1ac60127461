//! `repot diff`: two machines, two moments, or a machine and a spec.

use super::planning;
use super::reporting::ReportArgs;
use super::verify::{denied, today};
use crate::error::CommandError;
use crate::observing::{ReachArgs, addresses};
use crate::project::Project;
use crate::ran::{self, Begun};
use crate::standing;
use crate::ui::Ui;
use clap::Args;
use exchange::report::{Run, Target};
use kinds::KnownKinds;
use model::compare::compare;
use model::diff::{diff, explain};
use model::exit::Exit;
use model::facts::Facts;
use model::plan::Plan;
use model::spec::Spec;
use std::path::{Path, PathBuf};
use target::address::Address;
use target::project_key::ProjectKey;

const AFTER: &str = "\
Examples:
  repot diff ssh:web-01 ssh:web-02                                 two machines
  repot diff recording:.repot/recordings/web-01.repot ssh:web-01   a machine then and now
  repot diff spec/web-01 ssh:web-01                                a spec and a machine
  repot diff ssh:web-01 ssh:web-new --explain spec/web-01          what of it is waived or intended, and what is neither

Exit status: 0 nothing differs, 1 something differs, and the others as those of verify";

/// Shows what differs from A to B.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Diff {
    /// What is expected: a target, a recording:FILE, a spec file or a directory of spec files
    a: String,
    /// What is seen: the same
    b: String,
    /// A spec that explains differences of two machines: those it waives, leaves open, or claims as the second has them
    #[arg(long, value_name = "PATH")]
    explain: Option<PathBuf>,
    #[command(flatten)]
    reports: ReportArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

/// One side as it was typed.
enum Side {
    Spec(Box<Spec>),
    Machine(Address),
}

impl Diff {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let begun = Begun::now();
        self.reports.check()?;
        let (a, b) = (side(&self.a)?, side(&self.b)?);
        let key = project.key()?;
        let key_id = key.as_ref().map(ProjectKey::id);
        let plan_key = key.map_or_else(ProjectKey::random, Ok)?;
        let plan = plan(&[&a, &b], &plan_key);
        let mut asked = Vec::new();
        for side in [&a, &b] {
            if let Side::Machine(address) = side {
                asked.push((address.clone(), plan.clone()));
            }
        }
        let mut seen = Vec::new();
        for ((address, _), result) in asked.iter().zip(self.reach.observe_all(&asked, project, ui)) {
            let observed = result.map_err(|trouble| CommandError::unreachable(address, trouble))?;
            let key = observed.key.clone().or_else(|| key_id.clone());
            let mut facts = observed.looks.into_iter().next().unwrap_or_default();
            facts.key = key;
            seen.push(facts);
        }
        let explains = self.explain.as_deref().map(Project::spec_at).transpose()?;
        let mut findings = match (&a, &b) {
            (Side::Spec(spec), Side::Machine(_)) | (Side::Machine(_), Side::Spec(spec)) => {
                compare(spec, seen.first().unwrap_or(&Facts::default()), &KnownKinds, &today())
            }
            (Side::Spec(a), Side::Spec(b)) => diff(&a.as_facts(), &b.as_facts(), &KnownKinds),
            (Side::Machine(_), Side::Machine(_)) => {
                let mut seen = seen.into_iter();
                diff(&seen.next().unwrap_or_default(), &seen.next().unwrap_or_default(), &KnownKinds)
            }
        };
        if let Some(spec) = &explains {
            explain(&mut findings, spec, &today());
        }
        let target = Target { name: self.b.clone(), against: self.a.clone(), findings, ..Target::default() };
        let run = Run { command: "diff", targets: vec![target] };
        ran::keep_plain(project, &run, begun, ui);
        self.reports.write(&run, ui)?;
        let news = run.targets.iter().flat_map(|t| &t.findings).find(|f| f.verdict.is_news());
        ui.next_with(|| match (run.targets.iter().find_map(|t| denied(t, &self.reach)), news) {
            (Some((_, count)), _) => {
                format!("the same with --sudo: {count} could not be looked at without the rights of root")
            }
            (None, Some(found)) => format!("`repot explain '{}'` says who asked for it", found.id),
            (None, None) => standing::after(project),
        });
        Ok(run.exit())
    }
}

fn side(typed: &str) -> Result<Side, CommandError> {
    let path = Path::new(typed);
    let is_spec = path.is_dir() || (path.is_file() && path.extension().is_some_and(|e| e == "yaml" || e == "yml"));
    if is_spec {
        return Ok(Side::Spec(Box::new(Project::spec_at(path)?)));
    }
    if !typed.contains(':') && (typed.contains('/') || [".yaml", ".yml"].iter().any(|end| typed.ends_with(end))) {
        return Err(CommandError::usage(format!("there is no file or directory {typed}"))
            .hint(format!("for the root of an unpacked system write `rootfs:{typed}`")));
    }
    let address = addresses(&[typed.to_owned()])?.into_iter().next();
    address.map(Side::Machine).ok_or_else(|| CommandError::usage(format!("`{typed}` is no target and no spec")))
}

/// A machine beside a spec is asked what the spec speaks of; beside another machine, everything.
fn plan(sides: &[&Side], key: &ProjectKey) -> Plan {
    for side in sides {
        if let Side::Spec(spec) = side {
            return planning::of_spec(spec, key);
        }
    }
    planning::everything(key, false, None)
}
