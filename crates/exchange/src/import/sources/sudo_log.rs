//! What sudo ran, from auth.log, secure or its own log: who, where, as whom, which command.

use super::super::conversion::Construct;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::{Shell, no_files};
use super::super::source::Source;
use super::super::statement::{Rank, Statement};

/// The reader.
pub(super) struct SudoLog;

impl Source for SudoLog {
    fn name(&self) -> &'static str {
        "sudo-log"
    }

    fn summary(&self) -> &'static str {
        "what sudo ran (auth.log, secure, sudo.log), rotated logs too"
    }

    fn takes(&self, file: &File) -> bool {
        ["auth.log", "secure", "sudo.log"].iter().any(|name| file.name().starts_with(name))
            && file.text().contains("COMMAND=")
    }

    fn read(&self, mine: &[File], _all: &Files, out: &mut Out) {
        for file in mine {
            for (number, line) in file.lines() {
                entry(file, number, line, out);
            }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        const {
            &[
                Construct::yes(
                    "anna : TTY=… ; PWD=DIR ; USER=root ; COMMAND=…",
                    "the command in that directory as that user, done by anna",
                ),
                Construct::partly("Mar  1 10:00:00 …", "logs without a year give no order with other sources"),
            ]
        }
    }
}

fn entry(file: &File, number: usize, line: &str, out: &mut Out) {
    let Some((head, command)) = line.split_once("COMMAND=") else { return };
    if head.contains("command not allowed") || head.contains("incorrect password") {
        return;
    }
    let field =
        |name: &str| head.split(';').find_map(|part| part.trim().split(name).nth(1)).map(|v| v.trim().to_owned());
    let who = head.split(" : ").next().and_then(|before| before.split_whitespace().next_back()).map(str::to_owned);
    let mut like = Statement::new(file.line(number), "").rank(Rank::Trace);
    like.who = who;
    let first = line.split_whitespace().next().unwrap_or_default();
    like.when = first.starts_with(|c: char| c.is_ascii_digit()).then(|| first.to_owned());
    let mut shell = Shell::new(like, &no_files);
    shell.is_one_line = true;
    shell.dir = field("PWD=");
    shell.user = field("USER=");
    shell.read(command, u32::try_from(number).unwrap_or(u32::MAX), out);
}
