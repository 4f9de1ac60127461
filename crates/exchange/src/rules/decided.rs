//! Every entry of a spec held against what rules propose and what people decided: each ends in exactly one decision,
//! or is shown as undecided with what was proposed.

use super::decisions::{Decisions, Said};
use super::{Host, Out, Platform, Proposal, Rule};
use model::decision::{Decision, Fate};
use model::id::ResourceId;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What became of every entry.
#[derive(Debug, Clone)]
pub struct Review {
    /// What became of each.
    pub outcomes: BTreeMap<ResourceId, Outcome>,
    /// All that was proposed for each, the one that counts first.
    pub proposals: BTreeMap<ResourceId, Vec<Proposal>>,
    /// Decisions that no longer rest on what they were made for.
    pub obsolete: Vec<Obsolete>,
    /// What each entry says now, for telling later whether it still does.
    pub digests: BTreeMap<ResourceId, String>,
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A person decided, by name or by accepting the rule.
    Decided(Decision),
    /// Nobody did. What was proposed, the one that counts first; nothing where no rule speaks of it.
    Undecided(Vec<Proposal>),
}

/// A decision that no longer rests on what it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obsolete {
    /// What was decided on: an entry, a rule, a service.
    pub on: String,
    /// What is otherwise now.
    pub why: String,
}

/// How many entries ended how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounting {
    /// All entries.
    pub entries: usize,
    /// Decided ones by fate.
    pub fates: BTreeMap<Fate, usize>,
    /// Undecided, with a proposal.
    pub undecided: usize,
    /// Undecided, and no rule speaks of them.
    pub unexplained: usize,
}

/// What becomes of every entry of a host's spec on a platform.
pub fn decided(host: &Host<'_>, platform: &Platform, rules: &[&'static Rule], decisions: &Decisions) -> Review {
    let proposals = proposals(host, platform, rules);
    let digests = host.spec.entries.iter().map(|(id, entry)| (id.clone(), digest(&says(entry)))).collect();
    let review = Review { outcomes: BTreeMap::new(), proposals, obsolete: Vec::new(), digests };
    review.again(platform, decisions)
}

/// All that rules propose, by entry, the one that counts first.
fn proposals(host: &Host<'_>, platform: &Platform, rules: &[&'static Rule]) -> BTreeMap<ResourceId, Vec<Proposal>> {
    let mut all: BTreeMap<ResourceId, Vec<Proposal>> = BTreeMap::new();
    for rule in rules {
        let mut out = Out::new(rule, platform);
        (rule.apply)(host, &mut out);
        for proposal in out.into_proposals() {
            all.entry(proposal.id.clone()).or_default().push(proposal);
        }
    }
    for proposed in all.values_mut() {
        proposed.sort_by(|a, b| a.rank().cmp(&b.rank()));
    }
    all
}

fn outcome(id: &ResourceId, proposed: &[Proposal], platform: &Platform, decisions: &Decisions) -> Outcome {
    let first = proposed.first();
    let by_name = decisions.entries.get(id);
    let by_rule = first.and_then(|p| decisions.rules.get(p.rule));
    let Some(said) = by_name.or(by_rule) else { return Outcome::Undecided(proposed.to_vec()) };
    let Some(fate) = said.verdict.or_else(|| first.map(|p| p.fate)) else {
        return Outcome::Undecided(proposed.to_vec());
    };
    let proposed_because = first.map_or_else(String::new, |p| p.because.clone());
    let because = if said.because.is_empty() { proposed_because } else { said.because.clone() };
    // The means of a rule is that of its own verdict.
    let mechanism = first.filter(|p| p.fate == fate).map_or_else(String::new, |p| p.mechanism.clone());
    Outcome::Decided(Decision {
        id: id.clone(),
        platform: platform.name.clone(),
        fate,
        mechanism,
        because,
        rule: first.map(|p| p.rule.to_owned()),
        author: said.author.clone(),
        date: said.date.clone(),
    })
}

impl Review {
    /// The same host on the same platform with other decisions: what rules propose does not depend on these.
    #[must_use]
    pub fn again(&self, platform: &Platform, decisions: &Decisions) -> Self {
        let of = |id: &ResourceId| {
            let proposed = self.proposals.get(id).map_or(&[][..], Vec::as_slice);
            (id.clone(), outcome(id, proposed, platform, decisions))
        };
        let outcomes = self.digests.keys().map(of).collect();
        Self { outcomes, obsolete: self.obsolete_in(decisions), ..self.clone() }
    }

