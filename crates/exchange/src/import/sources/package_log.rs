//! Logs of package managers: apt's history (who asked, with which command), dpkg's, yum's and dnf's, and the transactions
//! of yum and dnf, which the host shows a line each.

use super::super::conversion::Construct;
use super::super::effect::{Effect, Want};
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::{Shell, no_files};
use super::super::source::Source;
use super::super::statement::{Confidence, Rank, Statement};
use super::history::time;

/// The reader.
pub(super) struct PackageLog;

impl Source for PackageLog {
    fn name(&self) -> &'static str {
        "package-log"
    }

    fn summary(&self) -> &'static str {
        "logs of package managers (apt/history.log, dpkg.log, yum.log, dnf.rpm.log), rotated ones too, and the history of yum and dnf on a host"
    }

    fn takes(&self, file: &File) -> bool {
        kind(file).is_some()
    }

    fn read(&self, mine: &[File], _all: &Files, out: &mut Out) {
        for file in mine {
            match kind(file) {
                Some(Log::Apt) => apt(file, out),
                Some(Log::Dpkg) => dpkg(file, out),
                Some(Log::Yum) => yum(file, out),
                Some(Log::Transactions) => transactions(file, out),
                None => {}
            }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        const {
            &[
                Construct::yes(
                    "Commandline: apt-get install …, Requested-By: anna (1001)",
                    "the packages, when, and who",
                ),
                Construct::yes("Install: NAME:ARCH (VERSION), …", "the packages that were not brought by others"),
                Construct::yes(
                    "2017-03-01 10:00:00 install|remove NAME:ARCH …",
                    "the package; guessed, because others may have brought it",
                ),
                Construct::yes("Mar 01 10:00:00 Installed|Erased: NAME-VERSION", "the package; guessed"),
                Construct::yes(
                    "/var/lib/dnf/history.sqlite, /var/lib/yum/history/*.sqlite, dnf 5's too",
                    "with --from-host: the packages of each transaction, when, who, with which command; line N is what `dnf history info N` shows",
                ),
            ]
        }
    }
}

enum Log {
    Apt,
    Dpkg,
    Yum,
    Transactions,
}

fn kind(file: &File) -> Option<Log> {
    let name =
        file.name().trim_end_matches(".gz").trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['.', '-']);
    match name {
        "history.log" if file.dir().ends_with("apt") || file.text().contains("Start-Date:") => Some(Log::Apt),
        "dpkg.log" => Some(Log::Dpkg),
        "yum.log" | "dnf.rpm.log" => Some(Log::Yum),
        name if name.ends_with(".sqlite") && name.contains("history") => Some(Log::Transactions),
        _ => None,
    }
}

fn apt(file: &File, out: &mut Out) {
    let mut like = Statement::new(file.line(1), "").rank(Rank::Trace);
    let mut command: Option<(usize, &str)> = None;
    let mut installed: Vec<(usize, String)> = Vec::new();
    for (number, line) in file.lines() {
        let (key, value) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
        match key {
            "Start-Date" => {
                (command, like.who) = (None, None);
                installed.clear();
                like.when = Some(value.split_whitespace().collect::<Vec<_>>().join("T"));
            }
            "Commandline" => command = Some((number, value)),
            "Requested-By" => like.who = value.split_whitespace().next().map(str::to_owned),
            "Install" => installed.extend(names(value).map(|name| (number, name))),
            "End-Date" => {
                if let Some((number, text)) = command.take() {
                    let mut shell = Shell::new(like.clone(), &no_files);
                    shell.user = Some("root".to_owned());
                    shell.is_one_line = true;
                    shell.read(text, u32::try_from(number).unwrap_or(u32::MAX), out);
                }
                for (number, name) in installed.drain(..) {
                    let said = format!("Install: {name}");
                    let mut statement = Statement { place: file.line(number), said, ..like.clone() };
                    statement.confidence = Confidence::Folded;
                    out.say(statement.effects(vec![Effect::there("package", name)]));
                }
            }
            _ => {}
        }
    }
}

