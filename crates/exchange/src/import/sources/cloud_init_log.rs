//! What cloud-init wrote down of what it did: the files it wrote and the commands it ran, each with its time.

use super::super::conversion::Construct;
use super::super::effect::Effect;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::call::absolute;
use super::super::shell::{Shell, no_files, quoted};
use super::super::source::Source;
use super::super::statement::{Rank, Statement};

/// The reader.
pub(super) struct CloudInitLog;

impl Source for CloudInitLog {
    fn name(&self) -> &'static str {
        "cloud-init-log"
    }

    fn summary(&self) -> &'static str {
        "cloud-init's own log on the host (cloud-init.log), rotated ones too"
    }

    fn takes(&self, file: &File) -> bool {
        file.name().starts_with("cloud-init.log")
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
                Construct::yes("… Writing to FILE - wb: …", "that the file was written, when, by cloud-init"),
                Construct::yes("… Running command ['useradd', …] …", "as the shell reader reads the command"),
                Construct::no("every other line", "left out: it says what was looked at, or how long it took"),
            ]
        }
    }
}

fn entry(file: &File, number: usize, line: &str, out: &mut Out) {
    let Some((head, message)) = line.split_once(": ") else { return };
    let mut like = Statement::new(file.line(number), message).rank(Rank::Trace);
    like.who = Some("cloud-init".to_owned());
    like.when = when(head);
    if let Some(rest) = message.strip_prefix("Writing to ") {
        let path = rest.split(" - ").next().and_then(absolute);
        // Its own state is no part of what the host is.
        if let Some(path) = path.filter(|p| !["/var/lib/cloud/", "/run/"].iter().any(|own| p.starts_with(own))) {
            out.say(like.effects(vec![Effect::there("file", &path), Effect::Touched { path }]));
        }
    } else if let Some(rest) = message.strip_prefix("Running command ") {
        let words = words(rest);
        if !words.is_empty() {
            let mut shell = Shell::new(like, &no_files);
            shell.user = Some("root".to_owned());
            shell.is_one_line = true;
            let command = quoted(words.iter().map(String::as_str));
            shell.read(&command, u32::try_from(number).unwrap_or(u32::MAX), out);
        }
    }
}

/// The time in `2023-01-01 10:00:00,123 - util.py[DEBUG]`.
fn when(head: &str) -> Option<String> {
    let (date, rest) = head.split_once(' ')?;
    let time = rest.split([',', ' ']).next()?;
    date.starts_with(|c: char| c.is_ascii_digit()).then(|| format!("{date}T{time}Z"))
}

/// The words of a list as Python prints it: `['a', "b's", b'c']`.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = text.strip_prefix('[').unwrap_or_default().chars();
    while let Some(c) = chars.next() {
        match c {
            ']' => break,
            '\'' | '"' => {
                let mut word = String::new();
                while let Some(inside) = chars.next() {
                    match inside {
                        '\\' => word.extend(chars.next()),
                        inside if inside == c => break,
                        inside => word.push(inside),
                    }
                }
                words.push(word);
            }
            _ => {}
        }
    }
    words
}
