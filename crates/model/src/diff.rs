//! Facts against facts: two machines, or two moments of one.

use crate::answer::{Why, WhyCode};
use crate::coverage::Coverage;
use crate::fact::Fact;
use crate::facts::{Facts, KindFacts, Resource};
use crate::finding::{Finding, Verdict};
use crate::id::{ResourceId, glob};
use crate::spec::{Entry, Spec};
use crate::text::SECRET;
use crate::vocabulary::Vocabulary;
use std::collections::BTreeSet;

/// What differs from `a` (expected) to `b` (seen). Only properties that capture would write down are compared.
pub fn diff(a: &Facts, b: &Facts, vocabulary: &dyn Vocabulary) -> Vec<Finding> {
    let mut findings = compared(a, b, vocabulary);
    if a.key != b.key {
        findings.iter_mut().for_each(without_key);
    }
    findings
}

/// Says of each difference between two machines what a spec knows of it: waived, left open because it moves, or intended,
/// because the second machine is as claimed and the first is not. What stays is unexplained.
pub fn explain(findings: &mut [Finding], spec: &Spec, today: &str) {
    for finding in findings.iter_mut().filter(|f| f.verdict.is_news()) {
        let Some(reason) = reason(finding, spec, today) else { continue };
        finding.verdict = Verdict::Waived(reason);
    }
}

fn reason(finding: &Finding, spec: &Spec, today: &str) -> Option<String> {
    let property = finding.property.as_deref();
    if let Some(waiver) = spec.waiver(&finding.id, property, today) {
        return Some(waiver.reason.clone());
    }
    let covers = |(id, entry): &(&ResourceId, &Entry)| {
        **id == finding.id || (entry.glob && id.kind == finding.id.kind && glob(&id.name, &finding.id.name))
    };
    let entries: Vec<&Entry> = spec.entries.iter().filter(covers).map(|(_, entry)| entry).collect();
    for entry in &entries {
        let claimed = property.and_then(|p| entry.claims.get(p));
        let of_claim = claimed.and_then(|c| c.note.waive.as_ref());
        let of_presence = entry.presence.as_ref().and_then(|(_, note)| note.waive.as_ref());
        let waiver = of_claim.or(of_presence.filter(|_| property.is_none())).or(entry.note.waive.as_ref());
        if let Some(waiver) = waiver.filter(|w| w.holds_on(today)) {
            return Some(waiver.reason.clone());
        }
        if let Some(claimed) = claimed.filter(|c| c.claim.holds(finding.seen.as_ref(), None) == Ok(true)) {
            let place = claimed.note.place.as_ref().unwrap_or(&entry.place);
            return Some(format!("intended: the second is as claimed at {place}"));
        }
        let wanted = entry.presence.as_ref().map(|(wanted, _)| *wanted);
        let is_as_claimed = match finding.verdict {
            Verdict::Missing => wanted == Some(false),
            Verdict::Extra => wanted != Some(false),
            Verdict::Same | Verdict::Differs | Verdict::Undecided(_) | Verdict::Waived(_) => false,
        };
        if property.is_none() && is_as_claimed {
            return Some(format!("intended: the second is as claimed at {}", entry.place));
        }
    }
    let is_open = spec.leaves_open(&finding.id, property) || spec.leaves_open(&finding.id, None);
    is_open.then(|| "the spec leaves it open: it moves, or could not be looked at".to_owned())
}

/// Fingerprints of different keys differ whatever the secrets are.
fn without_key(finding: &mut Finding) {
    let seen = finding.seen.as_ref().map(ToString::to_string);
    let is_secret = [&finding.expected, &seen].into_iter().flatten().any(|t| t.contains(SECRET));
    if finding.verdict == Verdict::Differs && is_secret {
        let why = Why::new(WhyCode::NoKey, "the two sides fingerprint secrets with different keys");
        finding.verdict = Verdict::Undecided(why);
    }
}

