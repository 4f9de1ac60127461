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

impl Platform {
    /// Takes in where entries ended in generated files, as the generator's account says.
    pub fn account(&mut self, entries: impl IntoIterator<Item = Accounted>) {
        for entry in entries {
            let old = self.fates.remove(&entry.subject).unwrap_or_default();
            let what = match entry.artefacts.first() {
                Some(artefact) => class(artefact),
                None => entry.fate.clone(),
            };
            let because = if entry.because.is_empty() { old.because } else { entry.because };
            let artefact = (!entry.artefacts.is_empty()).then(|| entry.artefacts.join(", "));
            let is_gone = artefact.is_none();
            for (property, why) in entry.otherwise {
                let fate = Fate {
                    what: "otherwise in a pod".to_owned(),
                    because: why,
                    by: old.by.clone(),
                    artefact: artefact.clone(),
                    is_gone: true,
                };
                self.fates.insert(format!("{}.{property}", entry.subject), fate);
            }
            self.open.retain(|(subject, _)| *subject != entry.subject);
            self.fates.insert(entry.subject, Fate { what, because, by: old.by, artefact, is_gone });
        }
    }
}

/// Where an entry ended in generated files.
#[derive(Debug, Clone, Default)]
pub struct Accounted {
    /// The entry.
    pub subject: String,
    /// The fate's name.
    pub fate: String,
    /// What holds it; nothing where it was left behind.
    pub artefacts: Vec<String>,
    /// Why it was left behind.
    pub because: String,
    /// Properties that are otherwise there, and why.
    pub otherwise: Vec<(String, String)>,
}

/// What sort of thing an artefact is: its directory, or the word before its name.
fn class(artefact: &str) -> String {
    let word = artefact.split(['/', ' ', ':']).next().unwrap_or(artefact);
    word.to_owned()
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
