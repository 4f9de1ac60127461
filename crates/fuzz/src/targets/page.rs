//! What runs keep, the page that is made of it, and `repot.yaml`: with every text chosen by a host or by somebody.

use super::parts;
use crate::Target;
use exchange::page::{Material, html, json, markdown, page};
use exchange::project_file::{self, ProjectFile};
use exchange::ran::{About, Ran};
use exchange::report::{Run, Target as Reported};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::place::Place;
use model::text::unsafe_on_terminals;

/// What is kept comes back; whatever it says, the page has no element of its making, and nothing acts on a terminal.
pub(super) fn pages() -> Target {
    Target::new("page", run, || {
        [
            "ssh:web\0/etc/a\0mode\0u=rw\0u=r",
            "</script><script>x\0<!--<script>\u{1b}[2J\0]]>\0`*_[a](b)|\0\u{202e}@x #1",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    })
}

fn run(input: &[u8]) {
    let Some(parts) = parts(input) else { return };
    let [target, name, property, expected, seen, ..] = parts.as_slice() else { return };
    let finding = |verdict| Finding {
        property: Some((*property).to_owned()),
        expected: Some((*expected).to_owned()),
        seen: Some((*seen).into()),
        claimed_at: Some(Place::line(*name, 3)),
        why: Some((*seen).to_owned()),
        ..Finding::whole(ResourceId::new("file", format!("{name}{}", matches!(verdict, Verdict::Same))), verdict)
    };
    let findings =
        vec![finding(Verdict::Same), finding(Verdict::Differs), finding(Verdict::Waived((*seen).to_owned()))];
    let reported =
        Reported { name: (*target).to_owned(), against: (*seen).to_owned(), findings, ..Reported::default() };
    let about = About { typed: (*name).to_owned(), stage: Some((*property).to_owned()), ..About::default() };
    let ran = Ran::of(&Run { command: "verify", targets: vec![reported] }, about);
    assert_eq!(Ran::parse(&ran.text()).as_ref(), Ok(&ran), "a run comes back as it was kept");
    let made = page(&Material { title: (*seen).to_owned(), runs: vec![ran], ..Material::default() });
    let html = html::text(&made);
    assert_eq!((html.matches("<script").count(), html.matches("</script").count()), (2, 2), "{parts:?}");
    assert!(!html.contains("<!--"), "{parts:?}");
    for text in [&html, &markdown::text(&made), &json::text(&made)] {
        assert!(!text.chars().any(|c| !matches!(c, '\n' | '\t') && unsafe_on_terminals(c)), "{parts:?}");
    }
}

/// What is written is read again, whatever it says.
pub(super) fn projects() -> Target {
    Target::new("project", project, || {
        ["web\0ssh:a\0run book.md", "- x\0no\0# [y]: {z}\n\"'", "repot-project: 1\nhosts: [a]\n"]
            .map(|text| text.as_bytes().to_vec())
            .to_vec()
    })
}

fn project(input: &[u8]) {
    let Some(parts) = parts(input) else { return };
    // What is no such file is refused, and never a crash.
    for text in &parts {
        drop(project_file::read("repot.yaml", text));
    }
    let [role, host, paper, ..] = parts.as_slice() else { return };
    let file = ProjectFile {
        role: Some((*role).to_owned()).filter(|r| !r.is_empty()),
        hosts: vec![(*host).to_owned()],
        papers: vec![(*paper).to_owned()],
        ..ProjectFile::default()
    };
    let text = project_file::text(&file);
    assert_eq!(project_file::read("repot.yaml", &text), Ok(file), "{text:?}");
}
