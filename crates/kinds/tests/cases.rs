//! Every kind against its recorded systems: `tests/cases/<kind>/<case>/` holds `root/`, `system.yaml`, `ask.json`
//! and the facts expected, `expected.json`. `REPOT_BLESS=1` writes what is seen as what is expected; read the change
//! before you commit it.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads its own folders, and stops where it cannot"
)]

use kinds::kind::Kind;
use kinds::{KINDS, KnownKinds};
use model::coverage::Coverage;
use model::facts::KindFacts;
use model::plan::{Ask, Wanted};
use model::vocabulary::Vocabulary;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use testkit::probe::probe;
use testkit::replay::{Piece, Replay};

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

/// Every case of every kind, with what is asked of it.
fn all() -> impl Iterator<Item = (&'static dyn Kind, String, Replay, Ask)> {
    KINDS.iter().flat_map(|kind| {
        let dir = cases().join(kind.name());
        folders(&dir).into_iter().map(move |case| {
            let ask = asked(&dir.join(&case)).unwrap();
            (*kind, format!("{}/{case}", kind.name()), Replay::open(&dir.join(case)), ask)
        })
    })
}

#[test]
fn what_one_file_or_command_refuses_to_say_is_never_taken_for_not_there() {
    let mut wrong = Vec::new();
    for (kind, case, system, ask) in all() {
        let whole = probe(kind, &system, &ask);
        let ask = asked_again(kind, ask, &whole);
        for (piece, _) in system.pieces() {
            // A process that ends while it is looked at is not there any more.
            let passes = matches!(&piece, Piece::File(path) if is_of_a_process(path));
            if !passes && !matches!(piece, Piece::Name(_)) {
                let less = probe(kind, &system.refusing(piece.clone()), &ask);
                wrong.extend(lost(kind, &whole, &less).map(|what| format!("{case}: {what} without {piece:?}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_only_a_running_machine_says_is_never_taken_for_not_there() {
    let mut wrong = Vec::new();
    for (kind, case, system, ask) in all() {
        let whole = probe(kind, &system, &ask);
        let less = probe(kind, &system.stopped(), &asked_again(kind, ask, &whole));
        wrong.extend(lost(kind, &whole, &less).map(|what| format!("{case}: {what}")));
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What verifying asks, once what was seen was written down.
fn asked_again(kind: &dyn Kind, mut ask: Ask, seen: &KindFacts) -> Ask {
    for (name, resource) in seen.resources.iter().filter(|(_, r)| !r.absent) {
        let wanted = ask.names.entry(name.clone()).or_default();
        wanted.properties.extend(resource.facts.keys().filter(|p| KnownKinds.pins(kind.name(), p)).cloned());
    }
    ask
}

fn is_of_a_process(path: &Path) -> bool {
    let part = path.strip_prefix("/proc").ok().and_then(|rest| rest.iter().next());
    part.is_some_and(|p| p.as_encoded_bytes().iter().all(u8::is_ascii_digit))
}

/// What was seen, and with less to see is taken for not there: verifying would say that it is gone.
fn lost<'a>(kind: &'a dyn Kind, whole: &'a KindFacts, less: &'a KindFacts) -> impl Iterator<Item = String> + 'a {
    let seen = whole.resources.iter().filter(|(_, r)| !r.absent && r.unknown.is_none());
    let is_blind = matches!(less.coverage, Coverage::Unknown(_));
    seen.filter(move |_| !is_blind).flat_map(move |(name, resource)| {
        let left = less.resources.get(name);
        let properties = resource.facts.iter().filter(|(_, fact)| fact.value().is_some());
        let gone = properties.filter(move |(property, _)| match left {
            Some(left) if left.unknown.is_none() => match left.facts.get(*property) {
                Some(fact) => matches!(fact.answer(), Ok(None)),
                None => KnownKinds.unshown(kind.name(), property).is_ok(),
            },
            _ => false,
        });
        let whole = match left {
            None if less.coverage == Coverage::Complete => Some(name.clone()),
            Some(left) if left.absent => Some(name.clone()),
            _ => None,
        };
        gone.map(move |(property, _)| format!("{name}.{property}")).chain(whole)
    })
}

fn asked(case: &Path) -> Result<Ask, String> {
    match fs::read_to_string(case.join("ask.json")) {
        Ok(text) => serde_json::from_str(&text).map_err(|e| format!("ask.json: {e}")),
        Err(_) => Ok(Ask { sweep: true, contents: true, ..Ask::default() }),
    }
}

fn check(kind: &dyn Kind, case: &Path) -> Result<(), String> {
    let ask = asked(case)?;
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
