//! `repot generate kubernetes`: images, manifests and a chart, made of the spec and of nothing else.

use super::keeping;
use crate::deciding::{self, Deciding};
use crate::error::CommandError;
use crate::project::{KUBERNETES, Project};
use crate::standing;
use crate::ui::Ui;
use clap::Args;
use model::exit::Exit;
use std::path::PathBuf;

const AFTER: &str = "\
Writes images/*/Containerfile, kube/ for Kustomize, helm/, holds/ (what of the spec holds in which container), README.md
with what is left to do, and ACCOUNT.md: every entry of the spec, in an artefact or in a decision with its reason.

Examples:
  repot generate kubernetes
  repot generate kubernetes --role web --out deploy
  repot try kubernetes --payload-from ssh:web-01       build and run it on this machine, and prove it

Only files that come out otherwise are written, and they are named; `repot review --what-if` names them before a decision is
made. What a person changed in the files stays; where the new file differs as well it is written beside it, as FILE.new.

Exit status: 0 written, 1 a file was changed by a person and by repot, 3 something blocks, 2 usage or a spec that cannot be read";

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
        let role = project.one_role(self.role.as_deref(), "which spec is to be decided on?")?;
        let deciding = Deciding::of(project, &role)?;
        let review = deciding.review();
        for obsolete in &review.obsolete {
            ui.warn(&format!("{}: {}: {}", deciding.path(), obsolete.on, obsolete.why));
        }
        match deciding::blocked(&review) {
            Some(error) if !self.leave_blocked => {
                return Err(error.hint("--leave-blocked leaves these out and goes on"));
            }
            _ => {}
        }
        let undecided = review.accounting().undecided;
        if undecided > 0 {
            ui.warn(&format!(
                "nobody decided on {undecided} entries yet: what rules propose is taken; `repot review` decides"
            ));
        }
        let generated = deciding.generated(&review, &deciding.decisions);
        let dir = self.out.unwrap_or_else(|| project.generated(KUBERNETES));
        let kept = keeping::write(&dir, keeping::SUMS, &generated.files)?;
        let at = dir.display();
        for line in kept.told() {
            ui.say(&line);
        }
        ui.say(&format!("{at}: {} files ({} written)", generated.files.len(), kept.written.len()));
        ui.say(&format!(
            "of {} entries of the spec {} are in artefacts and {} in a decision with a reason: {at}/ACCOUNT.md",
            deciding.spec.entries.len(),
            generated.met.len(),
            generated.unmapped.len()
        ));
        ui.say(&format!("what is left to do: {at}/README.md"));
        super::tell_kept(&kept, ui);
        ui.next_with(|| {
            let host = standing::host(project);
            format!("`repot try kubernetes --payload-from {host}` runs it here and proves it")
        });
        Ok(if kept.beside.is_empty() { Exit::Same } else { Exit::Differs })
    }
}
