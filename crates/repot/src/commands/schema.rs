//! `repot schema`: the JSON Schemas of repot's formats.

use crate::error::CommandError;
use crate::files;
use crate::run::print;
use crate::ui::Ui;
use clap::{Args, ValueEnum};
use exchange::{report, schema};
use model::exit::Exit;
use serde_json::Value;
use std::path::PathBuf;

/// Prints the JSON Schema (draft 2020-12) of a format.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  repot schema decisions > decisions.schema.json
  repot schema --all public/schema     each as FORMAT/v1.json, as they are published for editors")]
pub(crate) struct Schema {
    /// The format
    #[arg(value_enum, default_value_t = Format::Spec)]
    format: Format,
    /// Write those of all formats below a directory instead
    #[arg(long, value_name = "DIR", conflicts_with = "format")]
    all: Option<PathBuf>,
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
    pub(crate) fn run(self, ui: &Ui) -> Result<Exit, CommandError> {
        match self.all {
            None => print(format!("{:#}\n", self.format.schema()).as_bytes())?,
            Some(dir) => {
                for format in Format::value_variants() {
                    let name = format.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
                    let path = dir.join(name).join("v1.json");
                    files::write(&path, format!("{:#}\n", format.schema()).as_bytes())?;
                    ui.say(&path.display().to_string());
                }
            }
        }
        Ok(Exit::Same)
    }
}

impl Format {
    fn schema(self) -> Value {
        match self {
            Format::Spec => schema::spec(),
            Format::Report => report::json::schema(),
            Format::Project => exchange::project_file::schema(),
            Format::Run => exchange::ran::schema(),
            Format::Migration => exchange::page::json::schema(),
            Format::Explain => exchange::explain::schema(),
            Format::Review => exchange::rules::report::schema(),
            Format::Decisions => exchange::rules::decisions::schema(),
        }
    }
}
