//! A spec against facts: verdicts are decided here and nowhere else.

use crate::answer::{Why, WhyCode};
use crate::coverage::Coverage;
use crate::facts::{Facts, KindFacts, Resource};
use crate::finding::{Finding, Verdict};
use crate::id::{ResourceId, glob};
use crate::spec::{Claimed, Entry, Note, Spec};
use crate::text::SECRET;
use crate::value::Value;
use crate::vocabulary::Vocabulary;

/// Compares a spec with what was seen on a day (YYYY-MM-DD, for waivers). Findings come in the order of their subject.
pub fn compare(spec: &Spec, facts: &Facts, vocabulary: &dyn Vocabulary, today: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, entry) in &spec.entries {
        Case { today, id, entry, vocabulary, keys: (spec.key.as_deref(), facts.key.as_deref()) }
            .judge(facts.kinds.get(&id.kind), &mut findings);
    }
    for kind in spec.closed.keys() {
        if let Some(seen) = facts.kinds.get(kind) {
            unclaimed(spec, kind, seen, vocabulary, &mut findings);
        } else {
            let why = Why::new(WhyCode::NotAsked, format!("{kind} was not looked at"));
            findings.push(Finding::whole(ResourceId::new(kind, "*"), Verdict::Undecided(why)));
        }
    }
    let differs = |f: &&mut Finding| matches!(f.verdict, Verdict::Differs | Verdict::Missing | Verdict::Extra);
    for finding in findings.iter_mut().filter(differs) {
        if let Some(waiver) = spec.waiver(&finding.id, finding.property.as_deref(), today) {
            finding.verdict = Verdict::Waived(waiver.reason.clone());
        }
    }
    findings.sort_by(|a, b| (&a.id, &a.property).cmp(&(&b.id, &b.property)));
    findings
}

struct Case<'a> {
    today: &'a str,
    id: &'a ResourceId,
    entry: &'a Entry,
    vocabulary: &'a dyn Vocabulary,
    /// The ids of the keys of spec and facts.
    keys: (Option<&'a str>, Option<&'a str>),
}

impl Case<'_> {
    fn judge(&self, kind: Option<&KindFacts>, out: &mut Vec<Finding>) {
        let Some(kind) = kind else {
            let why = Why::new(WhyCode::NotAsked, format!("{} was not looked at", self.id.kind));
            return self.undecided(self.id, &why, out);
        };
        if self.entry.glob && !kind.resources.contains_key(&self.id.name) {
            return self.judge_all(kind, out);
        }
        self.judge_one(self.id, kind.resources.get(&self.id.name), &kind.coverage, out);
    }

    /// A pattern: every resource it covers is judged, and there must be one.
    fn judge_all(&self, kind: &KindFacts, out: &mut Vec<Finding>) {
        let mut none = true;
        for (name, resource) in kind.resources.iter().filter(|(n, r)| glob(&self.id.name, n) && !r.absent) {
            none = false;
            self.judge_one(&ResourceId::new(&self.id.kind, name), Some(resource), &kind.coverage, out);
        }
        if none {
            self.judge_one(self.id, None, &kind.coverage, out);
        }
    }

    fn judge_one(&self, id: &ResourceId, resource: Option<&Resource>, coverage: &Coverage, out: &mut Vec<Finding>) {
        let wanted = self.entry.presence.as_ref().is_none_or(|(wanted, _)| *wanted);
        if let Some(why) = resource.and_then(|r| r.unknown.as_ref()) {
            return self.undecided(id, why, out);
        }
        match (resource, coverage) {
            (Some(resource), _) if !resource.absent => self.judge_present(id, resource, coverage, wanted, out),
            (None, Coverage::Unknown(why)) => self.undecided(id, why, out),
            (None, Coverage::Asked) => {
                let why = Why::new(WhyCode::Failed, "the probe gave no answer on it".to_owned());
                self.undecided(id, &why, out);
            }
            (Some(_), _) | (None, Coverage::Complete) => self.judge_absent(id, wanted, out),
        }
    }

    fn judge_present(
        &self,
        id: &ResourceId,
        resource: &Resource,
        coverage: &Coverage,
        wanted: bool,
        out: &mut Vec<Finding>,
    ) {
        if let Some((_, note)) = &self.entry.presence {
            let verdict = if wanted { Verdict::Same } else { Verdict::Extra };
            let mut finding = self.finding(id, None, verdict, note);
            finding.expected = (!wanted).then(|| "not there".to_owned());
            out.push(finding);
        }
        for (property, claimed) in &self.entry.claims {
            out.push(self.judge_property(id, property, claimed, resource, coverage));
        }
    }

    fn judge_property(
        &self,
        id: &ResourceId,
        property: &str,
        claimed: &Claimed,
        resource: &Resource,
        coverage: &Coverage,
    ) -> Finding {
        let fact = resource.facts.get(property);
        let answer = match (fact, coverage) {
            (Some(fact), _) => fact.answer().map(Option::<&Value>::cloned).map_err(Clone::clone),
            (None, Coverage::Unknown(why)) => Err(why.clone()),
            (None, Coverage::Complete | Coverage::Asked) => self.vocabulary.unshown(&id.kind, property),
        };
        let held = match answer {
            Err(why) => Err(why),
            Ok(Some(_)) if self.lacks_key(claimed) => {
                Err(Why::new(WhyCode::NoKey, "a secret cannot be compared without the key of the spec"))
            }
            Ok(value) => claimed.claim.holds(value.as_ref(), resource.versions),
        };
        let verdict = match held {
            Ok(true) => Verdict::Same,
            Ok(false) => Verdict::Differs,
            Err(why) => Verdict::Undecided(why),
        };
        let mut finding = self.finding(id, Some(property), verdict, &claimed.note);
        finding.expected = Some(claimed.claim.to_string());
        finding.seen = fact.and_then(|f| f.value().cloned());
        finding.set_at = fact.and_then(|f| f.place.clone());
        finding
    }

    /// Whether a secret is claimed whose fingerprint was made with another key.
    fn lacks_key(&self, claimed: &Claimed) -> bool {
        let (spec, facts) = self.keys;
        spec.is_some() && spec != facts && claimed.claim.to_string().contains(SECRET)
    }

    fn judge_absent(&self, id: &ResourceId, wanted: bool, out: &mut Vec<Finding>) {
        let note = self.entry.presence.as_ref().map_or(&self.entry.note, |(_, note)| note);
        if !wanted && self.entry.claims.is_empty() {
            return out.push(self.finding(id, None, Verdict::Same, note));
        }
        // One finding says it: a resource that is gone has no properties to list one by one.
        let mut finding = self.finding(id, None, Verdict::Missing, note);
        finding.expected = Some("there".to_owned());
        out.push(finding);
    }

    fn undecided(&self, id: &ResourceId, why: &Why, out: &mut Vec<Finding>) {
        let verdict = Verdict::Undecided(why.clone());
        if let Some((_, note)) = &self.entry.presence {
            out.push(self.finding(id, None, verdict.clone(), note));
        } else if self.entry.claims.is_empty() {
            out.push(self.finding(id, None, verdict.clone(), &self.entry.note));
        }
        for (property, claimed) in &self.entry.claims {
            let mut finding = self.finding(id, Some(property), verdict.clone(), &claimed.note);
            finding.expected = Some(claimed.claim.to_string());
            out.push(finding);
        }
    }

    fn finding(&self, id: &ResourceId, property: Option<&str>, verdict: Verdict, note: &Note) -> Finding {
        let entry = &self.entry.note;
        let waive = note.waive.as_ref().or(entry.waive.as_ref()).filter(|w| w.holds_on(self.today));
        let verdict = match (waive, verdict) {
            (Some(waiver), Verdict::Differs | Verdict::Missing | Verdict::Extra) => {
                Verdict::Waived(waiver.reason.clone())
            }
            (_, verdict) => verdict,
        };
        Finding {
            property: property.map(str::to_owned),
            claimed_at: note.place.clone().or_else(|| Some(self.entry.place.clone())),
            from: note.from.clone().or_else(|| entry.from.clone()),
            why: note.why.clone().or_else(|| entry.why.clone()),
            ..Finding::whole(id.clone(), verdict)
        }
    }
}

