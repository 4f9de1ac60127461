//! What a rule proposes for an entry, and what on the host speaks for it.

use super::{One, Platform, Rule, Severity};
use model::decision::Fate;
use model::id::ResourceId;
use model::place::Place;
use std::collections::BTreeMap;

/// What a rule proposes for one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The entry.
    pub id: ResourceId,
    /// The rule's id.
    pub rule: &'static str,
    /// How much goes wrong where it is not heeded.
    pub severity: Severity,
    /// What becomes of the entry.
    pub fate: Fate,
    /// The platform's means.
    pub mechanism: String,
    /// Why.
    pub because: String,
    /// What on this host speaks for it.
    pub evidence: Vec<Evidence>,
    /// How near the rule is to the entry.
    pub reach: Reach,
}

/// Something seen, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// What.
    pub what: String,
    /// The file and line on the host that set it, or else of the spec.
    pub place: Option<Place>,
}

/// How near a rule is to an entry. Of several proposals for an entry the nearest one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The rule is about exactly this.
    Exact,
    /// It goes with what the rule is about: the package, the user, the file of a service.
    Beside,
    /// The rule is about everything of this kind.
    Kind,
    /// The rule is about what no other one speaks of.
    Rest,
}

/// Takes the proposals of a rule.
#[derive(Debug)]
pub struct Out<'p> {
    /// Where the system is to run.
    pub platform: &'p Platform,
    rule: &'static Rule,
    proposals: BTreeMap<ResourceId, Proposal>,
}

impl<'p> Out<'p> {
    /// Takes what a rule proposes for a platform.
    pub fn new(rule: &'static Rule, platform: &'p Platform) -> Self {
        Self { platform, rule, proposals: BTreeMap::new() }
    }

    /// Proposes for an entry what the rule says in general. Of two proposals of a rule for one entry the first counts,
    /// and the evidence of both.
    pub fn propose(&mut self, one: One<'_>, what: impl Into<String>) -> &mut Proposal {
        let rule = self.rule;
        let proposal = self.proposals.entry(one.id.clone()).or_insert_with(|| Proposal {
            id: one.id.clone(),
            rule: rule.id,
            severity: rule.severity,
            fate: rule.verdict,
            mechanism: rule.mechanism.to_owned(),
            because: rule.summary.to_owned(),
            evidence: Vec::new(),
            reach: Reach::Exact,
        });
        proposal.evidence.push(Evidence { what: what.into(), place: one.place() });
        proposal
    }

    /// All proposals, by entry.
    pub fn into_proposals(self) -> impl Iterator<Item = Proposal> {
        self.proposals.into_values()
    }
}

impl Proposal {
    /// The same with another fate.
    pub fn fate(&mut self, fate: Fate) -> &mut Self {
        self.fate = fate;
        self
    }

    /// The same by another means.
    pub fn by(&mut self, mechanism: impl Into<String>) -> &mut Self {
        self.mechanism = mechanism.into();
        self
    }

    /// The same for another reason.
    pub fn because(&mut self, because: impl Into<String>) -> &mut Self {
        self.because = because.into();
        self
    }

    /// The same, from further away.
    pub fn reach(&mut self, reach: Reach) -> &mut Self {
        self.reach = reach;
        self
    }

    /// The same with another place for what was seen last.
    pub fn at(&mut self, place: Place) -> &mut Self {
        if let Some(last) = self.evidence.last_mut() {
            last.place = Some(place);
        }
        self
    }

    /// The order in which proposals for one entry count: the nearest, the gravest, the first of the catalogue.
    pub(super) fn rank(&self) -> (Reach, bool, std::cmp::Reverse<Severity>, &'static str) {
        (self.reach, self.fate != Fate::Block, std::cmp::Reverse(self.severity), self.rule)
    }
}
