//! `repot completions`: what shells complete.

use crate::error::CommandError;
use crate::run::{cli, print};
use clap::Args;
use clap_complete::Shell;
use model::exit::Exit;

/// Prints the completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  repot completions bash > /etc/bash_completion.d/repot
  repot completions zsh > ~/.zfunc/_repot
  repot completions fish > ~/.config/fish/completions/repot.fish")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, CommandError> {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, &mut cli(), "repot", &mut bytes);
        print(&bytes)?;
        Ok(Exit::Same)
    }
}
