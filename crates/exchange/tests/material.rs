//! What readers make of real material: the lab's papers, and trees built in the kind of public projects. Every source
//! parses, and the share of statements that were understood is printed.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]
#![expect(clippy::disallowed_methods, reason = "a test reads its own material")]

use exchange::import::files::{File, Files};
use exchange::import::statement::Says;
use exchange::import::{self, out::Out};
use std::collections::BTreeMap;
use std::path::Path;

fn collect(dir: &Path, base: &Path, to: &mut Vec<File>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, base, to);
        } else {
            let name = path.strip_prefix(base).unwrap().to_string_lossy().into_owned();
            to.push(File::new(name, false, &std::fs::read(&path).unwrap()));
        }
    }
}

fn read(dir: &Path) -> (Files, Out) {
    let mut all = Vec::new();
    collect(dir, dir, &mut all);
    let mut files = Files::new(all);
    let out = import::read(&mut files);
    (files, out)
}

fn lab() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lab/papers")
}

/// Understood and all statements, by source.
fn shares(out: &Out) -> BTreeMap<&'static str, (usize, usize)> {
    let mut shares: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for (source, statement) in out.statements() {
        let share = shares.entry(source).or_default();
        share.1 += 1;
        if matches!(statement.says, Says::Effects(_) | Says::Nothing | Says::Prose) {
            share.0 += 1;
        }
    }
    shares
}

fn lines(out: &Out, of: &str) -> String {
    let mut text = String::new();
    for (_, s) in out.statements().iter().filter(|(name, _)| *name == of) {
        let line = format!("{}:{}", s.place.file, s.place.line);
        let scope = s.scope.as_ref().map_or(String::new(), |scope| format!(" [{scope}]"));
        let sure = s.confidence.name();
        match &s.says {
            Says::Effects(effects) => {
                for effect in effects {
                    text.push_str(&format!("{line}{scope} {sure}: {effect}\n"));
                }
            }
            Says::Nothing => text.push_str(&format!("{line}{scope}: nothing lasts\n")),
            Says::Unresolved(why) => text.push_str(&format!("{line}{scope}: unresolved: {why}\n")),
            Says::NotUnderstood(why) => text.push_str(&format!("{line}{scope}: not understood: {why}\n")),
            Says::Prose => text.push_str(&format!("{line}{scope}: prose\n")),
        }
    }
    for problem in out.problems() {
        text.push_str(&format!("! {}: {}\n", problem.place, problem.what));
    }
    text
}

#[test]
fn the_labs_fabfile() {
    insta::assert_snapshot!(lines(&read(&lab()).1, "fabric"));
}

#[test]
fn the_labs_capistrano() {
    insta::assert_snapshot!(lines(&read(&lab()).1, "capistrano"));
}

#[test]
fn every_paper_of_the_lab_is_read() {
    let (files, out) = read(&lab());
    let unread: Vec<&str> = files.unread().iter().map(|f| f.path.as_str()).collect();
    for (source, (understood, all)) in shares(&out) {
        println!("{source:<12} {understood} of {all} statements understood ({} %)", understood * 100 / all.max(1));
    }
    println!("not read: {}", unread.join(", "));
    assert!(out.statements().len() > 200);
}
