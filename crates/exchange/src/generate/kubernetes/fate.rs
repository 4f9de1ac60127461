//! What was decided of entries, by a person or by a rule: it goes before what this generator would make of them.

use crate::rules::tenancy::Tenancy;
use crate::rules::{Decisions, Outcome, Platform, Review};
use model::decision::Fate;
use model::id::ResourceId;
use std::collections::BTreeMap;

/// What was decided of an entry, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fated {
    /// What becomes of it.
    pub fate: Fate,
    /// Why, and who says so.
    pub because: String,
}

/// Where a person said that a service runs, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where.
    pub tenancy: Tenancy,
    /// Why, and who says so.
    pub because: String,
}

/// What was said of entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fates {
    /// What a person decided; and what a rule blocks, until a person decides.
    pub decided: BTreeMap<ResourceId, Fated>,
    /// What a rule proposes, where nobody decided: the reason of what is left behind anyway.
    pub proposed: BTreeMap<ResourceId, Fated>,
    /// Where a person said that services run.
    pub places: BTreeMap<String, Place>,
    /// Where it all is to run.
    pub platform: Platform,
}

impl Fates {
    /// What a review and its decisions say.
    pub fn of(review: &Review, decisions: &Decisions) -> Self {
        let mut fates = Fates { platform: decisions.platform.clone(), ..Fates::default() };
        for (id, outcome) in &review.outcomes {
            match outcome {
                Outcome::Decided(said) => {
                    let because = signed(&said.because, &said.author, &said.date);
                    fates.decided.insert(id.clone(), Fated { fate: said.fate, because });
                }
                Outcome::Undecided(proposals) => {
                    let Some(first) = proposals.first() else { continue };
                    let because = format!("{} ({})", first.because, first.rule);
                    let said = if first.fate == Fate::Block { &mut fates.decided } else { &mut fates.proposed };
                    said.insert(id.clone(), Fated { fate: first.fate, because });
                }
            }
        }
        let place = |(service, placed): (&String, &crate::rules::decisions::Placed)| {
            let because = signed(&placed.because, &placed.author, &placed.date);
            (service.clone(), Place { tenancy: placed.tenancy, because })
        };
        fates.places = decisions.tenancy.iter().map(place).collect();
        fates
    }

    /// Where a service runs: with the application, as on the host, until a person says otherwise.
    pub(crate) fn place(&self, service: &str) -> Tenancy {
        self.places.get(service).map_or(Tenancy::Container, |place| place.tenancy)
    }

    /// Why a service has no container, where a person put it outside of the cluster.
    pub(crate) fn outside(&self, service: &str) -> Option<String> {
        let place = self.places.get(service).filter(|place| place.tenancy == Tenancy::Outside)?;
        Some(format!("it runs outside of the cluster: {}", place.because))
    }
}

fn signed(because: &str, author: &str, date: &str) -> String {
    format!("{because} ({author}, {date})")
}
