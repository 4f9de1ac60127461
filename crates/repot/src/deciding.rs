//! What becomes of a role's host on a platform: its spec, the contents kept beside it, and what people decided.

use crate::error::CommandError;
use crate::files;
use crate::project::{Project, wrong};
use crate::stored;
use exchange::generate::kubernetes::{Fates, of_decided};
use exchange::generate::{Generated, Want};
use exchange::rules::decisions::{self, Change};
use exchange::rules::{Contents, Decisions, Host, Outcome, RULES, Review, decided};
use model::decision::Fate;
use model::exit::Exit;
use model::id::ResourceId;
use model::spec::{Entry, Spec};
use std::path::PathBuf;

/// A role and all that is known for deciding on it.
#[derive(Debug)]
pub(crate) struct Deciding {
    /// What holds of its hosts.
    pub(crate) spec: Spec,
    /// Contents of files, as they are kept.
    pub(crate) contents: Contents,
    /// What people decided.
    pub(crate) decisions: Decisions,
    role: String,
    hosts: usize,
    path: PathBuf,
    text: String,
}

/// What a new file of decisions begins with.
const HEAD: &str = "\
# What becomes of this role on Kubernetes, as people decided; `repot review` adds to it, captures never touch it.
# Edit freely: comments stay. `repot schema decisions` prints what may stand here.
";

/// How many entries are named that stand in the way.
const NAMED: usize = 10;

impl Deciding {
    /// All that is known of a role.
    pub(crate) fn of(project: &Project, role: &str) -> Result<Self, CommandError> {
        let own = project.own_specs(role)?;
        let spec = joined(project.spec(role, "")?, &own);
        if spec.is_empty() {
            return Err(CommandError::usage(format!("{} claims nothing", project.role(role).display()))
                .hint("`repot capture TARGET` writes a spec"));
        }
        let path = project.decisions_path(role);
        let text = files::read(&path)?.unwrap_or_else(|| HEAD.to_owned());
        let decisions = decisions::read(&path.display().to_string(), &text).map_err(|p| wrong(&p))?;
        let contents = stored::kept(&project.role(role).join("files"), &spec)?;
        Ok(Self { spec, contents, decisions, role: role.to_owned(), hosts: own.len(), path, text })
    }

    /// The host as rules see it.
    pub(crate) fn host(&self) -> Host<'_> {
        Host::new(&self.spec, &self.contents, self.hosts)
    }

    /// What becomes of every entry, as people decided so far.
    pub(crate) fn review(&self) -> Review {
        self.review_with(&self.decisions)
    }

    /// The same with other decisions.
    pub(crate) fn review_with(&self, decisions: &Decisions) -> Review {
        decided(&self.host(), &decisions.platform, RULES, decisions)
    }

    /// What is generated for the platform with these decisions.
    pub(crate) fn generated(&self, review: &Review, decisions: &Decisions) -> Generated {
        let want = Want {
            role: &self.role,
            spec: &self.spec,
            lacking: &[],
            extra: &[],
            base_extra: &[],
            contents: &self.contents,
            pin: true,
            base: "",
        };
        of_decided(&want, &Fates::of(review, decisions))
    }

    /// The text of the file with changes; nothing is written.
    pub(crate) fn with(&self, changes: &[Change]) -> Result<String, CommandError> {
        decisions::write(&self.path.display().to_string(), &self.text, changes).map_err(|p| wrong(&p))
    }

    /// Writes changes into the file.
    pub(crate) fn write(&self, changes: &[Change]) -> Result<bool, CommandError> {
        files::write(&self.path, self.with(changes)?.as_bytes())
    }

    /// Where decisions are written, as people would type it.
    pub(crate) fn path(&self) -> String {
        self.path.display().to_string()
    }
}

/// That something is still to be decided: what nobody decided on, and what says `block`.
pub(crate) fn in_the_way(review: &Review) -> Option<CommandError> {
    stands(&review.in_the_way().collect::<Vec<_>>())
}

/// That something stops generating: what says `block`.
pub(crate) fn blocked(review: &Review) -> Option<CommandError> {
    stands(&review.blocked().collect::<Vec<_>>())
}

fn stands(all: &[(&ResourceId, &Outcome)]) -> Option<CommandError> {
    if all.is_empty() {
        return None;
    }
    let name = |(id, outcome): &(&ResourceId, &Outcome)| match outcome {
        Outcome::Decided(decision) => {
            format!("  {id}: block: {}", decision.because)
        }
        Outcome::Undecided(proposed) => match proposed.first() {
            Some(first) if first.fate == Fate::Block => {
                format!("  {id}: undecided; {} proposes block: {}", first.rule, first.because)
            }
            Some(first) => format!("  {id}: undecided; {} proposes {}", first.rule, first.fate.name()),
            None => format!("  {id}: undecided; no rule speaks of it"),
        },
    };
    let mut lines: Vec<String> = all.iter().take(NAMED).map(name).collect();
    if all.len() > NAMED {
        lines.push(format!("  and {} more", all.len() - NAMED));
    }
    let count = if all.len() == 1 { "1 entry stands".to_owned() } else { format!("{} entries stand", all.len()) };
    let what = format!("{count} in the way:\n{}", lines.join("\n"));
    let error = CommandError { exit: Exit::Undecided, what, hints: Vec::new() };
    let error = error.hint("`repot review` decides them; `repot review --list` shows what is proposed and why");
    let is_blocked = all.iter().any(|(_, outcome)| match outcome {
        Outcome::Decided(_) => true,
        Outcome::Undecided(proposed) => proposed.first().is_some_and(|p| p.fate == Fate::Block),
    });
    Some(match is_blocked {
        true => error.hint("what blocks is decided by name: repot review --set 'KIND[NAME]' VERDICT --because \"…\""),
        false => error,
    })
}

/// A role's spec with what each of its hosts has of its own; what is there already counts.
pub(crate) fn joined(mut spec: Spec, own: &[(String, Spec)]) -> Spec {
    for (id, entry) in own.iter().flat_map(|(_, host)| &host.entries) {
        let Some(there) = spec.entries.get_mut(id) else {
            spec.entries.insert(id.clone(), entry.clone());
            continue;
        };
        let Entry { presence, claims, .. } = entry;
        there.presence = there.presence.take().or_else(|| presence.clone());
        for (property, claimed) in claims {
            there.claims.entry(property.clone()).or_insert_with(|| claimed.clone());
        }
    }
    spec
}
