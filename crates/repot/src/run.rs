//! What was typed to what is done, and how it ends: the exit status is decided here once.

use crate::commands::Command;
use crate::error::CommandError;
use crate::fit::fit;
use crate::project::Project;
use crate::standing;
use crate::ui::{Ui, width_of};
use clap::{CommandFactory, FromArgMatches, Parser};
use model::exit::Exit;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Reads a hand-built server, writes what it does as a spec, and proves any machine against it. Without a command it says
/// where the migration of the project stands.
#[derive(Debug, Parser)]
#[command(name = "repot", version, max_term_width = 100, after_help = AFTER)]
pub(crate) struct Cli {
    /// The directory of the project, which spec/ is in
    #[arg(long, global = true, value_name = "DIR", default_value = ".", help_heading = EVERYWHERE)]
    project: PathBuf,
    /// Say nothing but results and errors
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    quiet: bool,
    /// Say more of what is done
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    verbose: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

const EVERYWHERE: &str = "Options of every command";

const AFTER: &str = "\
A first look at a host:
  repot capture ssh:web-01     reads it and writes spec/web-01/
  repot verify ssh:web-01      proves it against spec/web-01/

Targets: local, rootfs:DIR, ssh:[USER@]HOST[:PORT], podman:NAME, docker:NAME,
pod:NAMESPACE/POD[/CONTAINER], recording:FILE

Exit status: 0 all same, 1 something differs, 2 usage or a spec that cannot be read,
3 something could not be looked at, 4 nothing was compared, 5 a target could not be reached,
70 a bug in repot";

/// The widest line of a help.
const WIDEST: usize = 100;

/// The command line as data, for completions and man pages.
pub(crate) fn cli() -> clap::Command {
    flowing(Cli::command(), WIDEST)
}

/// What stands below the options of each command, in lines of a width: its author broke them for the source only.
fn flowing(command: clap::Command, width: usize) -> clap::Command {
    let command = match command.get_after_help().map(ToString::to_string) {
        Some(text) => {
            let lines: Vec<String> = joined(&text).lines().map(|line| beside(line, width)).collect();
            command.after_help(lines.join("\n"))
        }
        None => command,
    };
    command.mut_subcommands(|one| flowing(one, width))
}

/// A line that is moved in, in lines of a width: what is explained stands left, and what explains it beside it. Prose is
/// broken where it is shown.
fn beside(line: &str, width: usize) -> String {
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    let Some(gap) = trimmed.find("  ").filter(|_| indent > 0) else {
        return if indent > 0 { fit(line, width) } else { line.to_owned() };
    };
    let explains = trimmed[gap..].trim_start();
    let column = line.len() - explains.len();
    if line.len() > width && column > width / 2 {
        return format!("{}\n{}", &line[..indent + gap], fit(&format!("{:indent$}  {explains}", ""), width));
    }
    let room = width.saturating_sub(column);
    let below = format!("\n{:column$}", "");
    let lines: Vec<String> = fit(explains, room).lines().map(|l| l.trim_start().to_owned()).collect();
    format!("{}{}", &line[..column], lines.join(&below))
}

/// A text whose paragraphs are one line each. Lines that are moved in stand for themselves.
fn joined(text: &str) -> String {
    let mut out = String::new();
    let mut is_open = false;
    for line in text.lines() {
        let is_prose = !line.is_empty() && !line.starts_with(' ');
        out.push_str(match (is_open && is_prose, out.is_empty()) {
            (true, _) => " ",
            (false, true) => "",
            (false, false) => "\n",
        });
        out.push_str(line);
        is_open = is_prose && !line.ends_with(':');
    }
    out
}

/// Runs what was typed.
pub(crate) fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        let text = "this is a bug in repot; please report it with the text above";
        writeln!(std::io::stderr(), "{info}\nerror: {text}").ok();
    }));
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| typed(args)));
    ExitCode::from(ended.unwrap_or(Exit::Bug).code())
}

fn typed(args: impl Iterator<Item = OsString>) -> Exit {
    let width = width_of(std::io::stdout()).unwrap_or(WIDEST).min(WIDEST);
    let parsed = flowing(Cli::command(), width).try_get_matches_from(args).and_then(|m| Cli::from_arg_matches(&m));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to be told when the terminal is closed.
            error.print().ok();
            return if error.use_stderr() { Exit::Usage } else { Exit::Same };
        }
    };
    let ui = Ui::new(cli.quiet, cli.verbose).of(&cli.project);
    let project = Project::at(cli.project);
    let ended = match cli.command {
        Some(command) => command.run(&project, &ui),
        None => standing::tell(&project, &ui),
    };
    match ended {
        Ok(exit) => exit,
        Err(error) => {
            ui.error(&error);
            error.exit
        }
    }
}

/// Writes a result to stdout. A reader that has seen enough is no failure.
pub(crate) fn print(bytes: &[u8]) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(CommandError::usage(format!("stdout: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_help_explains_stands_beside_it_at_every_width() {
        let text = "It writes,\nbelow spec/:\n  files/   contents, secrets replaced\n  a        b\nand a\nrecording.";
        let at = |width| joined(text).lines().map(|l| beside(l, width)).collect::<Vec<_>>().join("\n");
        assert_eq!(
            at(80),
            "It writes, below spec/:\n  files/   contents, secrets replaced\n  a        b\nand a recording."
        );
        assert_eq!(
            at(26),
            "It writes, below spec/:\n  files/   contents,\n           secrets\n           replaced\n  a        b\nand a recording."
        );
    }
}
