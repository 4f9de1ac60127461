//! The conversion table: which constructs of which source are understood, generated from the code into the docs.

use super::SOURCES;
use super::shell::families::FAMILIES;
use std::fmt::Write;

/// One construct of a source.
#[derive(Debug, Clone, Copy)]
pub struct Construct {
    /// The construct as people write it.
    pub written: &'static str,
    /// How far it is understood.
    pub support: Support,
    /// What becomes of it, or what is missing.
    pub note: &'static str,
}

/// How far a construct is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// As a whole.
    Yes,
    /// In part; the rest is kept as unresolved.
    Partly,
    /// Not; it is listed as a step that was not understood.
    No,
}

impl Construct {
    /// A construct that is understood.
    pub const fn yes(written: &'static str, note: &'static str) -> Self {
        Self { written, support: Support::Yes, note }
    }

    /// A construct that is understood in part.
    pub const fn partly(written: &'static str, note: &'static str) -> Self {
        Self { written, support: Support::Partly, note }
    }

    /// A construct that is not understood.
    pub const fn no(written: &'static str, note: &'static str) -> Self {
        Self { written, support: Support::No, note }
    }
}

impl Support {
    /// The word for it in the table.
    pub fn name(self) -> &'static str {
        match self {
            Support::Yes => "supported",
            Support::Partly => "partly",
            Support::No => "not",
        }
    }
}

/// The whole table as a page of the docs.
pub fn page() -> String {
    let mut page = String::from(
        "# What imports understand\n\nWhat each reader of `repot import` makes of what it reads. What is not understood is kept as a statement with\n\
         its place, never dropped.\n",
    );
    for source in SOURCES {
        table(&mut page, source.name(), source.summary(), source.constructs());
    }
    table(&mut page, "shell", "commands, in whatever source they stand", super::shell::CONSTRUCTS);
    for family in FAMILIES {
        table(&mut page, &format!("shell: {}", family.name), family.summary, family.constructs);
    }
    page
}

fn table(page: &mut String, name: &str, summary: &str, constructs: &[Construct]) {
    // Writing to a string does not fail.
    write!(page, "\n## {name}\n\nReads {summary}.\n\n| construct | | what becomes of it |\n|---|---|---|\n").ok();
    for construct in constructs {
        let written = construct.written.replace('|', "\\|");
        // What holds backticks itself stands between two.
        let ticks = if written.contains('`') { "`` " } else { "`" };
        let ends: String = ticks.chars().rev().collect();
        writeln!(
            page,
            "| {ticks}{written}{ends} | {} | {} |",
            construct.support.name(),
            construct.note.replace('|', "\\|")
        )
        .ok();
    }
}
