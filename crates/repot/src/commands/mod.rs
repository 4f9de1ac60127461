//! The commands, one file each: its arguments and its body.

use crate::error::CommandError;
use crate::project::Project;
use crate::ui::Ui;
use clap::Subcommand;
use model::exit::Exit;

mod accept;
mod capture;
mod completions;
mod diff;
mod e2e;
mod explain;
mod generate;
mod import;
mod init;
mod kinds;
mod known_kind;
mod man;
mod planning;
mod rebuild;
mod replay;
mod report;
mod reporting;
mod review;
mod schema;
pub(crate) mod stages;
mod trying;
mod verify;

/// What repot can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Begin a project: which hosts, which papers, where to
    Init(init::Init),
    /// Read a host and write its spec and a recording
    Capture(capture::Capture),
    /// Prove machines against the spec
    Verify(verify::Verify),
    /// Write into the spec what a machine now shows of one or more resources
    Accept(accept::Accept),
    /// Show what differs between two machines, two moments, or a machine and a spec
    Diff(diff::Diff),
    /// Run the tests over HTTP against machines
    E2e(e2e::E2e),
    /// Read what people wrote down, and say what of it is still so
    Import(import::Import),
    /// Say of every fact who asked for it, or of one resource all that is known
    Explain(explain::Explain),
    /// Decide what becomes of each entry of the spec on Kubernetes
    Review(review::Review),
    /// Make code of the spec: an Ansible project, or what runs on Kubernetes
    Generate(generate::Generate),
    /// Build a bare machine from the generated code and prove it
    Rebuild(rebuild::Rebuild),
    /// Send the requests of an access log to two machines and compare their answers
    Replay(replay::ReplayArgs),
    /// Show the whole migration on one page
    Report(report::Report),
    /// Run what was generated on this machine, and prove it
    Try(trying::Try),
    /// List the kinds of resources, or the properties of one
    Kinds(kinds::Kinds),
    /// Print the JSON Schema of a format
    Schema(schema::Schema),
    /// Print the completions for a shell
    Completions(completions::Completions),
    /// Write the man pages into a directory
    Man(man::Man),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        match self {
            Command::Init(c) => c.run(project, ui),
            Command::Capture(c) => c.run(project, ui),
            Command::Verify(c) => c.run(project, ui),
            Command::Accept(c) => c.run(project, ui),
            Command::Diff(c) => c.run(project, ui),
            Command::E2e(c) => c.run(project, ui),
            Command::Import(c) => c.run(project, ui),
            Command::Explain(c) => c.run(project, ui),
            Command::Review(c) => c.run(project, ui),
            Command::Generate(c) => c.run(project, ui),
            Command::Rebuild(c) => c.run(project, ui),
            Command::Replay(c) => c.run(project, ui),
            Command::Report(c) => c.run(project, ui),
            Command::Try(c) => c.run(project, ui),
            Command::Kinds(c) => c.run(ui),
            Command::Schema(c) => c.run(ui),
            Command::Completions(c) => c.run(),
            Command::Man(c) => c.run(ui),
        }
    }
}
