//! Who decides, and when: of git's settings, or the login.

use crate::commands::verify::today;
use crate::error::CommandError;
use crate::project::Project;
use crate::settings;
use std::process::Command;

/// Who decides, and the day.
#[derive(Debug, Clone)]
pub(super) struct Author {
    pub(super) name: String,
    pub(super) date: String,
}

/// Who decides: as was typed, as git knows in this project, or the login.
pub(super) fn said(project: &Project, typed: Option<&str>) -> Result<Author, CommandError> {
    let login = || settings::USER.text().filter(|u| !u.is_empty());
    let name = typed.map(str::to_owned).or_else(|| of_git(project)).or_else(login);
    let name = name.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
    let name = name.ok_or_else(|| {
        CommandError::usage("nobody is known to decide").hint("say --author NAME, or git config user.name NAME")
    })?;
    Ok(Author { name, date: today() })
}

fn of_git(project: &Project) -> Option<String> {
    let output = Command::new("git").args(["config", "user.name"]).current_dir(project.root()).output().ok()?;
    String::from_utf8(output.stdout).ok().filter(|name| !name.trim().is_empty())
}
