//! What people decided of a host's entries, as the page shows it.

use super::{Fate, Platform};
use crate::rules::{Outcome, Review};
use model::decision;

impl Platform {
    /// What a review says, on a platform of this name.
    pub fn of(review: &Review, name: &str) -> Self {
        let mut platform = Self { name: name.to_owned(), ..Self::default() };
        for (id, outcome) in &review.outcomes {
            match outcome {
                Outcome::Decided(decision) => {
                    platform.fates.insert(id.to_string(), fate(decision));
                }
                Outcome::Undecided(proposed) => {
                    let says = proposed.first().map_or_else(
                        || "no rule speaks of it, and nobody decided".to_owned(),
                        |p| format!("{} proposes {}: {}", p.rule, p.fate.name(), p.because),
                    );
                    platform.open.push((id.to_string(), says));
                }
            }
        }
        let obsolete = review.obsolete.iter().map(|o| (o.on.clone(), format!("the decision is obsolete: {}", o.why)));
        platform.open.extend(obsolete);
        platform
    }
}

fn fate(decision: &decision::Decision) -> Fate {
    let rule = decision.rule.as_ref().map_or_else(String::new, |rule| format!("{rule}, "));
    Fate {
        what: decision.fate.name().to_owned(),
        because: decision.because.clone(),
        by: format!("{rule}{}", [decision.author.as_str(), decision.date.as_str()].join(" ").trim()),
        artefact: (!decision.mechanism.is_empty()).then(|| decision.mechanism.clone()),
        is_gone: decision.fate == decision::Fate::Drop,
    }
}
