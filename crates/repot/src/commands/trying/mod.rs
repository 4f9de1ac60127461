//! `repot try`: what was generated, run on this machine, and proven there.

use crate::error::CommandError;
use crate::project::Project;
use crate::ui::Ui;
use clap::{Args, Subcommand};
use model::exit::Exit;

mod kubernetes;

/// Runs what was generated on this machine, and proves it.
#[derive(Debug, Args)]
pub(crate) struct Try {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Build the images, run the pods with podman, then verify and e2e against them
    Kubernetes(Box<kubernetes::Pods>),
}

impl Try {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        match self.what {
            What::Kubernetes(pods) => pods.run(project, ui),
        }
    }
}
