//! A machine of which no program can be run, or that does not run, is told less of, and nothing else: what was not looked at is
//! not said.
//!
//! The test looks at the machine it runs on. Copied into a host of the lab, its binary sees more kinds.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]
use agent::machine::Machine;
use agent::redaction::Keyed;
use agent::serve::{MakeSys, serve};
use kinds::KINDS;
use kinds::redact::Redact;
use kinds::sys::Sys;
use model::coverage::Coverage;
use model::event::PROTOCOL;
use model::facts::Facts;
use model::plan::{Ask, Plan};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

fn look(make: fn() -> Machine, names: &Facts) -> Facts {
    let key = "0".repeat(64);
    let redact: Arc<dyn Redact + Send + Sync> = Arc::new(Keyed::from_hex(&key).unwrap());
    let ask = |kind: &str| {
        let known = names.kinds.get(kind).into_iter().flat_map(|seen| seen.resources.keys());
        known.fold(Ask::everything(), |ask, name| ask.name(name.clone()))
    };
    // Of files no program tells anything, and reading all of them takes long.
    let kinds = KINDS
        .iter()
        .filter(|k| k.is_swept() && k.name() != "file")
        .map(|k| (k.name().to_owned(), ask(k.name())))
        .collect();
    let plan = Plan { protocol: PROTOCOL, key, kinds, seconds_per_kind: 120, ..Plan::default() };
    let make: MakeSys = Box::new(move || Arc::new(make()) as Arc<dyn Sys + Send + Sync>);
    let mut events = Vec::new();
    serve(&plan, &make, &redact, &mut |event| events.push(event));
    events.into_iter().collect()
}

#[test]
fn from_beside_less_is_told_and_nothing_else() {
    less_is_told_by(|| Machine::beside(Path::new("/")));
}

#[test]
fn of_a_root_less_is_told_and_nothing_else() {
    less_is_told_by(|| Machine::rootfs(Path::new("/")));
}

/// Looks at this machine twice, to know what moves, and then in another way.
fn less_is_told_by(other_way: fn() -> Machine) {
    let first = look(Machine::running, &Facts::default());
    let again = look(Machine::running, &first);
    let less = look(other_way, &first);
    let mut wrong = BTreeSet::new();
    let mut same = 0;
    for (kind, name, seen) in again.resources() {
        let Some(in_kind) = less.kinds.get(kind) else { continue };
        let other = in_kind.resources.get(name);
        let is_there = !seen.absent && seen.unknown.is_none();
        let is_gone = other.map_or(in_kind.coverage == Coverage::Complete, |other| other.absent);
        if is_there && is_gone {
            wrong.insert(format!("{kind}[{name}] is there and is said not to be"));
        }
        for (property, fact) in &seen.facts {
            // What moves by itself says nothing here.
            let before = first.value(kind, name, property);
            let told = less.value(kind, name, property);
            if before.is_none() || before != fact.value() || told.is_none() {
                continue;
            }
            same += usize::from(told == before);
            if told != before {
                wrong.insert(format!("{kind}[{name}].{property}: {before:?} is told as {told:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {same} wrong:\n{}", wrong.len(), Vec::from_iter(wrong).join("\n"));
    assert!(same > 50, "only {same} values were compared");
}
