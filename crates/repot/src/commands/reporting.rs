//! Where reports go: to stdout, or to files, several at once.

use crate::error::CommandError;
use crate::files;
use crate::run::print;
use crate::ui::Ui;
use clap::Args;
use exchange::report::{self, Look, REPORTS, Report, Run};
use std::path::PathBuf;

/// The options that every command with findings has.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Reports")]
pub(crate) struct ReportArgs {
    /// A report, to stdout or to a file: human, json, junit, tap, github, gitlab, markdown, lcov (of e2e
    /// --coverage); may be repeated
    #[arg(long = "report", visible_alias = "format", value_name = "NAME[:FILE]")]
    reports: Vec<String>,
}

impl ReportArgs {
    /// Checks what was typed before anything is looked at.
    pub(crate) fn check(&self) -> Result<(), CommandError> {
        if self.wants("lcov")? {
            return Err(CommandError::usage("the report lcov shows which lines tests came to")
                .hint("it is one of `repot e2e TARGET --coverage`"));
        }
        self.check_any()
    }

    /// The same where every report has something to say.
    pub(crate) fn check_any(&self) -> Result<(), CommandError> {
        let to_stdout = self.wanted()?.iter().filter(|(_, file)| file.is_none()).count();
        if to_stdout > 1 {
            return Err(CommandError::usage("two reports to stdout cannot be told apart")
                .hint("give all but one a file: --report junit:out.xml"));
        }
        Ok(())
    }

    /// Whether a report of this name is wanted.
    pub(crate) fn wants(&self, name: &str) -> Result<bool, CommandError> {
        Ok(self.wanted()?.iter().any(|(report, _)| report.name == name))
    }

    fn wanted(&self) -> Result<Vec<(&'static Report, Option<PathBuf>)>, CommandError> {
        self.reports
            .iter()
            .map(|text| {
                let (name, file) = text.split_once(':').map_or((text.as_str(), None), |(n, f)| (n, Some(f.into())));
                let names: Vec<&str> = REPORTS.iter().map(|r| r.name).collect();
                let unknown = || CommandError::usage(format!("there is no report `{name}`"));
                let found =
                    report::named(name).ok_or_else(|| unknown().hint(format!("there are: {}", names.join(", "))))?;
                Ok((found, file))
            })
            .collect()
    }

    /// Whether the report for people goes to stdout.
    pub(crate) fn is_for_people(&self) -> Result<bool, CommandError> {
        let wanted = self.wanted()?;
        Ok(wanted.iter().all(|(report, file)| file.is_some() || report.name == "human"))
    }

    /// Writes them.
    pub(crate) fn write(&self, run: &Run, ui: &Ui) -> Result<(), CommandError> {
        let mut wanted = self.wanted()?;
        if wanted.iter().all(|(_, file)| file.is_some())
            && let Some(human) = report::named("human")
        {
            wanted.push((human, None));
        }
        // What a person sees comes first, whatever becomes of the files.
        wanted.sort_by_key(|(_, file)| file.is_some());
        for (report, file) in wanted {
            let mut bytes = Vec::new();
            let look = if file.is_none() { ui.look() } else { Look { all: true, ..Look::default() } };
            (report.write)(run, look, &mut bytes).map_err(|e| CommandError::usage(e.to_string()))?;
            match file {
                Some(path) => drop(files::write(&path, &bytes)?),
                None if report.name == "human" => ui.show(&String::from_utf8_lossy(&bytes))?,
                None => print(&bytes)?,
            }
        }
        Ok(())
    }
}
