//! Shell scripts: `setup.sh`, `provision`, what `curl … | bash` once ran.

use super::super::conversion::Construct;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::Shell;
use super::super::shell::call::Document;
use super::super::shell::word::Word;
use super::super::source::Source;
use super::super::statement::Statement;

/// The reader.
pub(super) struct Script;

impl Source for Script {
    fn name(&self) -> &'static str {
        "script"
    }

    fn summary(&self) -> &'static str {
        "shell scripts, known by their ending (.sh, .bash) or by their first line (#!/bin/sh)"
    }

    fn takes(&self, file: &File) -> bool {
        let first = file.text().lines().next().unwrap_or_default();
        let is_shell = first.starts_with("#!")
            && first.split(['/', ' ']).any(|w| matches!(w, "sh" | "bash" | "dash" | "ksh" | "zsh"));
        is_shell || matches!(file.ending().as_str(), "sh" | "bash")
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        for file in mine {
            let lookup = |path: &str| document(all, file, path);
            let mut shell = Shell::new(Statement::new(file.line(1), ""), &lookup);
            shell.set("0", &file.path);
            shell.read(file.text(), 1, out);
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        const {
            &[
                Construct::yes("COMMAND", "as the shell reader reads it, see below"),
                Construct::partly("source FILE, . FILE", "listed as a step that was not understood"),
            ]
        }
    }
}

/// A file that was handed in, as commands read it.
pub(super) fn document(all: &Files, by: &File, path: &str) -> Option<Document> {
    let file = all.from(by, path).ok()?;
    Some(Document::new(Word::literal(file.text()), Some(file.line(1))))
}
