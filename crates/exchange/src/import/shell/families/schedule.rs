//! crontab and at.

use super::super::super::conversion::Construct;
use super::super::super::effect::{Effect, Want};
use super::super::call::{Call, Document, Said};
use super::Family;

pub(super) const FAMILY: Family = Family {
    name: "schedule",
    summary: "commands that set what runs at its time",
    programs: &["crontab", "at", "batch"],
    constructs: &[
        Construct::yes(
            "crontab FILE, … | crontab -, (crontab -l; echo JOB) | crontab -",
            "the jobs of the user, and his crontab",
        ),
        Construct::yes("crontab -u USER -r", "the user's crontab is gone"),
        Construct::partly("crontab -e", "that the user's crontab was changed by hand"),
        Construct::no("at, batch", "what runs once"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    if call.program != "crontab" || call.has(&["-l"]) {
        return;
    }
    let user = match call.value(&["-u", "--user"]) {
        Some(word) => said.known(&word).map(str::to_owned),
        None => call.user.map(str::to_owned),
    };
    let Some(user) = user else { return said.unresolved("whose crontab it is") };
    let path = format!("/var/spool/cron/crontabs/{user}");
    if call.has(&["-r"]) {
        return said.effect(Effect::gone("cron", format!("{user}: *")));
    }
    if call.has(&["-e"]) {
        said.guessed();
        said.effect(Effect::Touched { path });
        return said.effect(Effect::wants(
            "cron",
            format!("{user}: *"),
            "source",
            Want::Is(format!("/var/spool/cron/crontabs/{user}").into()),
        ));
    }
    let operands = call.operands(&["-u", "--user"]);
    let document = match operands.first() {
        Some(word) if word.text != "-" => {
            match (call.texts)(&word.text).or_else(|| (call.texts)(&call.path(&word.text).ok()?)) {
                Some(document) => Some(document),
                None => return said.unresolved(format!("what {} holds", word.text)),
            }
        }
        _ => call.input.cloned(),
    };
    match document.filter(|d| d.text.lacks.is_none()) {
        Some(document) => jobs(&user, path, &document, said),
        None => said.unresolved("the jobs of the crontab"),
    }
}

fn jobs(user: &str, path: String, document: &Document, said: &mut Said) {
    for line in document.lines() {
        if let Some((schedule, command)) = job(&line) {
            // Long commands are cut in the names of jobs.
            let name: String = command.chars().take(60).collect();
            let name = format!("{user}: {name}*");
            said.effect(Effect::is("cron", &name, "schedule", schedule));
            said.effect(Effect::is("cron", &name, "command", command));
        }
    }
    let lines: Vec<String> = document.lines().into_iter().filter(|l| !l.trim().is_empty()).collect();
    let effect = if document.is_part {
        Effect::Lines { path, lines, there: true, source: None }
    } else {
        Effect::Contents { path, text: document.text.text.clone(), source: document.source.clone() }
    };
    said.effect(effect);
}

/// The schedule and the command of a line of a crontab; nothing of comments and variables.
fn job(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let count = if line.starts_with('@') { 1 } else { 5 };
    let mut rest = line;
    let mut fields = Vec::new();
    for _ in 0..count {
        let (field, after) = rest.split_once(char::is_whitespace)?;
        fields.push(field);
        rest = after.trim_start();
    }
    let is_time = |f: &&str| f.starts_with('@') || f.chars().all(|c| c.is_ascii_alphanumeric() || "*/,-".contains(c));
    (fields.iter().all(is_time) && !rest.is_empty()).then(|| (fields.join(" "), rest.to_owned()))
}
