//! `repot man`: the man pages.

use crate::error::CommandError;
use crate::files;
use crate::run::cli;
use crate::ui::Ui;
use clap::Args;
use clap_mangen::Man as Page;
use model::exit::Exit;
use std::path::PathBuf;

/// Writes repot.1 and a page for every command into a directory.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The directory, such as /usr/local/share/man/man1
    directory: PathBuf,
}

impl Man {
    /// Does it.
    pub(crate) fn run(self, ui: &Ui) -> Result<Exit, CommandError> {
        let mut command = cli().disable_help_subcommand(true);
        command.build();
        self.pages("repot", &command)?;
        ui.say(&format!("wrote the man pages to {}", self.directory.display()));
        Ok(Exit::Same)
    }

    /// The page of a command, and those of its own commands: `repot-e2e-init`.
    fn pages(&self, name: &str, command: &clap::Command) -> Result<(), CommandError> {
        self.page(name, command)?;
        let inside = command.get_subcommands().filter(|sub| sub.get_name() != "help");
        inside.map(|sub| (format!("{name}-{}", sub.get_name()), sub)).try_for_each(|(name, sub)| self.pages(&name, sub))
    }

    fn page(&self, name: &str, command: &clap::Command) -> Result<(), CommandError> {
        let path = self.directory.join(format!("{name}.1"));
        let mut bytes = Vec::new();
        let page = Page::new(command.clone()).title(name);
        page.render(&mut bytes).map_err(|e| CommandError::file(&path, &e))?;
        files::write(&path, &bytes).map(drop)
    }
}
