//! Histories that git keeps on a host: the reflog of a checkout, and etckeeper's log of /etc.

use super::super::conversion::Construct;
use super::super::effect::Effect;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::source::Source;
use super::super::statement::{Confidence, Rank, Statement};
use super::history::time;

/// The reader.
pub(super) struct GitLog;

impl Source for GitLog {
    fn name(&self) -> &'static str {
        "git-log"
    }

    fn summary(&self) -> &'static str {
        "reflogs of checkouts on the host (.git/logs/HEAD), and etckeeper's log of /etc"
    }

    fn takes(&self, file: &File) -> bool {
        file.path.ends_with("/.git/logs/HEAD") || file.path.ends_with("/etc/.git")
    }

    fn read(&self, mine: &[File], _all: &Files, out: &mut Out) {
        for file in mine {
            if file.path.ends_with("/etc/.git") {
                etckeeper(file, out);
            } else {
                reflog(file, out);
            }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        const {
            &[
                Construct::yes("OLD NEW NAME <MAIL> TIME ZONE\\tclone: from URL", "who brought the tree, and when"),
                Construct::yes(
                    "commit …, Author: …, M FILE (etckeeper)",
                    "who changed which file of /etc, and when; guessed, because it does not say how",
                ),
            ]
        }
    }
}

fn reflog(file: &File, out: &mut Out) {
    let path = file.path.split_once(":/").map_or(file.path.clone(), |(_, rest)| format!("/{rest}"));
    let Some(dir) = path.strip_suffix("/.git/logs/HEAD").map(str::to_owned) else { return };
    for (number, line) in file.lines() {
        let Some((head, what)) = line.split_once('\t') else { continue };
        let who = head.split(" <").next().and_then(|h| h.splitn(3, ' ').nth(2)).map(str::to_owned);
        let seconds = head.rsplit(' ').nth(1).and_then(|s| s.parse::<i64>().ok());
        let mut statement = Statement::new(file.line(number), what).rank(Rank::Trace);
        (statement.who, statement.when) = (who, seconds.map(time));
        out.say(statement.effects(vec![Effect::there("file", &dir), Effect::Tree { path: dir.clone() }]));
    }
}

fn etckeeper(file: &File, out: &mut Out) {
    let mut like = Statement::new(file.line(1), "").rank(Rank::Trace).at_most(Confidence::Guessed);
    for (number, line) in file.lines() {
        if let Some(who) = line.strip_prefix("Author: ") {
            like.who = Some(who.to_owned());
        } else if let Some(when) = line.strip_prefix("Date: ") {
            like.when = Some(when.to_owned());
        } else if let Some(subject) = line.strip_prefix("Subject: ") {
            like.said = super::super::statement::one_line(subject);
        } else if let Some((from, to)) =
            line.strip_prefix('R').and_then(|rest| rest.split_once('\t')?.1.split_once('\t'))
        {
            let statement = Statement { place: file.line(number), ..like.clone() };
            let (from, to) = (format!("/etc/{from}"), format!("/etc/{to}"));
            out.say(statement.effects(vec![Effect::gone("file", from), Effect::Touched { path: to }]));
        } else if let Some((letter @ ("A" | "M" | "D"), path)) = line.split_once('\t') {
            let path = format!("/etc/{path}");
            let effect = if letter == "D" { Effect::gone("file", path) } else { Effect::Touched { path } };
            let statement = Statement { place: file.line(number), ..like.clone() };
            out.say(statement.effects(vec![effect]));
        }
    }
}
