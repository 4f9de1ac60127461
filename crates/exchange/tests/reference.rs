//! The reference pages of the docs are made of the code: they are never stale. `REPOT_BLESS=1` rewrites them.
#![expect(clippy::disallowed_methods, reason = "a test reads and writes the docs")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn the_summary_lists_the_reference() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/SUMMARY.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, _) = text.split_once("# Reference\n").expect("SUMMARY.md has a part on the reference");
    let wanted = format!("{before}{}", exchange::reference::summary());
    if std::env::var_os("REPOT_BLESS").is_some() {
        fs::write(&path, &wanted).unwrap();
    } else {
        assert!(text == wanted, "SUMMARY.md is stale; REPOT_BLESS=1 cargo test -p repot-exchange --test reference");
    }
}

#[test]
fn the_reference_is_what_the_code_says() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/reference");
    let pages = exchange::reference::pages();
    assert!(pages.len() > 2);
    if std::env::var_os("REPOT_BLESS").is_some() {
        fs::create_dir_all(&dir).unwrap();
        for entry in fs::read_dir(&dir).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (name, text) in &pages {
            fs::write(dir.join(name), text).unwrap();
        }
    }
    let stale: Vec<&str> = pages
        .iter()
        .filter(|(name, text)| fs::read_to_string(dir.join(name)).ok().as_ref() != Some(text))
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(stale.is_empty(), "stale: {stale:?}; REPOT_BLESS=1 cargo test -p repot-exchange --test reference");
    let known: BTreeSet<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    for entry in fs::read_dir(&dir).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(name.as_str()), "{name} is of no kind any more");
    }
}
