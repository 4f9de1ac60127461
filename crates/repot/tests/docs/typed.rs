//! What the docs say to type can be typed: every `repot` command in a block of `sh` or in backticks is one that repot
//! takes, every target of make is there, every path into the repository leads to something.

use super::page::{Page, pages, repository};
use pulldown_cmark::Event;
use std::process::Command;

/// Stands in the docs for something that people put there.
fn is_placeholder(text: &str) -> bool {
    text.contains('…') || text.contains("...") || text.contains('[') && !text.contains('\'')
}

/// The command lines of a page that begin with a program.
fn lines(page: &Page, program: &str) -> Vec<String> {
    let blocks = page.blocks().into_iter().filter(|b| ["sh", "text"].contains(&b.language.as_str()));
    let mut texts: Vec<String> = blocks.flat_map(|b| b.text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let code = |event| if let Event::Code(code) = event { Some(code.to_string()) } else { None };
    texts.extend(page.events().filter_map(|(event, _)| code(event)));
    let parts = texts.iter().flat_map(|text| text.split([';', '|']).flat_map(|part| part.split("&&")));
    let bare = |part: &str| {
        part.split(" #").next().unwrap_or_default().split("  ").next().unwrap_or_default().trim().to_owned()
    };
    parts
        .map(bare)
        .filter(|part| part.split(' ').next().is_some_and(|p| p.rsplit('/').next() == Some(program)))
        .collect()
}

/// A shell's words.
fn words(line: &str) -> Vec<String> {
    let output = Command::new("bash").args(["-c", &format!("printf '%s\\0' {line}")]).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn repot_takes_what_the_docs_say_to_type() {
    let dir = tempfile::tempdir().unwrap();
    let mut count = 0;
    for page in pages() {
        for line in lines(&page, "repot").into_iter().filter(|line| !is_placeholder(line)) {
            let mut words: Vec<String> = words(&line.replace(['<', '>'], "")).split_off(1);
            if words.iter().any(|w| w.chars().all(|c| c.is_ascii_uppercase())) {
                continue;
            }
            // This machine is not to be captured by its tests.
            words.iter_mut().filter(|w| *w == "local").for_each(|w| "rootfs:nowhere".clone_into(w));
            if let Some(at) = words.iter().position(|w| w == "--project") {
                words.drain(at..at + 2);
            }
            // The name of a command, and no more.
            if words.len() < 2 {
                words.push("--help".to_owned());
            }
            count += 1;
            // In a directory where there is nothing, nothing is found, and nothing is reached.
            let output = testkit::cli::command(env!("CARGO_BIN_EXE_repot"), dir.path())
                .env("PATH", "/nonexistent")
                .args(["--project", "nowhere"])
                .args(&words)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("try '--help'"), "{}: `{line}` cannot be typed:\n{said}", page.name);
        }
    }
    assert!(count > 10, "only {count} commands were found");
}

#[test]
fn make_has_the_targets_that_the_docs_name() {
    let makefile = std::fs::read_to_string(repository().join("Makefile")).unwrap();
    let mut count = 0;
    for page in pages() {
        for line in lines(&page, "make") {
            for target in line.split(' ').skip(1).filter(|t| !t.contains('=') && !t.starts_with('-')) {
                count += 1;
                let is_there = makefile.lines().any(|l| l.split(':').next().is_some_and(|names| names == target));
                assert!(is_there, "{}: make has no target {target}", page.name);
            }
        }
    }
    assert!(count > 2, "only {count} targets were found");
}
