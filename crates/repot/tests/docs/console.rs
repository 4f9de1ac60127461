//! Blocks of `console` (that of `console lab` by the lab's test `readme`) are run, those of a page one after the other in one directory, and must show what they show.

use super::page::{Block, Page, pages};
use regex::Regex;
use std::fmt::Write;
use std::path::Path;

/// Stands between what one command prints and the next.
const MARK: &str = "\u{1}";

/// What differs from run to run, and what is taken for the same.
const MOVES: &[(&str, &str)] = &[
    (r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z", "TIME"),
    (r"secret:v1:[A-Za-z0-9_-]{22}", "FINGERPRINT"),
    (r#"key: "?[0-9a-f]{8}"?"#, "KEY"),
    // A kind that is added shows more, and moves what stands below it.
    (r"\d+ (resources|facts|same|undecided)", "SOME $1"),
    (r"yaml:\d+:\d+", "yaml:PLACE"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", "TIME"),
    (r"\d+ (rows|KiB|were looked at nowhere)", "SOME $1"),
];

fn steady(text: &str) -> String {
    MOVES
        .iter()
        .fold(text.to_owned(), |text, (moves, with)| Regex::new(moves).unwrap().replace_all(&text, *with).into_owned())
}

/// The commands of a block; a line that begins with `> ` goes on with the one before.
fn commands(block: &Block) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for line in block.text.lines() {
        match (line.strip_prefix("$ "), line.strip_prefix("> "), commands.last_mut()) {
            (Some(command), _, _) => commands.push(command.to_owned()),
            (None, Some(more), Some(command)) => *command = format!("{command}\n{more}"),
            _ => {}
        }
    }
    commands
}

/// Runs commands in one shell, and shows them as the terminal would.
fn run(dir: &Path, commands: &[String]) -> String {
    let mut script = String::from("exec 2>&1\n");
    for command in commands {
        // The next command may ask how this one ended.
        write!(script, "{command}\n_status=$?; printf '{MARK}'; (exit $_status)\n").unwrap();
    }
    let binaries = Path::new(env!("CARGO_BIN_EXE_repot")).parent().unwrap();
    let output = testkit::cli::command("bash", dir)
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", binaries.display()))
        .args(["-c", &script])
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let parts: Vec<&str> = shown.split(MARK).collect();
    assert_eq!(parts.len(), commands.len() + 1, "a command ended the shell: {shown}");
    commands
        .iter()
        .zip(parts)
        .map(|(command, printed)| format!("$ {}\n{printed}", command.replace('\n', "\n> ")))
        .collect()
}

fn check(page: &Page) -> Result<(), String> {
    let dir = tempfile::tempdir().unwrap();
    let mut text = page.text.clone();
    // The last first, so that the places of the others stay; but they are run in their order.
    let blocks: Vec<Block> = page.blocks().into_iter().filter(|b| b.language == "console").collect();
    let shown: Vec<String> = blocks.iter().map(|block| run(dir.path(), &commands(block))).collect();
    let mut wrong = Vec::new();
    for (block, shown) in blocks.iter().zip(&shown).rev() {
        let begins = block.text.lines().next().is_some_and(|line| line.starts_with("$ "));
        assert!(begins, "{}: a console block begins with a command: {}", page.name, block.text);
        if steady(&block.text) != steady(shown) {
            wrong.push(format!("{} shows\n{}\nand the terminal shows\n{shown}", page.name, block.text));
            text.replace_range(block.range.clone(), shown);
        }
    }
    if std::env::var_os("REPOT_BLESS").is_some() {
        std::fs::write(page.path(), text).unwrap();
        return Ok(());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

#[test]
fn the_terminal_shows_what_the_docs_show() {
    let pages = pages();
    let with_blocks: Vec<&Page> = pages.iter().filter(|p| p.blocks().iter().any(|b| b.language == "console")).collect();
    assert!(!with_blocks.is_empty(), "no page shows a terminal");
    let wrong: Vec<String> = with_blocks.into_iter().filter_map(|page| check(page).err()).collect();
    let blessing = "REPOT_BLESS=1 cargo test -p repot --test docs writes what the terminal shows";
    assert!(wrong.is_empty(), "{}\n{blessing}", wrong.join("\n"));
}