/// What a closed kind shows that no entry speaks of.
fn unclaimed(spec: &Spec, kind: &str, seen: &KindFacts, vocabulary: &dyn Vocabulary, out: &mut Vec<Finding>) {
    if let Coverage::Unknown(why) = &seen.coverage {
        out.push(Finding::whole(ResourceId::new(kind, "*"), Verdict::Undecided(why.clone())));
    }
    let patterns: Vec<(&ResourceId, &Entry)> =
        spec.entries.iter().filter(|(id, e)| e.glob && id.kind == kind).collect();
    for (name, resource) in &seen.resources {
        let id = ResourceId::new(kind, name);
        if spec.leaves_open(&id, None) {
            continue;
        }
        match spec.entries.get(&id) {
            Some(entry) => unclaimed_properties(spec, &id, entry, resource, vocabulary, out),
            None if patterns.iter().any(|(p, _)| glob(&p.name, name)) => {}
            None => out.push(unclaimed_resource(id, resource)),
        }
    }
}

fn unclaimed_resource(id: ResourceId, resource: &Resource) -> Finding {
    if let Some(why) = &resource.unknown {
        return Finding::whole(id, Verdict::Undecided(why.clone()));
    }
    let verdict = if resource.absent { Verdict::Missing } else { Verdict::Extra };
    let set_at = resource.facts.values().find_map(|f| f.place.clone());
    Finding { set_at, ..Finding::whole(id, verdict) }
}

fn unclaimed_properties(
    spec: &Spec,
    id: &ResourceId,
    entry: &Entry,
    resource: &Resource,
    vocabulary: &dyn Vocabulary,
    out: &mut Vec<Finding>,
) {
    for (property, fact) in &resource.facts {
        let Some(value) = fact.value() else { continue };
        if fact.moves || entry.claims.contains_key(property) || !vocabulary.pins(&id.kind, property) {
            continue;
        }
        if spec.leaves_open(id, Some(property)) {
            continue;
        }
        out.push(Finding {
            property: Some(property.clone()),
            seen: Some(value.clone()),
            set_at: fact.place.clone(),
            claimed_at: Some(entry.place.clone()),
            ..Finding::whole(id.clone(), Verdict::Extra)
        });
    }
}