fn compared(a: &Facts, b: &Facts, vocabulary: &dyn Vocabulary) -> Vec<Finding> {
    let mut findings = Vec::new();
    let kinds: BTreeSet<&String> = a.kinds.keys().chain(b.kinds.keys()).collect();
    for kind in kinds {
        match (a.kinds.get(kind), b.kinds.get(kind)) {
            (Some(left), Some(right)) => diff_kind(kind, left, right, vocabulary, &mut findings),
            _ => {
                let why = Why::new(WhyCode::NotAsked, format!("{kind} was looked at on one side only"));
                findings.push(Finding::whole(ResourceId::new(kind, "*"), Verdict::Undecided(why)));
            }
        }
    }
    findings
}

fn diff_kind(kind: &str, a: &KindFacts, b: &KindFacts, vocabulary: &dyn Vocabulary, out: &mut Vec<Finding>) {
    let none = Resource { absent: true, ..Resource::default() };
    let names: BTreeSet<&String> = a.resources.keys().chain(b.resources.keys()).collect();
    if let (Coverage::Unknown(why), _) | (_, Coverage::Unknown(why)) = (&a.coverage, &b.coverage) {
        out.push(Finding::whole(ResourceId::new(kind, "*"), Verdict::Undecided(why.clone())));
    }
    for name in names {
        let id = ResourceId::new(kind, name);
        let left = side(a, name, &none);
        let right = side(b, name, &none);
        match (left, right) {
            (Ok(left), Ok(right)) => diff_resource(&id, left, right, vocabulary, out),
            (Err(why), _) | (_, Err(why)) => out.push(Finding::whole(id, Verdict::Undecided(why))),
        }
    }
}

fn side<'a>(seen: &'a KindFacts, name: &str, none: &'a Resource) -> Result<&'a Resource, Why> {
    match (seen.resources.get(name), &seen.coverage) {
        (Some(Resource { unknown: Some(why), .. }), _) => Err(why.clone()),
        (Some(resource), _) => Ok(resource),
        (None, Coverage::Complete) => Ok(none),
        (None, Coverage::Asked) => Err(Why::new(WhyCode::NotAsked, format!("{name} was looked at on one side only"))),
        (None, Coverage::Unknown(why)) => Err(why.clone()),
    }
}

fn diff_resource(id: &ResourceId, a: &Resource, b: &Resource, vocabulary: &dyn Vocabulary, out: &mut Vec<Finding>) {
    let verdict = match (a.absent, b.absent) {
        (false, true) => Verdict::Missing,
        (true, false) => Verdict::Extra,
        (true, true) => Verdict::Same,
        (false, false) => return diff_properties(id, a, b, vocabulary, out),
    };
    out.push(Finding::whole(id.clone(), verdict));
}

fn diff_properties(id: &ResourceId, a: &Resource, b: &Resource, vocabulary: &dyn Vocabulary, out: &mut Vec<Finding>) {
    let properties: BTreeSet<&String> = a.facts.keys().chain(b.facts.keys()).collect();
    for property in properties.into_iter().filter(|p| vocabulary.pins(&id.kind, p)) {
        let (left, right) = (a.facts.get(property), b.facts.get(property));
        if left.into_iter().chain(right).any(|f| f.moves) {
            continue;
        }
        let verdict = match (answer(left), answer(right)) {
            (Err(why), _) | (_, Err(why)) => Verdict::Undecided(why.clone()),
            (Ok(x), Ok(y)) if x == y => Verdict::Same,
            (Ok(_), Ok(_)) => Verdict::Differs,
        };
        out.push(Finding {
            property: Some(property.clone()),
            expected: left.and_then(|f| f.value()).map(ToString::to_string),
            seen: right.and_then(|f| f.value()).cloned(),
            claimed_at: left.and_then(|f| f.place.clone()),
            set_at: right.and_then(|f| f.place.clone()),
            ..Finding::whole(id.clone(), verdict)
        });
    }
}

/// A property that is not shown has no value; one that could not be looked at says why.
fn answer(fact: Option<&Fact>) -> Result<Option<&crate::value::Value>, &Why> {
    fact.map_or(Ok(None), Fact::answer)
}
