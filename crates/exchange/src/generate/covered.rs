//! Whether code and spec cover each other, by what a machine was before and after the code ran on it: every fact that
//! the code changed is to be claimed, every claim is to be provided by something, every task is to be there for a claim.

use model::diff::diff;
use model::facts::{Facts, Resource};
use model::finding::{Finding, Verdict};
use model::id::{ResourceId, glob};
use model::place::Place;
use model::spec::Spec;
use model::value::Value;
use model::vocabulary::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// The kind under which tasks are reported.
pub const TASK: &str = "task";

/// What the code says of itself: which task is there for which claims, what follows by itself, what it cannot say.
#[derive(Debug, Clone, Default)]
pub struct CodeMap {
    /// By task (and handler), the subjects it is there for; none where it serves the code itself.
    pub tasks: BTreeMap<String, Vec<String>>,
    /// Subjects that follow from something else, and from what.
    pub follows: BTreeMap<String, String>,
    /// Subjects that nothing provides, and why.
    pub unmapped: BTreeMap<String, String>,
}

/// A task that ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RanTask {
    /// Its name, with its role's before it.
    pub name: String,
    /// Where it is written, if it was found.
    pub place: Option<Place>,
    /// Whether it changed something.
    pub changed: bool,
}

/// A machine before and after, and the spec beside it.
#[derive(Clone, Copy)]
pub struct Built<'a> {
    /// What is claimed.
    pub spec: &'a Spec,
    /// What the machine was before.
    pub before: &'a Facts,
    /// What it is now.
    pub after: &'a Facts,
    /// The spec compared with what it was before.
    pub on_base: &'a [Finding],
    /// The spec compared with what it is now.
    pub on_built: &'a [Finding],
    /// What the code says of itself.
    pub map: &'a CodeMap,
    /// What ran.
    pub ran: &'a [RanTask],
    /// The day (YYYY-MM-DD), for waivers.
    pub today: &'a str,
}

/// How far they cover each other, and what does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// Facts that the code changed.
    pub changed: usize,
    /// Those of them that the spec claims.
    pub claimed: usize,
    /// Claims that were compared.
    pub claims: usize,
    /// Those of them that the base held already.
    pub by_base: usize,
    /// Those that a task provides.
    pub by_tasks: usize,
    /// Those that follow from something that is built.
    pub by_others: usize,
    /// Tasks that ran.
    pub tasks: usize,
    /// What is not covered.
    pub findings: Vec<Finding>,
}

/// Compares both ways.
pub fn covered(built: Built<'_>, vocabulary: &dyn Vocabulary) -> Covered {
    let mut covered = Covered::default();
    for finding in diff(built.before, built.after, vocabulary) {
        covered.fact(built, &finding, vocabulary);
    }
    let held: BTreeSet<String> =
        built.on_base.iter().filter(|f| f.verdict == Verdict::Same).map(Finding::subject).collect();
    let provided = Provided::of(built.map);
    for finding in built.on_built.iter().filter(|f| f.claimed_at.is_some()) {
        covered.claim(finding, &held, &provided, built.map);
    }
    for task in built.ran {
        covered.task(task, built);
    }
    covered.findings.sort_by(|a, b| (&a.id, &a.property).cmp(&(&b.id, &b.property)));
    covered
}

/// The subjects that tasks are there for, and the resources they are of.
struct Provided<'m> {
    subjects: BTreeSet<&'m str>,
    resources: BTreeSet<&'m str>,
}

impl<'m> Provided<'m> {
    fn of(map: &'m CodeMap) -> Self {
        let subjects: BTreeSet<&str> = map.tasks.values().flatten().map(String::as_str).collect();
        Self { resources: subjects.iter().map(|s| resource(s)).collect(), subjects }
    }

    /// Whether a task is there for the claim, or for its resource as a whole.
    fn has(&self, finding: &Finding) -> bool {
        let (subject, id) = (finding.subject(), finding.id.to_string());
        self.subjects.contains(subject.as_str()) || self.resources.contains(id.as_str())
    }
}

/// `kind[name]` of `kind[name].property`.
fn resource(subject: &str) -> &str {
    subject.rfind(']').map_or(subject, |end| &subject[..=end])
}

impl Covered {
    fn fact(&mut self, built: Built<'_>, finding: &Finding, vocabulary: &dyn Vocabulary) {
        match finding.verdict {
            Verdict::Same | Verdict::Undecided(_) | Verdict::Waived(_) => {}
            Verdict::Differs => self.changed(built, finding, finding.property.as_deref(), finding.seen.clone()),
            // It went: the spec says so by name, or by being complete without it.
            Verdict::Missing => self.changed(built, finding, None, None),
            Verdict::Extra => match built.after.get(&finding.id) {
                Some(now) => self.new_resource(built, finding, now, vocabulary),
                None => self.changed(built, finding, None, None),
            },
        }
    }

