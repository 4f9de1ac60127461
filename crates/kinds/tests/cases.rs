//! Every kind against its recorded systems: `tests/cases/<kind>/<case>/` holds `root/`, `system.yaml`, `ask.json`
//! and the facts expected, `expected.json`. `REPOT_BLESS=1` writes what is seen as what is expected; read the change
//! before you commit it.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads its own folders, and stops where it cannot"
)]

use kinds::KINDS;
use kinds::kind::Kind;
use model::plan::Ask;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use testkit::probe::probe;
use testkit::replay::Replay;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn folders(dir: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(dir) else { return BTreeSet::new() };
    entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_kind_has_a_case_and_every_case_a_kind() {
    let kinds: BTreeSet<String> = KINDS.iter().map(|k| k.name().to_owned()).collect();
    assert_eq!(kinds, folders(&cases()));
    for kind in &kinds {
        assert!(!folders(&cases().join(kind)).is_empty(), "{kind} has no case");
    }
}

#[test]
fn every_case_shows_the_facts_expected() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for kind in KINDS {
        for case in folders(&cases().join(kind.name())) {
            count += 1;
            if let Err(text) = check(*kind, &cases().join(kind.name()).join(&case)) {
                wrong.push(format!("{}/{case}: {text}", kind.name()));
            }
        }
    }
    assert!(count > 0 && wrong.is_empty(), "{} of {count} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn check(kind: &dyn Kind, case: &Path) -> Result<(), String> {
    let ask = match fs::read_to_string(case.join("ask.json")) {
        Ok(text) => serde_json::from_str(&text).map_err(|e| format!("ask.json: {e}"))?,
        Err(_) => Ask { sweep: true, contents: true, ..Ask::default() },
    };
    let seen = serde_json::to_string_pretty(&probe(kind, &Replay::open(case), &ask)).unwrap() + "\n";
    let path = case.join("expected.json");
    if std::env::var_os("REPOT_BLESS").is_some() {
        fs::write(&path, &seen).unwrap();
    }
    let expected = fs::read_to_string(&path).map_err(|e| format!("expected.json: {e}"))?;
    if seen == expected {
        return Ok(());
    }
    let lines: Vec<String> = expected
        .lines()
        .zip(seen.lines().chain(std::iter::repeat("")))
        .filter(|(e, s)| e != s)
        .take(5)
        .map(|(e, s)| format!("  expected {e}\n  seen     {s}"))
        .collect();
    Err(format!("\n{}", lines.join("\n")))
}
