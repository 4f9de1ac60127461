//! What was typed to what is done, and how it ends: the exit status is decided here once.

use crate::commands::Command;
use crate::error::CommandError;
use crate::project::Project;
use crate::standing;
use crate::ui::Ui;
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

/// The command line as data, for completions and man pages.
pub(crate) fn cli() -> clap::Command {
    Cli::command()
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
    let parsed = cli().try_get_matches_from(args).and_then(|m| Cli::from_arg_matches(&m));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to be told when the terminal is closed.
            error.print().ok();
            return if error.use_stderr() { Exit::Usage } else { Exit::Same };
        }
    };
    let ui = Ui::new(cli.quiet, cli.verbose);
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
