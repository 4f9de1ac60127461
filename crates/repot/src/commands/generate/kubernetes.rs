//! `repot generate kubernetes`: images, manifests and a chart, made of the spec and of nothing else.

use super::{contents, keeping};
use crate::error::CommandError;
use crate::project::Project;
use crate::ui::Ui;
use clap::Args;
use exchange::generate::{Generator, Want};
use model::exit::Exit;
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
        let contents = contents(&project.role(&role).join("files"), &spec)?;
        let want =
            Want { role: &role, spec: &spec, lacking: &[], extra: &[], contents: &contents, pin: true, base: "" };
        let generated = exchange::generate::kubernetes::Kubernetes.generate(&want);
        let dir = self.out.unwrap_or_else(|| project.generated("kubernetes"));
        let kept = keeping::write(&dir, &generated.files)?;
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
}
