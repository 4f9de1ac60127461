//! `repot kinds`: what repot reads.

use super::known_kind::known_kind;
use crate::error::CommandError;
use crate::ui::Ui;
use clap::Args;
use exchange::reference;
use model::exit::Exit;

/// How wide its lines are.
const WIDTH: usize = 100;

/// Lists the kinds of resources, or the properties of one.
#[derive(Debug, Args)]
pub(crate) struct Kinds {
    /// The kind whose properties are listed
    kind: Option<String>,
}

impl Kinds {
    /// Does it.
    pub(crate) fn run(self, ui: &Ui) -> Result<Exit, CommandError> {
        let width = ui.width().unwrap_or(WIDTH).min(WIDTH);
        let text = match self.kind {
            None => reference::list(width),
            Some(name) => reference::about(known_kind(&name)?, width),
        };
        ui.show(&text)?;
        Ok(Exit::Same)
    }
}
