//! `repot generate ci`: files for a CI service, which run the commands that a person runs.

use super::keeping;
use crate::error::CommandError;
use crate::project::Project;
use crate::ui::Ui;
use clap::Args;
use exchange::generate::ci::{self, SERVICES};
use model::exit::Exit;

const AFTER: &str = "\
Beside the service's own file it writes ci/: setup installs what is needed, rebuild runs `repot rebuild`, comment puts the
report into one comment, Containerfile is the bare machine. That image has to be the base that the code was made for.

Examples:
  repot generate ci                       .github/workflows/rebuild.yml and ci/
  repot generate ci --service gitlab      .gitlab-ci.yml and ci/
  repot generate ci --image docker.io/library/debian:trixie

What a person changed in the files stays; where the new file differs as well it is written beside it, as FILE.new.

Exit status: 0 written, 1 a file was changed by a person and by repot, 2 usage";

/// Files for a CI service.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Ci {
    /// The service: github or gitlab
    #[arg(long, value_name = "NAME", default_value = "github")]
    service: String,
    /// The role that is built; by default the only one
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// The image that the bare machine is made of
    #[arg(long, value_name = "IMAGE", default_value = "docker.io/library/debian:bookworm")]
    image: String,
}

impl Ci {
    /// Does it.
    pub(super) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let service = ci::named(&self.service).ok_or_else(|| {
            let names: Vec<&str> = SERVICES.iter().map(|s| s.name).collect();
            CommandError::usage(format!("there is no service `{}`", self.service))
                .hint(format!("there are: {}", names.join(", ")))
        })?;
        let role = project.one_role(self.role.as_deref(), super::BUILT)?;
        let files = ci::files(service, &role, &self.image).map_err(CommandError::usage)?;
        // What was written for one service is not the other's to remove.
        let sums = format!("ci/.generated-{}", service.name);
        let kept = keeping::write(&project.generated(""), &sums, &files)?;
        ui.say(&format!("{} files ({} written): {}", files.len(), kept.written.len(), named(&files)));
        super::tell_kept(&kept, ui);
        ui.next("give CI what docs/ci.md names as secrets, and commit");
        Ok(if kept.beside.is_empty() { Exit::Same } else { Exit::Differs })
    }
}

fn named<V>(files: &std::collections::BTreeMap<String, V>) -> String {
    files.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}
