//! `repot generate kubernetes`: images, manifests and a chart, made of the spec and of nothing else.

use super::keeping;
use crate::error::CommandError;
use crate::files;
use crate::project::Project;
use crate::stored;
use crate::ui::Ui;
use clap::Args;
use exchange::generate::Want;
use exchange::generate::kubernetes::{Fated, Fates, of_decided};
use exchange::rules::{Decisions, Host, Outcome, RULES, decided, decisions};
use model::decision::Fate;
use model::exit::Exit;
use model::id::ResourceId;
use model::spec::Spec;
use std::collections::BTreeMap;
use std::path::PathBuf;

const AFTER: &str = "\
Writes images/*/Containerfile, kube/ for Kustomize, helm/, holds/ (what of the spec holds in which container), README.md
with what is left to do, and ACCOUNT.md: every entry of the spec, in an artefact or in a decision with its reason.

Examples:
  repot generate kubernetes
  repot generate kubernetes --role web --out deploy
  repot try kubernetes --payload-from ssh:web-01       build and run it on this machine, and prove it

What a person changed in the files stays; where the new file differs as well it is written beside it, as FILE.new.

Exit status: 0 written, 1 a file was changed by a person and by repot, 2 usage or a spec that cannot be read";

/// What is made, and where it goes.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Manifests {
    /// The role whose spec it is; by default the only one
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Where it is written; by default the directory `kubernetes` in the project
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Leave out what a rule blocks and nobody decided on, instead of stopping; README.md names it
    #[arg(long)]
    leave_blocked: bool,
}

impl Manifests {
    /// Does it.
    pub(super) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let role = project.only_role(self.role.as_deref())?;
        let spec = project.spec(&role, &role)?;
        if spec.is_empty() {
            return Err(CommandError::usage(format!("{} claims nothing", project.role(&role).display()))
                .hint("`repot capture TARGET` writes a spec"));
        }
        let contents = stored::kept(&project.role(&role).join("files"), &spec)?;
        let want =
            Want { role: &role, spec: &spec, lacking: &[], extra: &[], contents: &contents, pin: true, base: "" };
        let fates = self.fates(project, &role, &spec, &contents, ui)?;
        let generated = of_decided(&want, &fates);
        let dir = self.out.unwrap_or_else(|| project.generated("kubernetes"));
        let kept = keeping::write(&dir, keeping::SUMS, &generated.files)?;
        let at = dir.display();
        ui.say(&format!("{at}: {} files ({} written)", generated.files.len(), kept.written));
        ui.say(&format!(
            "of {} entries of the spec {} are in artefacts and {} in a decision with a reason: {at}/ACCOUNT.md",
            spec.entries.len(),
            generated.met.len(),
            generated.unmapped.len()
        ));
        ui.say(&format!("what is left to do: {at}/README.md"));
        super::tell_kept(&kept, ui);
        Ok(if kept.beside.is_empty() { Exit::Same } else { Exit::Differs })
    }

    /// What people decided and what rules propose; what is blocked stops here.
    fn fates(
        &self,
        project: &Project,
        role: &str,
        spec: &Spec,
        contents: &BTreeMap<ResourceId, Vec<u8>>,
        ui: &Ui,
    ) -> Result<Fates, CommandError> {
        let path = project.decisions_path(role);
        let decisions = match files::read(&path)? {
            Some(text) => decisions::read(&path.display().to_string(), &text)
                .map_err(|problems| crate::project::wrong(&problems))?,
            None => Decisions::default(),
        };
        let hosts = project.own_specs(role)?.len();
        let host = Host::new(spec, contents, hosts);
        let review = decided(&host, &decisions.platform, RULES, &decisions);
        let mut fates = Fates::default();
        let mut blocked = Vec::new();
        for (id, outcome) in &review.outcomes {
            match outcome {
                Outcome::Decided(said) => {
                    if said.fate == Fate::Block {
                        blocked.push((id, said.because.clone()));
                    }
                    let because = format!("{} ({}, {})", said.because, said.author, said.date);
                    fates.decided.insert(id.clone(), Fated { fate: said.fate, because });
                }
                Outcome::Undecided(proposals) => {
                    let Some(first) = proposals.first() else { continue };
                    let because = format!("{} ({})", first.because, first.rule);
                    if first.fate == Fate::Block {
                        blocked.push((id, because.clone()));
                        fates.decided.insert(id.clone(), Fated { fate: Fate::Block, because });
                    } else {
                        fates.proposed.insert(id.clone(), Fated { fate: first.fate, because });
                    }
                }
            }
        }
        for (service, placed) in &decisions.tenancy {
            if matches!(placed.tenancy.name(), "node" | "outside" | "shared") {
                let because = format!(
                    "it runs elsewhere ({}): {} ({}, {})",
                    placed.tenancy.name(),
                    placed.because,
                    placed.author,
                    placed.date
                );
                fates.elsewhere.insert(service.clone(), because);
            }
        }
        for obsolete in &review.obsolete {
            ui.warn(&format!("{}: {}: {}", path.display(), obsolete.on, obsolete.why));
        }
        match blocked.first() {
            Some((id, because)) if !self.leave_blocked => {
                let more = if blocked.len() == 1 { String::new() } else { format!(", and {} more", blocked.len() - 1) };
                Err(CommandError::usage(format!("a person must decide on {id} first: {because}{more}"))
                    .hint("`repot review` shows them all; --leave-blocked leaves them out and goes on"))
            }
            _ => Ok(fates),
        }
    }
}
