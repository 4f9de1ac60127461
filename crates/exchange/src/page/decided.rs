//! What people decided of a host's entries, as the page shows it.

use super::{Fate, Open, Platform};
use crate::rules::{Outcome, Review};
use model::decision;

impl Platform {
    /// What a review of a role says, on a platform of this name.
    pub fn of(review: &Review, name: &str, role: &str) -> Self {
        let mut platform = Self { name: name.to_owned(), role: role.to_owned(), ..Self::default() };
        for (id, outcome) in &review.outcomes {
            match outcome {
                Outcome::Decided(decision) => {
                    platform.fates.insert(id.to_string(), fate(decision));
                    // What a rule blocks stays open when the rule is accepted: it is decided by name.
                    if decision.fate == decision::Fate::Block {
                        platform.open.push(Open {
                            on: id.to_string(),
                            rule: Some(decision.rule.clone().unwrap_or_else(|| decision.author.clone())),
                            says: format!("{}: {}", decision.fate.name(), decision.because),
                        });
                    }
                }
                Outcome::Undecided(proposed) => platform.open.push(match proposed.first() {
                    Some(p) => Open {
                        on: id.to_string(),
                        rule: Some(p.rule.to_owned()),
                        says: format!("{}: {}", p.fate.name(), p.because),
                    },
                    None => Open {
                        on: id.to_string(),
                        rule: None,
                        says: "no rule speaks of it, and nobody decided".to_owned(),
                    },
                }),
            }
        }
        platform.open.extend(review.obsolete.iter().map(|o| Open {
            on: o.on.clone(),
            rule: None,
            says: format!("the decision is obsolete: {}", o.why),
        }));
        platform
    }
}

impl Platform {
    /// Takes in where entries ended in generated files, as the generator's account says.
    pub fn account(&mut self, entries: impl IntoIterator<Item = Accounted>) {
        for entry in entries {
            let old = self.fates.remove(&entry.subject).unwrap_or_default();
            let what = entry.artefacts.first().map_or_else(|| entry.fate.clone(), |artefact| class(artefact));
            // A generator says who decided behind the reason; that stands by itself here.
            let is_old =
                entry.because.strip_prefix(&old.because).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("));
            let because = if entry.because.is_empty() || is_old { old.because } else { entry.because };
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
            // What a rule proposes is followed by the generator, and decided by nobody all the same.
            self.open.retain(|open| open.on != entry.subject || open.rule.is_some());
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

/// Files of manifests, and what people call what is in them.
const MANIFESTS: &[(&str, &str)] = &[
    ("configmap", "ConfigMap"),
    ("cronjobs", "CronJob"),
    ("ingress", "Ingress"),
    ("networkpolicy", "NetworkPolicy"),
    ("secrets", "Secret"),
    ("service", "Service"),
    ("volumes", "volume"),
];

/// What sort of thing an artefact is: `images/base` is an image, `kube/base/cronjobs.yaml: report` a CronJob.
fn class(artefact: &str) -> String {
    let path = artefact.split([':', ' ']).next().unwrap_or(artefact);
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yaml");
    let known = MANIFESTS.iter().find(|(file, _)| *file == stem).map(|(_, name)| *name);
    let name = match path.split('/').next() {
        Some("images") => "image",
        Some("kube") => known.unwrap_or("pod"),
        _ => known.unwrap_or("the platform"),
    };
    name.to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artefacts_are_called_as_people_call_them() {
        for (artefact, name) in [
            ("images/base", "image"),
            ("images: made anew", "image"),
            ("kube/base/cronjobs.yaml: report", "CronJob"),
            ("kube/base/configmap.yaml", "ConfigMap"),
            ("kube/secrets", "Secret"),
            ("kube/base/volumes.yaml: the queue", "volume"),
            ("kube/base/web.yaml: env of php", "pod"),
            ("kube/base: container php", "pod"),
            ("the container's output", "the platform"),
        ] {
            assert_eq!(class(artefact), name, "{artefact}");
        }
    }

    #[test]
    fn what_is_generated_and_decided_by_nobody_stays_open() {
        let open =
            |on: &str, rule: Option<&str>| Open { on: on.into(), rule: rule.map(Into::into), says: String::new() };
        let mut platform =
            Platform { open: vec![open("a[b]", Some("NET-01")), open("c[d]", None)], ..Platform::default() };
        let made = |subject: &str| Accounted {
            subject: subject.into(),
            fate: "keep".into(),
            artefacts: vec!["images/base".into()],
            ..Accounted::default()
        };
        platform.account([made("a[b]"), made("c[d]")]);
        assert_eq!(platform.open, [open("a[b]", Some("NET-01"))]);
        assert_eq!(platform.fates["a[b]"].what, "image");
    }
}
