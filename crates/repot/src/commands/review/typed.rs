//! What was typed to changes of the decisions.

use super::Review;
use super::author::{self, Author};
use crate::deciding::Deciding;
use crate::error::CommandError;
use crate::project::Project;
use exchange::rules::decisions::{Change, Placed, Said};
use exchange::rules::tenancy::{Tenancy, middleware};
use exchange::rules::{Platform, RULES, Review as Outcomes, rule_named};
use exchange::spec_file::problem::meant;
use model::decision::Fate;
use model::id::ResourceId;
use model::place::Place;

/// The word for every rule.
const ALL: &str = "all";

impl Review {
    /// The changes that were typed, in the order in which they count.
    pub(super) fn changes(
        &self,
        project: &Project,
        deciding: &Deciding,
        review: &Outcomes,
    ) -> Result<Vec<Change>, CommandError> {
        let mut changes = Vec::new();
        changes.extend(self.platform(deciding)?);
        // What a rule proposes may depend on the platform.
        let mut decisions = deciding.decisions.clone();
        changes.iter().for_each(|change| change.apply(&mut decisions));
        let moved = (!changes.is_empty()).then(|| deciding.review_with(&decisions));
        let review = moved.as_ref().unwrap_or(review);
        for what in &self.unset {
            changes.push(unset(what, deciding)?);
        }
        let is_deciding = !self.accept.is_empty() || !self.set.is_empty() || !self.tenancy.is_empty();
        if !is_deciding {
            return Ok(changes);
        }
        let author = author::said(project, self.author.as_deref())?;
        for rule in &self.accept {
            changes.extend(accept(rule, deciding, review, &author)?);
        }
        for pair in self.set.chunks_exact(2) {
            changes.push(set(&pair[0], &pair[1], self.reason()?, review, &author)?);
        }
        for pair in self.tenancy.chunks_exact(2) {
            changes.push(place(&pair[0], &pair[1], self.reason()?, (deciding, review), &author)?);
        }
        Ok(changes)
    }

    fn reason(&self) -> Result<&str, CommandError> {
        let reason = self.because.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        reason.ok_or_else(|| CommandError::usage("a decision needs a reason").hint("add --because \"…\""))
    }

    fn platform(&self, deciding: &Deciding) -> Result<Option<Change>, CommandError> {
        let mut platform = deciding.decisions.platform.clone();
        if let Some(version) = &self.kubernetes {
            let no_version =
                || CommandError::usage(format!("`{version}` is no version of Kubernetes")).hint("write it as 1.35");
            platform.minor = Platform::minor_of(version).ok_or_else(no_version)?;
        }
        if let Some(release) = &self.node_kernel {
            let no_kernel =
                || CommandError::usage(format!("`{release}` is no version of a kernel")).hint("write it as 6.1");
            platform.kernel = Some(Platform::kernel_of(release).ok_or_else(no_kernel)?);
        }
        let is_said = self.kubernetes.is_some() || self.node_kernel.is_some();
        Ok(is_said.then_some(Change::Platform(platform)))
    }
}

/// Follows a rule, or all that propose something and are not decided yet.
fn accept(rule: &str, deciding: &Deciding, review: &Outcomes, author: &Author) -> Result<Vec<Change>, CommandError> {
    let of_rule = |id: &str| Change::Rule(id.to_owned(), Some(follow(id, review, author)));
    if rule == ALL {
        let leads = |id: &&str| review.led_by(id).next().is_some();
        let is_open = |id: &&str| !deciding.decisions.rules.contains_key(*id);
        return Ok(RULES.iter().map(|r| r.id).filter(is_open).filter(leads).map(of_rule).collect());
    }
    let found = rule_named(&rule.to_uppercase()).ok_or_else(|| no_rule(rule))?;
    if !review.proposals.values().flatten().any(|p| p.rule == found.id) {
        return Err(CommandError::usage(format!("{} proposes nothing for this host", found.id))
            .hint("`repot review --list` shows the rules that do"));
    }
    Ok(vec![of_rule(found.id)])
}

