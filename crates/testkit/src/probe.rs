//! Runs one kind's probe over a system and collects what it shows.

use crate::redact::OnlyWhole;
use kinds::kind::Kind;
use kinds::out::Out;
use kinds::sys::Sys;
use model::event::Event;
use model::facts::{Facts, KindFacts};
use model::plan::Ask;

/// What a kind shows of a system.
pub fn probe(kind: &dyn Kind, sys: &dyn Sys, ask: &Ask) -> KindFacts {
    let mut facts = Facts::default();
    facts.take(Event::Begin { kind: kind.name().to_owned() });
    let mut sink = |event| facts.take(event);
    kinds::shipped::asked(sys, ask.asks_who());
    let coverage = kind.probe(sys, ask, &mut Out::new(kind, ask, &OnlyWhole, &mut sink));
    facts.take(Event::End { kind: kind.name().to_owned(), coverage });
    facts.kinds.remove(kind.name()).unwrap_or_else(|| unreachable!("the kind began above"))
}
