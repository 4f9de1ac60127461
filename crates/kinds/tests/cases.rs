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
use model::facts::KindFacts;
use model::plan::{Ask, Wanted};
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

/// What is asked for by its name is read in shorter ways than a sweep goes; both must see the same.
#[test]
fn what_is_asked_for_by_name_is_what_a_sweep_shows() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for kind in KINDS.iter().filter(|k| k.is_swept()) {
        for case in folders(&cases().join(kind.name())) {
            let dir = cases().join(kind.name()).join(&case);
            let swept = probe(*kind, &Replay::open(&dir), &Ask::everything());
            let asked = probe(*kind, &Replay::open(&dir), &by_name(*kind, &swept));
            for (name, resource) in swept.resources.iter().filter(|(_, r)| !r.absent && r.unknown.is_none()) {
                for property in resource.facts.keys().filter(|p| kind.property(p).is_some_and(|p| p.is_pinned())) {
                    count += 1;
                    let seen = |of: &KindFacts| {
                        of.resources.get(name).and_then(|r| r.facts.get(property).map(|f| f.seen.clone()))
                    };
                    if seen(&swept) != seen(&asked) {
                        wrong.push(format!(
                            "{}/{case}: {name}.{property}: swept {:?}, asked {:?}",
                            kind.name(),
                            seen(&swept),
                            seen(&asked)
                        ));
                    }
                }
            }
        }
    }
    assert!(count > 1000 && wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A question for exactly what a sweep showed, as a spec made of it asks.
fn by_name(kind: &dyn Kind, swept: &KindFacts) -> Ask {
    let mut ask = Ask::default();
    for (name, resource) in &swept.resources {
        let pinned = resource.facts.keys().filter(|p| kind.property(p).is_some_and(|p| p.is_pinned()));
        let wanted = Wanted { properties: pinned.cloned().collect(), ..Wanted::default() };
        if !wanted.properties.is_empty() {
            ask.names.insert(name.clone(), wanted);
        }
    }
    ask
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
