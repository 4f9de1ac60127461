//! Why a fact is so: of all statements that explain it the closest one, or what follows from others.

use super::follows;
use super::host::Host;
use super::judge::{Explains, Holds, How, Judged};
use super::superseded::known_order;
use crate::import::record::Recorded;
use crate::import::statement::{Confidence, Rank};
use model::id::ResourceId;
use model::place::Place;
use model::value::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A fact and why it is so.
#[derive(Debug, Clone)]
pub struct FactOrigin {
    /// The resource.
    pub id: ResourceId,
    /// The property.
    pub property: String,
    /// Its value.
    pub value: Value,
    /// The file and line on the host that set it, where that is known.
    pub set_at: Option<Place>,
    /// Why it is so.
    pub because: Because,
    /// Every statement that speaks of it and holds.
    pub said_by: Vec<usize>,
    /// Statements that say otherwise.
    pub denied_by: Vec<usize>,
}

/// Why a fact is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// The operating system or a package brought it.
    Packaged,
    /// A source asks for it: the statement, where in it, and how sure that is.
    Asked(usize, Place, Confidence),
    /// It was done by hand, and left a trace.
    ByHand(usize, Place, Confidence),
    /// Nobody knows.
    Nobody,
}

impl Because {
    /// The name used in every output.
    pub fn name(&self) -> &'static str {
        match self {
            Because::Packaged => "packaged",
            Because::Asked(..) => "asked",
            Because::ByHand(..) => "by-hand",
            Because::Nobody => "nobody",
        }
    }
}

/// A statement that explains a fact.
#[derive(Debug, Clone)]
struct Reason {
    statement: usize,
    how: How,
    place: Place,
    confidence: Confidence,
}

/// Every fact and why it is so.
pub(super) fn of_facts(statements: &[Recorded], judged: &[Judged], host: &Host<'_>) -> Vec<FactOrigin> {
    let mut reasons: Vec<Vec<Reason>> = vec![Vec::new(); host.all.len()];
    for (at, judged) in judged.iter().enumerate() {
        for (fact, explains) in &judged.explains {
            reasons[*fact].push(reason(statements, at, explains));
        }
    }
    let mut best: Vec<Option<Reason>> = reasons.iter().map(|r| closest(statements, r)).collect();
    follow(statements, &mut best, host);
    let denied = denied(statements, judged, host);
    let fact = |(at, one): (usize, &super::host::One<'_>)| {
        let because = match &best[at] {
            Some(reason) if one.is_local() || says(statements, reason) => because(statements, reason),
            Some(_) | None if !one.is_local() => Because::Packaged,
            _ => Because::Nobody,
        };
        let mut said_by: Vec<usize> = reasons[at].iter().map(|r| r.statement).collect();
        said_by.dedup();
        FactOrigin {
            id: one.id.clone(),
            property: one.property.to_owned(),
            value: one.fact.value().cloned().unwrap_or(Value::Bool(false)),
            set_at: one.fact.place.clone(),
            because,
            said_by,
            denied_by: denied.get(&at).cloned().unwrap_or_default(),
        }
    };
    host.all.iter().enumerate().map(fact).collect()
}

fn reason(statements: &[Recorded], at: usize, explains: &Explains) -> Reason {
    let statement = &statements[at].statement;
    let least = match explains.how {
        How::Says => Confidence::Exact,
        How::Likely | How::Made => Confidence::Folded,
        How::Around | How::Beside => Confidence::Guessed,
    };
    let place = explains.place.clone().unwrap_or_else(|| statement.place.clone());
    Reason { statement: at, how: explains.how, place, confidence: statement.confidence.max(least) }
}

/// Whether a source, not a trace, says exactly this.
fn says(statements: &[Recorded], reason: &Reason) -> bool {
    reason.how == How::Says && statements[reason.statement].statement.rank != Rank::Trace
}

fn because(statements: &[Recorded], reason: &Reason) -> Because {
    let (place, confidence) = (reason.place.clone(), reason.confidence);
    match statements[reason.statement].statement.rank {
        Rank::Declared | Rank::Checked => Because::Asked(reason.statement, place, confidence),
        Rank::Trace => Because::ByHand(reason.statement, place, confidence),
    }
}

/// The closest reason: what says it, then what people wrote down before what they did, then the surest, then the latest.
fn closest(statements: &[Recorded], reasons: &[Reason]) -> Option<Reason> {
    let rank = |r: &Reason| statements[r.statement].statement.rank;
    let better = |a: &Reason, b: &Reason| {
        b.how
            .cmp(&a.how)
            .then(rank(a).cmp(&rank(b)))
            .then(a.confidence.cmp(&b.confidence))
            .then(statements[a.statement].statement.confidence.cmp(&statements[b.statement].statement.confidence))
            .then(known_order(statements, b.statement, a.statement).unwrap_or(Ordering::Equal))
            .then(a.statement.cmp(&b.statement))
    };
    // Not a total order where only some times are known: the first that nothing beats.
    let mut best: Option<&Reason> = None;
    for reason in reasons {
        if best.is_none_or(|b| better(reason, b) == Ordering::Less) {
            best = Some(reason);
        }
    }
    best.cloned()
}

/// Facts that no statement explains, by what they follow from.
fn follow(statements: &[Recorded], best: &mut [Option<Reason>], host: &Host<'_>) {
    const PASSES: usize = 4;
    let mut known: BTreeMap<usize, Vec<ResourceId>> = BTreeMap::new();
    for pass in 0..PASSES {
        let mut found = Vec::new();
        let is_open = |at: usize| host.all[at].is_local() && best[at].as_ref().is_none_or(|r| r.how == How::Beside);
        for (at, one) in host.all.iter().enumerate().filter(|(at, _)| is_open(*at)) {
            for cause in known.entry(at).or_insert_with(|| follows::causes(one, host)).iter() {
                let facts = || host.of(cause).iter().filter(|f| **f != at);
                let of = facts().filter_map(|f| best[*f].as_ref()).filter(|r| r.how > How::Beside);
                let of: Vec<Reason> = of.cloned().collect();
                // A nearer cause may yet be explained itself.
                if of.is_empty() && pass + 2 < PASSES && *cause != one.id && facts().any(|f| is_open(*f)) {
                    break;
                }
                if let Some(reason) = most(statements, of) {
                    found.push((at, Reason { how: How::Around, confidence: Confidence::Guessed, ..reason }));
                    break;
                }
            }
        }
        for (at, reason) in found {
            best[at] = Some(reason);
        }
    }
}

/// Of the reasons of a cause's facts the closest one of the statement that explains most of them.
fn most(statements: &[Recorded], mut reasons: Vec<Reason>) -> Option<Reason> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for reason in &reasons {
        *counts.entry(reason.statement).or_default() += 1;
    }
    let most = counts.values().max().copied()?;
    reasons.retain(|r| counts.get(&r.statement) == Some(&most));
    closest(statements, &reasons)
}

/// The facts that statements say otherwise of.
fn denied(statements: &[Recorded], judged: &[Judged], host: &Host<'_>) -> BTreeMap<usize, Vec<usize>> {
    use crate::import::effect::Effect;
    let mut denied: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, recorded) in statements.iter().enumerate() {
        for (effect, holds) in recorded.statement.what().iter().zip(&judged[at].effects) {
            if !matches!(holds, Holds::No(_)) {
                continue;
            }
            let Effect::Property { id, property, .. } = effect else { continue };
            for id in host.covered(id) {
                for fact in host.of(&id).iter().filter(|f| host.all[**f].property == property) {
                    denied.entry(*fact).or_default().push(at);
                }
            }
        }
    }
    denied
}