/// The packages of an `Install:` line that were not brought by others.
fn names(value: &str) -> impl Iterator<Item = String> {
    value.split("), ").filter(|item| !item.contains("automatic")).filter_map(|item| {
        let name = item.split([' ', '(']).next()?;
        let name = name.split_once(':').map_or(name, |(name, _)| name);
        (!name.is_empty()).then(|| name.to_owned())
    })
}

fn dpkg(file: &File, out: &mut Out) {
    for (number, line) in file.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [date, time, verb @ ("install" | "remove" | "purge"), name, ..] = words.as_slice() else { continue };
        let name = name.split_once(':').map_or(*name, |(name, _)| name);
        let there = *verb == "install";
        let mut statement = Statement::new(file.line(number), line).rank(Rank::Trace).at_most(Confidence::Guessed);
        statement.when = Some(format!("{date}T{time}"));
        // That it came here does not say that somebody asked for it.
        let effect =
            if there { Effect::wants("package", name, "versions", Want::Any) } else { Effect::gone("package", name) };
        out.say(statement.effects(vec![effect]));
    }
}

fn yum(file: &File, out: &mut Out) {
    for (number, line) in file.lines() {
        let verbs = [("Installed: ", true), ("Erased: ", false), ("Removed: ", false)];
        let found = verbs.iter().find_map(|(verb, there)| Some((line.split_once(verb)?, *there)));
        let Some(((before, package), there)) = found else { continue };
        let package = package.split_once(':').map_or(package, |(_epoch, rest)| rest);
        let parts: Vec<&str> = package.trim().split('-').collect();
        let count = parts.iter().take_while(|p| !p.starts_with(|c: char| c.is_ascii_digit())).count();
        let name = parts[..count.max(1)].join("-");
        let mut statement = Statement::new(file.line(number), line).rank(Rank::Trace).at_most(Confidence::Guessed);
        // dnf writes a time that orders; yum only month and day.
        let first = before.split_whitespace().next().unwrap_or_default();
        statement.when = first.starts_with(|c: char| c.is_ascii_digit()).then(|| first.to_owned());
        let id = model::id::ResourceId::new("package", name);
        out.say(statement.effects(vec![Effect::Presence { id, there }]));
    }
}

/// `SECONDS USER COMMAND`, then `installed: …`, `brought: …`, `removed: …`, or `failed`, between tabs.
fn transactions(file: &File, out: &mut Out) {
    for (number, line) in file.lines() {
        let mut fields = line.split('\t');
        let (Some(seconds), Some(who), Some(command)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let mut like = Statement::new(file.line(number), command).rank(Rank::Trace);
        like.when = seconds.parse().ok().map(time);
        like.who = Some(who).filter(|who| *who != "-").map(str::to_owned);
        let fields: Vec<&str> = fields.collect();
        if fields.contains(&"failed") {
            // What did not come to its end changed nothing that lasts.
            out.say(like);
            continue;
        }
        let names = |word: &str| {
            let of = fields.iter().find_map(|field| field.strip_prefix(word)?.strip_prefix(": "));
            of.unwrap_or_default().split(' ').filter(|name| !name.is_empty())
        };
        if !command.is_empty() {
            let mut shell = Shell::new(like.clone(), &no_files);
            shell.user = Some("root".to_owned());
            shell.is_one_line = true;
            shell.read(command, u32::try_from(number).unwrap_or(u32::MAX), out);
        }
        let there = names("installed").map(|name| ("installed", name, true));
        let gone = names("removed").map(|name| ("removed", name, false));
        for (word, name, there) in there.chain(gone) {
            let said = format!("{command}: {word} {name}");
            let statement = Statement { said, ..like.clone() }.at_most(Confidence::Folded);
            let id = model::id::ResourceId::new("package", name);
            out.say(statement.effects(vec![Effect::Presence { id, there }]));
        }
    }
}
