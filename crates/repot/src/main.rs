//! The doorway: what was typed goes in, an exit status comes out, and nothing is decided here.

mod commands;
mod deciding;
mod error;
mod explaining;
mod files;
mod fit;
mod observing;
mod project;
mod ran;
#[cfg(test)]
mod reference;
mod run;
mod settings;
mod standing;
mod stored;
mod ui;

use std::process::ExitCode;

fn main() -> ExitCode {
    run::run(std::env::args_os())
}
