//! `repot generate image` and `repot generate rollout`: what puts a rebuilt host into the place of the old one on AWS.

use super::keeping;
use crate::error::CommandError;
use crate::project::Project;
use crate::ui::Ui;
use clap::Args;
use exchange::generate::aws::{Files, files};
use model::exit::Exit;
use std::path::PathBuf;

const AFTER: &str = "\
An image is built by `repot rebuild` on the instance that Packer starts, and made only if verify, e2e and the second run
of the playbook hold. A rollout is an instance refresh: each new instance waits until `rollout/gate` has run verify and
e2e on it; one that does not pass is given up, and the group goes back to the launch template that it had. Every version
of the launch template stays: -var launch_template_version=N is the way back.

Examples:
  repot generate image && packer init image && packer build -var region=eu-central-1 -var secrets=vault.yml image
  repot generate rollout && terraform -chdir=rollout apply

What a person changed in the files stays; where the new file differs as well it is written beside it, as FILE.new.

Exit status: 0 written, 1 a file was changed by a person and by repot, 2 usage";

/// Files that put a rebuilt host into the place of the old one.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Aws {
    /// The role; by default the only one
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Where it is written; by default a directory of the generator's name in the project
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Aws {
    /// Does it.
    pub(super) fn run(self, of: Files, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let role = project.one_role(self.role.as_deref(), super::BUILT)?;
        let dir = self.out.unwrap_or_else(|| project.generated(of.name));
        let files = files(of, &role);
        let kept = keeping::write(&dir, keeping::SUMS, &files)?;
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        ui.say(&format!("{}: {} ({} written)", dir.display(), names.join(", "), kept.written.len()));
        super::tell_kept(&kept, ui);
        ui.next(&of.next.replace("DIR", &dir.display().to_string()));
        Ok(if kept.beside.is_empty() { Exit::Same } else { Exit::Differs })
    }
}