    /// The decision on an entry, if there is one.
    pub fn decision(&self, id: &ResourceId) -> Option<&Decision> {
        match self.outcomes.get(id)? {
            Outcome::Decided(decision) => Some(decision),
            Outcome::Undecided(_) => None,
        }
    }

    /// What becomes of an entry: as it was decided, or else as the proposal that counts says.
    pub fn fate(&self, id: &ResourceId) -> Option<Fate> {
        let proposed = || self.proposals.get(id).and_then(|p| p.first()).map(|p| p.fate);
        self.decision(id).map(|d| d.fate).or_else(proposed)
    }

    /// The entries that a rule's proposal counts for, in order.
    pub fn led_by<'r>(&'r self, rule: &'r str) -> impl Iterator<Item = &'r Proposal> {
        self.proposals.values().filter_map(|p| p.first()).filter(move |p| p.rule == rule)
    }

    /// The rules that propose anything, in order.
    pub fn fired(&self) -> BTreeSet<&'static str> {
        self.proposals.values().flatten().map(|p| p.rule).collect()
    }

    /// What stands in the way of generating: entries that nobody decided on, and decisions that say `block`.
    pub fn in_the_way(&self) -> impl Iterator<Item = (&ResourceId, &Outcome)> {
        self.outcomes.iter().filter(|(_, outcome)| match outcome {
            Outcome::Undecided(_) => true,
            Outcome::Decided(decision) => decision.fate == Fate::Block,
        })
    }

    /// What says `block`, by a person or by the rule that leads where nobody decided.
    pub fn blocked(&self) -> impl Iterator<Item = (&ResourceId, &Outcome)> {
        self.in_the_way().filter(|(_, outcome)| match outcome {
            Outcome::Undecided(proposed) => proposed.first().is_some_and(|p| p.fate == Fate::Block),
            Outcome::Decided(_) => true,
        })
    }

    /// How many entries ended how.
    pub fn accounting(&self) -> Accounting {
        let mut sum = Accounting { entries: self.outcomes.len(), ..Accounting::default() };
        for outcome in self.outcomes.values() {
            match outcome {
                Outcome::Decided(decision) => *sum.fates.entry(decision.fate).or_default() += 1,
                Outcome::Undecided(proposed) if proposed.is_empty() => sum.unexplained += 1,
                Outcome::Undecided(_) => sum.undecided += 1,
            }
        }
        sum
    }

    /// What the entries that a rule leads are now, as one digest.
    pub fn digest_of_rule(&self, rule: &str) -> String {
        let lines: Vec<String> = self.led_by(rule).map(|p| format!("{} {}", p.id, p.fate.name())).collect();
        digest(&lines)
    }

    fn obsolete_in(&self, decisions: &Decisions) -> Vec<Obsolete> {
        let mut found = Vec::new();
        for (id, said) in &decisions.entries {
            let why = match self.digests.get(id) {
                None => "the spec has no such entry any more".to_owned(),
                Some(now) if is_other(said, now) => {
                    "the spec says something else of it than when it was decided".into()
                }
                Some(_) => continue,
            };
            found.push(Obsolete { on: id.to_string(), why });
        }
        for (rule, said) in &decisions.rules {
            let count = self.led_by(rule).count();
            let why = if count == 0 {
                "the rule proposes nothing for this host any more".to_owned()
            } else if is_other(said, &self.digest_of_rule(rule)) {
                format!("the rule proposes otherwise than when it was accepted; now for {count} entries")
            } else {
                continue;
            };
            found.push(Obsolete { on: rule.clone(), why });
        }
        found
    }
}

fn is_other(said: &Said, now: &str) -> bool {
    said.of.as_ref().is_some_and(|of| of != now)
}

/// What an entry claims, without where that comes from.
fn says(entry: &model::spec::Entry) -> Vec<String> {
    let presence = entry.presence.as_ref().map(|(wanted, _)| format!("there {wanted}"));
    let claims = entry.claims.iter().map(|(property, claimed)| format!("{property} {}", claimed.claim));
    presence.into_iter().chain(claims).collect()
}

/// Eight hexadecimal digits of lines: enough to see that something changed.
fn digest(lines: &[String]) -> String {
    let sum = Sha256::digest(lines.join("\n").as_bytes());
    sum.iter().take(4).map(|b| format!("{b:02x}")).collect()
}
