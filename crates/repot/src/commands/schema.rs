//! `repot schema`: the JSON Schemas of repot's formats.

use crate::error::CommandError;
use crate::run::print;
use clap::{Args, ValueEnum};
use exchange::{report, schema};
use model::exit::Exit;

/// Prints the JSON Schema (draft 2020-12) of a format.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// The format
    #[arg(value_enum, default_value_t = Format::Spec)]
    format: Format,
}

/// A format that has a schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Spec files
    Spec,
    /// The JSON report
    Report,
    /// repot.yaml, which `repot init` writes
    Project,
    /// What a command found, as it is kept in .repot/runs/
    Run,
    /// What `repot report` writes as report.json
    Migration,
    /// What `repot explain --format json` says
    Explain,
    /// What `repot review --list --format json` says
    Review,
    /// `decisions.yaml`
    Decisions,
}

impl Schema {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, CommandError> {
        let schema = match self.format {
            Format::Spec => schema::spec(),
            Format::Report => report::json::schema(),
            Format::Project => exchange::project_file::schema(),
            Format::Run => exchange::ran::schema(),
            Format::Migration => exchange::page::json::schema(),
            Format::Explain => exchange::explain::schema(),
            Format::Review => exchange::rules::report::schema(),
            Format::Decisions => exchange::rules::decisions::schema(),
        };
        print(format!("{schema:#}\n").as_bytes())?;
        Ok(Exit::Same)
    }
}
