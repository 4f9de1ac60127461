//! Copies that editors and package managers left beside files in /etc: that a file was changed, and when it was copied.

use super::super::conversion::Construct;
use super::super::effect::Effect;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::source::Source;
use super::super::statement::{Confidence, Rank, Statement};
use super::history::time;

/// The reader.
pub(super) struct Copies;

/// What stands behind the name of a file, and who leaves that.
const ENDINGS: &[(&str, &str)] = &[
    (".rpmnew", "rpm left its own version beside it"),
    (".rpmsave", "rpm put it aside"),
    (".rpmorig", "rpm put it aside"),
    (".dpkg-dist", "dpkg left its own version beside it"),
    (".dpkg-new", "dpkg left its own version beside it"),
    (".dpkg-old", "dpkg put it aside"),
    (".ucf-dist", "ucf left its own version beside it"),
    (".ucf-old", "ucf put it aside"),
    (".bak", "somebody kept a copy"),
    (".orig", "somebody kept a copy"),
    (".save", "an editor kept a copy"),
    (".old", "somebody kept a copy"),
    ("~", "an editor kept a copy"),
];

impl Source for Copies {
    fn name(&self) -> &'static str {
        "copies"
    }

    fn summary(&self) -> &'static str {
        "copies beside files in /etc (.rpmnew, .rpmsave, .dpkg-old, .bak, ~), as the host lists them"
    }

    fn takes(&self, file: &File) -> bool {
        file.path.ends_with("/etc/*~")
    }

    fn read(&self, mine: &[File], _all: &Files, out: &mut Out) {
        for file in mine {
            for (number, line) in file.lines() {
                copy(file, number, line, out);
            }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        const {
            &[Construct::yes(
                "FILE.rpmnew, FILE.dpkg-old, FILE.bak, FILE~",
                "that FILE was changed; guessed, because it does not say how or by whom",
            )]
        }
    }
}

fn copy(file: &File, number: usize, line: &str, out: &mut Out) {
    let Some((seconds, path)) = line.split_once(' ') else { return };
    let Some((stem, what)) = ENDINGS.iter().find_map(|(end, what)| Some((path.strip_suffix(end)?, what))) else {
        return;
    };
    let said = format!("{path}: {what}");
    let mut statement = Statement::new(file.line(number), &said).rank(Rank::Trace).at_most(Confidence::Guessed);
    statement.when = seconds.parse().ok().map(time);
    out.say(statement.effects(vec![Effect::there("file", path), Effect::Kept { path: stem.to_owned() }]));
}
