//! `repot kinds`: what repot reads.

use crate::error::CommandError;
use crate::run::print;
use clap::Args;
use exchange::reference;
use kinds::KINDS;
use model::exit::Exit;

/// Lists the kinds of resources, or the properties of one.
#[derive(Debug, Args)]
pub(crate) struct Kinds {
    /// The kind
    kind: Option<String>,
}

impl Kinds {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, CommandError> {
        let text = match self.kind {
            None => KINDS.iter().map(|k| format!("{:<20} {}\n", k.name(), k.summary())).collect(),
            Some(name) => match kinds::kind_named(&name) {
                Some(kind) => reference::about(kind),
                None => {
                    let error = CommandError::usage(format!("there is no kind `{name}`"));
                    return Err(error.hint("`repot kinds` lists them"));
                }
            },
        };
        print(text.as_bytes())?;
        Ok(Exit::Same)
    }
}