/// That a rule's own verdicts are followed.
pub(super) fn follow(rule: &str, review: &Outcomes, author: &Author) -> Said {
    said(None, "", Some(review.digest_of_rule(rule)), author)
}

/// What is said of an entry or a rule.
pub(super) fn said(verdict: Option<Fate>, because: &str, of: Option<String>, author: &Author) -> Said {
    let (author, date) = (author.name.clone(), author.date.clone());
    Said { verdict, because: because.to_owned(), author, date, of, place: Place::default() }
}

fn set(what: &str, verdict: &str, because: &str, review: &Outcomes, author: &Author) -> Result<Change, CommandError> {
    let fate = Fate::parse(verdict).ok_or_else(|| {
        let words: Vec<&str> = Fate::ALL.iter().map(|f| f.name()).collect();
        no_word("verdict", verdict, &words)
    })?;
    if let Some(rule) = rule_named(&what.to_uppercase()) {
        let of = Some(review.digest_of_rule(rule.id));
        return Ok(Change::Rule(rule.id.to_owned(), Some(said(Some(fate), because, of, author))));
    }
    let id = ResourceId::parse(what).ok_or_else(|| no_rule(what))?;
    let of = review.digests.get(&id).cloned().ok_or_else(|| no_entry(what, review))?;
    Ok(Change::Entry(id, Some(said(Some(fate), because, Some(of), author))))
}

fn place(
    service: &str,
    place: &str,
    because: &str,
    (deciding, review): (&Deciding, &Outcomes),
    author: &Author,
) -> Result<Change, CommandError> {
    let tenancy = Tenancy::parse(place).ok_or_else(|| {
        let words: Vec<&str> = Tenancy::ALL.iter().map(|t| t.name()).collect();
        no_word("place", place, &words)
    })?;
    let host = deciding.host();
    let all = middleware(&host, review);
    let name = service.strip_prefix("service[").and_then(|s| s.strip_suffix(']')).unwrap_or(service);
    if !all.iter().any(|one| one.service.name() == name) {
        let names: Vec<&str> = all.iter().map(|one| one.service.name()).collect();
        return Err(no_word("service that needs a place", name, &names));
    }
    let (author, date) = (author.name.clone(), author.date.clone());
    let placed = Placed { tenancy, because: because.to_owned(), author, date, place: Place::default() };
    Ok(Change::Tenancy(name.to_owned(), Some(placed)))
}

fn unset(what: &str, deciding: &Deciding) -> Result<Change, CommandError> {
    let decisions = &deciding.decisions;
    let rule = what.to_uppercase();
    if decisions.rules.contains_key(&rule) {
        return Ok(Change::Rule(rule, None));
    }
    if decisions.tenancy.contains_key(what) {
        return Ok(Change::Tenancy(what.to_owned(), None));
    }
    match ResourceId::parse(what).filter(|id| decisions.entries.contains_key(id)) {
        Some(id) => Ok(Change::Entry(id, None)),
        None => Err(CommandError::usage(format!("nothing was decided on `{what}`"))
            .hint(format!("{} holds the decisions", deciding.path()))),
    }
}

fn no_word(what: &str, word: &str, words: &[&str]) -> CommandError {
    let error = CommandError::usage(format!("there is no {what} `{word}`"));
    match meant(word, words.iter().copied()) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error.hint(format!("there are: {}", words.join(", "))),
    }
}

/// That there is no such rule.
pub(super) fn no_rule(typed: &str) -> CommandError {
    let error = CommandError::usage(format!("there is no rule `{typed}`, and it names no entry"));
    match meant(&typed.to_uppercase(), RULES.iter().map(|r| r.id)) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error.hint("a rule is written as NET-12, an entry as 'kind[name]'; `repot review --list` names them"),
    }
}

/// That the spec has no such entry.
pub(super) fn no_entry(typed: &str, review: &Outcomes) -> CommandError {
    let error = CommandError::usage(format!("the spec has no entry `{typed}`"));
    let all: Vec<String> = review.outcomes.keys().map(ToString::to_string).collect();
    match meant(typed, all.iter().map(String::as_str)) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error.hint("`repot review --list --all` names the entries"),
    }
}
