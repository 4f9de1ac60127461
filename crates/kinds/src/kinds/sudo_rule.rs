//! What sudo lets whom do, from /etc/sudoers and what it includes.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use std::collections::BTreeSet;

/// Rules of sudo.
pub(super) struct SudoRule;

const PROPERTIES: &[Property] = &[Property::new(
    "rule",
    Shape::Text,
    "hosts, whom to run as, tags and commands, as sudoers(5) writes them, blanks folded",
)];

const MAIN: &str = "/etc/sudoers";

/// The lines of the main file as distributions ship it: no package keeps a copy of it.
const SHIPPED: &str = include_str!("sudo_rule.txt");

/// How many files may be included.
const MOST_FILES: usize = 500;

impl Kind for SudoRule {
    fn name(&self) -> &'static str {
        "sudo-rule"
    }

    fn summary(&self) -> &'static str {
        "what sudo lets somebody do, named by whom (`deploy`, `%sudo`), an alias or `Defaults`; a second one with ` #2`"
    }

    fn area(&self) -> Area {
        Area::People
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut reader = Reader { sys, listing: Listing::default(), seen: BTreeSet::new() };
        reader.file(MAIN);
        reader.listing.show(ask, out)
    }
}

struct Reader<'a> {
    sys: &'a dyn Sys,
    listing: Listing,
    seen: BTreeSet<String>,
}

impl Reader<'_> {
    fn file(&mut self, path: &str) {
        if self.seen.len() >= MOST_FILES || !self.seen.insert(path.to_owned()) {
            return;
        }
        let text = self.listing.seen(read::file_or_empty(self.sys, path));
        let origin = Origin::of(self.sys, path, &text, &[]).knowing(if path == MAIN { SHIPPED } else { "" });
        for (number, line) in joined(&text) {
            if let Some(dir) = included(&line, "includedir") {
                self.directory(&dir);
            } else if let Some(file) = included(&line, "include") {
                self.file(&file);
            } else if !line.starts_with('#') {
                self.rule(&line, origin.line(&line), &Place::line(path, number));
            }
        }
    }

    /// sudoers(5): files whose names end with `~` or hold a `.` are passed over.
    fn directory(&mut self, dir: &str) {
        let files = self.listing.seen(read::files_in(self.sys, dir, ""));
        for path in files {
            let name = path.rsplit('/').next().unwrap_or_default();
            if !name.contains('.') && !name.ends_with('~') {
                self.file(&path);
            }
        }
    }

    fn rule(&mut self, line: &str, standing: Standing, place: &Place) {
        let (who, rule) = match line.split_once(char::is_whitespace) {
            Some((word @ ("User_Alias" | "Runas_Alias" | "Host_Alias" | "Cmnd_Alias" | "Cmd_Alias"), rest)) => {
                let (name, value) = rest.split_once('=').unwrap_or((rest, ""));
                (format!("{word} {}", name.trim()), value.trim().to_owned())
            }
            Some((word, rest)) if word.starts_with("Defaults") => {
                let key = rest.trim().split(['=', '+', '-', ',', ' ']).find(|k| !k.is_empty()).unwrap_or_default();
                (format!("{word} {key}"), rest.trim().to_owned())
            }
            Some((who, rest)) => (who.to_owned(), rest.trim().to_owned()),
            None => (line.to_owned(), String::new()),
        };
        let mut name = who.clone();
        let mut number = 1;
        while self.listing.has(&name) {
            number += 1;
            name = format!("{who} #{number}");
        }
        let rule = rule.split_whitespace().collect::<Vec<_>>().join(" ");
        self.listing.add(name, Shown::new().fact("rule", Fact::is(rule).standing(standing).at(place.clone())));
    }
}

/// `@include FILE` or the older `#include FILE`.
fn included(line: &str, word: &str) -> Option<String> {
    let rest = line.strip_prefix(['@', '#'])?.strip_prefix(word)?;
    let path = rest.strip_prefix([' ', '\t'])?.trim().trim_matches('"');
    path.starts_with('/').then(|| path.trim_end_matches('/').to_owned())
}

/// Lines joined where a backslash ends them, blanks folded, empty ones left out, with the number of the first.
fn joined(text: &str) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let (first, mut so_far) = open.take().unwrap_or((number, String::new()));
        so_far.push_str(line.trim_end_matches('\\').trim());
        if line.ends_with('\\') {
            so_far.push(' ');
            open = Some((first, so_far));
        } else {
            out.push((first, so_far));
        }
    }
    out.extend(open);
    out.retain(|(_, l)| !l.trim().is_empty());
    out
}