    fn new_resource(&mut self, built: Built<'_>, finding: &Finding, now: &Resource, vocabulary: &dyn Vocabulary) {
        if !claims(built.spec, &finding.id, None) {
            return self.changed(built, finding, None, None);
        }
        let pinned = now.facts.iter().filter(|(p, f)| vocabulary.pins(&finding.id.kind, p) && !f.moves);
        for (property, fact) in pinned.filter(|(_, fact)| fact.value().is_some()) {
            self.changed(built, finding, Some(property), fact.value().cloned());
        }
    }

    fn changed(&mut self, built: Built<'_>, finding: &Finding, property: Option<&str>, seen: Option<Value>) {
        self.changed += 1;
        let is_gone = finding.verdict == Verdict::Missing;
        let is_complete = built.spec.closed.contains_key(&finding.id.kind);
        // What a resource that is spoken of has no more is spoken of with it: a masked timer has no schedule.
        let still = property.filter(|_| seen.is_some());
        let is_waived = built.spec.waiver(&finding.id, property, built.today).is_some()
            || built.spec.waiver(&finding.id, None, built.today).is_some();
        let is_claimed = claims(built.spec, &finding.id, still) || (is_gone && is_complete) || is_waived;
        if is_claimed {
            self.claimed += 1;
            return;
        }
        let what = if is_gone { "the code removed it" } else { "the code changed it" };
        self.findings.push(Finding {
            property: property.map(str::to_owned),
            seen,
            set_at: finding.set_at.clone(),
            why: Some(format!("{what}, and no entry of the spec speaks of it")),
            ..Finding::whole(finding.id.clone(), Verdict::Extra)
        });
    }

    fn claim(&mut self, finding: &Finding, held: &BTreeSet<String>, provided: &Provided<'_>, map: &CodeMap) {
        self.claims += 1;
        let subject = finding.subject();
        if held.contains(&subject) {
            self.by_base += 1;
            return;
        }
        let is_unmapped = map.unmapped.get(&subject).or_else(|| map.unmapped.get(resource(&subject)));
        // What no task says may come of a script that one copied: it holds, and did not before.
        if is_unmapped.is_some() && finding.verdict == Verdict::Same {
            self.by_others += 1;
            return;
        }
        if is_unmapped.is_none() && provided.has(finding) {
            self.by_tasks += 1;
            return;
        }
        if is_unmapped.is_none() && (map.follows.contains_key(&subject) || follows_whole(map, &finding.id)) {
            self.by_others += 1;
            return;
        }
        let why = match is_unmapped {
            Some(why) => why.clone(),
            None => "neither the base nor a task provides it; `repot generate` makes code of it".to_owned(),
        };
        let verdict = match &finding.verdict {
            Verdict::Waived(reason) => Verdict::Waived(reason.clone()),
            Verdict::Same | Verdict::Differs | Verdict::Missing | Verdict::Extra | Verdict::Undecided(_) => {
                Verdict::Missing
            }
        };
        self.findings.push(Finding { verdict, why: Some(why), ..finding.clone() });
    }

    fn task(&mut self, task: &RanTask, built: Built<'_>) {
        self.tasks += 1;
        let speaks = |subject: &String| {
            let id = ResourceId::parse(resource(subject));
            id.is_some_and(|id| built.spec.closed.contains_key(&id.kind) || claims(built.spec, &id, None))
        };
        let is_covered = built.map.tasks.get(&task.name).is_some_and(|all| all.is_empty() || all.iter().any(speaks));
        if is_covered {
            return;
        }
        let did = if task.changed { "it changed something" } else { "it changed nothing this time" };
        self.findings.push(Finding {
            claimed_at: task.place.clone(),
            why: Some(format!("no entry of the spec is covered by it; {did}")),
            ..Finding::whole(ResourceId::new(TASK, &task.name), Verdict::Extra)
        });
    }
}

/// Whether the code says of any claim of the resource that it follows.
fn follows_whole(map: &CodeMap, id: &ResourceId) -> bool {
    map.follows.contains_key(&id.to_string())
}

/// Whether a spec speaks of a resource, or of a property of it, or leaves it open.
fn claims(spec: &Spec, id: &ResourceId, property: Option<&str>) -> bool {
    if spec.leaves_open(id, property) || spec.leaves_open(id, None) {
        return true;
    }
    let covers = |(pattern, entry): (&ResourceId, &model::spec::Entry)| {
        let is_it = pattern == id || (entry.glob && pattern.kind == id.kind && glob(&pattern.name, &id.name));
        is_it && property.is_none_or(|p| entry.claims.contains_key(p))
    };
    spec.entries.get_key_value(id).is_some_and(covers) || spec.entries.iter().filter(|(_, e)| e.glob).any(covers)
}
