//! A kind's probe over a recorded system in which one thing (a file's contents or name, or what a command prints) is
//! the input. Whatever that is, the facts it gives must travel, and the spec made of them must hold of them.

use super::spec::{after, captured, said};
use crate::Target;
use agent::redaction::Keyed;
use exchange::spec_file::parse::parse;
use exchange::spec_file::sums;
use kinds::KnownKinds;
use kinds::kind::Kind;
use kinds::out::Out;
use model::compare::compare;
use model::draft::draft;
use model::event::Event;
use model::facts::Facts;
use model::plan::Ask;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use testkit::replay::{Piece, Replay};

/// A thing that a recorded system says.
struct Place {
    /// What an input begins with to be put here.
    number: u16,
    case: usize,
    piece: Piece,
    said: Vec<u8>,
}

struct Systems {
    cases: Vec<(Replay, Ask)>,
    places: Vec<Place>,
}

/// The target of a kind.
pub(super) fn target(kind: &'static dyn Kind) -> Target {
    static NONE: &[u8] = &[];
    let systems = std::sync::Arc::new(OnceLock::new());
    let seeded = std::sync::Arc::clone(&systems);
    let run = move |input: &[u8]| {
        let systems: &Systems = systems.get_or_init(|| recorded(kind));
        let (number, bytes) = input.split_at_checked(2).unwrap_or((NONE, NONE));
        let number = u16::from_be_bytes(number.try_into().unwrap_or_default());
        let Some(place) = systems.places.iter().find(|p| p.number >= number).or(systems.places.first()) else { return };
        if is_no_name(&place.piece, bytes) {
            return;
        }
        let (system, ask) = &systems.cases[place.case];
        check(kind, &system.instead(place.piece.clone(), bytes.to_vec()), ask);
    };
    Target::new(format!("kind-{}", kind.name()), run, move || {
        let systems: &Systems = seeded.get_or_init(|| recorded(kind));
        systems.places.iter().map(|p| [&p.number.to_be_bytes()[..], &p.said].concat()).collect()
    })
}

fn is_no_name(piece: &Piece, bytes: &[u8]) -> bool {
    let is_name = matches!(piece, Piece::Name(_));
    is_name
        && (bytes.is_empty()
            || bytes.len() > 255
            || bytes == b"."
            || bytes == b".."
            || bytes.iter().any(|b| matches!(b, b'/' | 0)))
}

fn recorded(kind: &dyn Kind) -> Systems {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kinds/tests/cases").join(kind.name());
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&dir).into_iter().flatten().flatten().map(|e| e.path()).collect();
    cases.sort();
    let mut systems = Systems { cases: Vec::new(), places: Vec::new() };
    for case in &cases {
        let system = Replay::open(case);
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (piece, said) in system.pieces() {
            // A piece keeps its number when others come and go, so that a corpus stays what it is.
            let number = hash(&format!("{name} {piece:?}"));
            systems.places.push(Place { number, case: systems.cases.len(), piece, said });
        }
        let ask = std::fs::read(case.join("ask.json")).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let everything = || Ask { contents: true, ..Ask::everything() };
        systems.cases.push((system, ask.unwrap_or_else(everything)));
    }
    systems.places.sort_by_key(|p| p.number);
    systems
}

/// FNV-1a, folded: the same on every machine.
fn hash(text: &str) -> u16 {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193));
    u16::try_from((hash >> 16) ^ (hash & 0xffff)).unwrap_or_default()
}

fn check(kind: &dyn Kind, system: &Replay, ask: &Ask) {
    let facts = probed(kind, system, ask);
    let draft = draft(&facts, &facts, &KnownKinds);
    let first = captured(&BTreeMap::new(), &draft).unwrap_or_else(|p| panic!("no spec can be made: {}", said(&p)));
    let files = after(first);
    let second =
        captured(&files, &draft).unwrap_or_else(|p| panic!("what was written cannot be read: {}\n{files:?}", said(&p)));
    assert_eq!(after(second), files, "a second capture of the same changes the files");
    let texts: Vec<(String, String)> = files.into_iter().filter(|(name, _)| name != sums::NAME).collect();
    let spec = parse(&texts).unwrap_or_else(|p| panic!("what was written cannot be read: {}", said(&p))).spec;
    let findings = compare(&spec, &facts, &KnownKinds, "2026-01-01");
    let news = findings.iter().find(|f| f.verdict.is_news() && f.verdict.name() != "undecided");
    assert!(news.is_none(), "the spec does not hold of what it was made of: {news:?}\n{texts:?}");
}

/// What the probe shows, as it comes over the wire.
fn probed(kind: &dyn Kind, system: &Replay, ask: &Ask) -> Facts {
    let redact = Keyed::from_hex(&"07".repeat(32)).unwrap_or_else(|e| panic!("{e}"));
    let mut facts = Facts { key: Some("k".to_owned()), ..Facts::default() };
    let mut take = |event: Event| {
        let line = serde_json::to_vec(&event).unwrap_or_else(|e| panic!("{event:?} cannot be sent: {e}"));
        let heard: Event = serde_json::from_slice(&line).unwrap_or_else(|e| panic!("{event:?} cannot be heard: {e}"));
        assert_eq!(heard, event, "what is heard is not what was sent");
        facts.take(heard);
    };
    take(Event::Begin { kind: kind.name().to_owned() });
    let coverage = kind.probe(system, ask, &mut Out::new(kind, ask, &redact, &mut take));
    take(Event::End { kind: kind.name().to_owned(), coverage });
    facts
}
