//! A draft as spec files: `site.yaml` for people, `baseline.yaml` for machines. The same draft gives the same bytes.

use super::VERSION;
use super::scalar::{quoted, written};
use kinds::kind::Kind;
use model::draft::{Draft, Drafted};
use model::fact::Fact;
use model::id::ResourceId;
use model::spec::Open;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The longest line before an entry is written over several.
const WIDE: usize = 110;

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What people did.
    Site,
    /// What the OS and its packages brought.
    Baseline,
}

/// A side of a draft as a new file.
pub fn emit(draft: &Draft, side: Side, host: &str, key: &str) -> String {
    let (entries, head) = match side {
        Side::Site => (&draft.site, site_head(host)),
        Side::Baseline => (&draft.baseline, baseline_head(host)),
    };
    let mut out = format!("{head}repot: {VERSION}\nkey: {}\n", quoted(key));
    if side == Side::Baseline {
        out.push_str(&complete(&draft.closed));
        out.push_str(&open(&draft.open));
    }
    let mut kind = "";
    for (id, drafted) in entries {
        if id.kind != kind {
            kind = &id.kind;
            out.push_str(&group(kind));
        }
        out.push_str(&entry(id, drafted, side));
    }
    out
}

fn site_head(host: &str) -> String {
    format!(
        "# What people did to {}: everything here is neither of the operating system nor of its packages.\n\
         # Edit freely: add `why: ..` and `waive: ..`, correct values, add checks. A new capture keeps your edits.\n",
        for_comment(host)
    )
}

fn baseline_head(host: &str) -> String {
    format!(
        "# What the operating system and its packages brought to {}, with effective defaults. Machines check it;\n\
         # what people did is in site.yaml beside it. `complete` lists the kinds of which these two files name all.\n",
        for_comment(host)
    )
}

/// `complete: [..]`, one kind after the other, in lines of a readable width.
pub(crate) fn complete(kinds: &BTreeSet<String>) -> String {
    let mut out = String::from("complete:\n");
    if kinds.is_empty() {
        return "complete: []\n".to_owned();
    }
    for kind in kinds {
        // Writing to a string does not fail, here and below.
        writeln!(out, "  - {}", quoted(kind)).ok();
    }
    out
}

/// `open: {..}`: what moves by itself or could not be looked at.
pub(crate) fn open(open: &[Open]) -> String {
    if open.is_empty() {
        return "open: {}\n".to_owned();
    }
    let sorted: BTreeMap<&str, &str> = open.iter().map(|o| (o.what.as_str(), o.why.as_str())).collect();
    let mut out = String::from("open:\n");
    for (what, why) in sorted {
        writeln!(out, "  {}: {}", quoted(what), quoted(why)).ok();
    }
    out
}

/// The heading of a kind.
pub(crate) fn group(kind: &str) -> String {
    let summary = kinds::kind_named(kind).map_or("", Kind::summary);
    format!("\n# {}\n{kind}:\n", for_comment(summary))
}

/// One entry, on one line where it is short.
pub(crate) fn entry(id: &ResourceId, drafted: &Drafted, side: Side) -> String {
    let name = quoted(&id.name);
    let claims = claims(id, drafted, side);
    let short: Vec<String> = claims.iter().map(|(p, v, _)| format!("{p}: {v}")).collect();
    let notes: Vec<&str> = claims.iter().filter_map(|(_, _, note)| note.as_deref()).collect();
    let comment = if notes.is_empty() { String::new() } else { format!("  # {}", notes.join("; ")) };
    let line = format!("  {name}: {{{}}}", short.join(", "));
    if line.chars().count() <= WIDE || claims.len() == 1 {
        return format!("{line}{comment}\n");
    }
    let mut out = format!("  {name}:\n");
    for (property, value, note) in claims {
        let comment = note.map_or_else(String::new, |n| format!("  # {n}"));
        writeln!(out, "    {property}: {value}{comment}").ok();
    }
    out
}

/// The claims of an entry: property, value, and a note for people.
pub(crate) fn claims(id: &ResourceId, drafted: &Drafted, side: Side) -> Vec<(String, String, Option<String>)> {
    let presence = kinds::kind_named(&id.kind).map_or("exists", Kind::presence);
    if drafted.absent {
        return vec![(presence.to_owned(), "false".to_owned(), Some("shipped, and gone".to_owned()))];
    }
    if drafted.facts.is_empty() {
        return vec![(presence.to_owned(), "true".to_owned(), None)];
    }
    let note = |fact: &Fact| (side == Side::Site).then(|| shipped(fact)).flatten();
    let mut claims: Vec<_> = drafted
        .facts
        .iter()
        .filter_map(|(property, fact)| Some((property.clone(), written(fact.value()?), note(fact))))
        .collect();
    if side == Side::Site
        && let Some(place) = drafted.facts.values().find_map(|f| f.place.as_ref())
        && place.file != id.name
    {
        claims.push(("from".to_owned(), quoted(&format!("observed at {place}")), None));
    }
    claims
}

fn shipped(fact: &Fact) -> Option<String> {
    fact.shipped.as_ref().map(|v| format!("shipped: {}", for_comment(&written(v))))
}

/// Text in a comment: one line, nothing that a terminal or an editor would act on.
fn for_comment(text: &str) -> String {
    let text = model::text::for_terminal(text);
    if text.chars().count() > 60 { text.chars().take(57).chain("...".chars()).collect() } else { text.into_owned() }
}
