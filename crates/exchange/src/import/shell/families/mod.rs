//! The families of commands, one file each: what is so after one of them ran.

use super::super::conversion::Construct;
use super::call::{Call, Said};

mod files;
mod look;
mod network;
mod packages;
mod people;
mod print;
mod programs;
mod schedule;
mod sed;
mod services;
mod system;
pub(super) mod write;

/// A family of commands that do the same sort of thing.
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// The programs, without directories.
    pub programs: &'static [&'static str],
    /// What it knows of them, for the conversion table.
    pub constructs: &'static [Construct],
    /// Reads one command.
    pub read: fn(&Call<'_>, &mut Said),
}

/// Every family.
pub const FAMILIES: &[&Family] = &[
    &files::FAMILY,
    &look::FAMILY,
    &network::FAMILY,
    &packages::FAMILY,
    &people::FAMILY,
    &print::FAMILY,
    &programs::FAMILY,
    &schedule::FAMILY,
    &sed::FAMILY,
    &services::FAMILY,
    &system::FAMILY,
    &write::FAMILY,
];

/// Whether a family read a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// One did.
    Yes,
    /// None knows the program.
    No,
}

/// Reads a command with its family.
pub(super) fn read(call: &Call<'_>, said: &mut Said) -> Read {
    match FAMILIES.iter().find(|f| f.programs.contains(&call.program)) {
        Some(family) => {
            (family.read)(call, said);
            Read::Yes
        }
        None => Read::No,
    }
}

/// Whether a word is a command that the reader knows: of a family, of the shell, or one that runs others.
pub fn is_known(program: &str) -> bool {
    const OTHERS: &[&str] = &[
        "sudo", "su", "cd", "export", "source", "for", "if", "while", "ssh", "bash", "sh", "env", "nohup", "xargs",
        "set",
    ];
    let program = program.rsplit('/').next().unwrap_or_default();
    OTHERS.contains(&program) || FAMILIES.iter().any(|f| f.programs.contains(&program))
}

/// Whether a program only looks at something, or prints.
pub(super) fn looks(program: &str) -> bool {
    let program = program.rsplit('/').next().unwrap_or_default();
    look::FAMILY.programs.contains(&program) || matches!(program, "[" | "[[" | "test")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_program_has_one_family_and_every_family_says_what_it_knows() {
        let mut seen = BTreeSet::new();
        for family in FAMILIES {
            assert!(!family.constructs.is_empty(), "{} says nothing of what it knows", family.name);
            for program in family.programs {
                assert!(seen.insert(program), "{program} is in two families");
            }
        }
    }
}
