//! Statements against each other: which one came later, which one another made void, and where two say different things.

use super::Standing;
use super::judge::{Holds, Judged};
use crate::import::effect::{Effect, Want};
use crate::import::record::Recorded;
use crate::import::statement::{Rank, Says};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Two statements that say different things of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// `kind[name]`, `kind[name].property`, or a file's contents.
    pub subject: String,
    /// The one that the host does not show.
    pub stale: usize,
    /// The other one.
    pub other: usize,
    /// Whether the host shows what the other one says.
    pub other_holds: bool,
}

/// The most statements on one subject that are compared with each other.
const MOST: usize = 200;

/// What became of every statement, and where they contradict each other.
pub(super) fn settle(statements: &[Recorded], judged: &[Judged]) -> (Vec<Standing>, Vec<Conflict>) {
    let mut by_subject: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    let here = |at: usize| judged[at].elsewhere.is_none();
    for (at, recorded) in statements.iter().enumerate().filter(|(at, _)| here(*at)) {
        for (index, effect) in recorded.statement.what().iter().enumerate() {
            by_subject.entry(key(effect)).or_default().push((at, index));
        }
    }
    let mut conflicts = Vec::new();
    let standing = statements.iter().enumerate().map(|(at, recorded)| {
        if let Some(whose) = &judged[at].elsewhere {
            return Standing::Elsewhere(whose.clone());
        }
        let why = match &recorded.statement.says {
            Says::Nothing => return Standing::Nothing,
            Says::Prose => return Standing::Prose,
            Says::Unresolved(why) => return Standing::Unresolved(why.clone()),
            Says::NotUnderstood(why) => return Standing::NotUnderstood(why.clone()),
            Says::Effects(_) => match raw(&judged[at]) {
                Ok(standing) => return standing,
                Err(why) => why,
            },
        };
        let mut by: Option<(usize, bool)> = None;
        for (index, effect) in recorded.statement.what().iter().enumerate() {
            if !matches!(judged[at].effects[index], Holds::No(_)) {
                continue;
            }
            let others =
                by_subject.get(&key(effect)).into_iter().flatten().take(MOST).filter(|(other, _)| *other != at);
            for (other, other_index) in others {
                let theirs = &statements[*other].statement.what()[*other_index];
                if !contradicts(effect, theirs) {
                    continue;
                }
                let holds = judged[*other].effects[*other_index] == Holds::Yes;
                let order = known_order(statements, at, *other);
                let is_later = order == Some(Ordering::Less) || (order.is_none() && holds);
                if is_later && by.is_none_or(|(_, held)| holds && !held) {
                    by = Some((*other, holds));
                }
                let is_declared = |at: usize| statements[at].statement.rank != Rank::Trace;
                let elsewhere = statements[at].statement.place.file != statements[*other].statement.place.file;
                if is_declared(at) && is_declared(*other) && elsewhere {
                    conflicts.push(Conflict {
                        subject: effect.subject(),
                        stale: at,
                        other: *other,
                        other_holds: holds,
                    });
                }
            }
        }
        match by {
            Some((by, _)) => Standing::Superseded(by, why),
            None => Standing::Stale(why),
        }
    });
    (standing.collect(), conflicts)
}

/// What the host alone says of a statement; the error is what it shows instead.
fn raw(judged: &Judged) -> Result<Standing, String> {
    let mut unknown = None;
    let mut is_any = false;
    for holds in &judged.effects {
        match holds {
            Holds::No(why) => return Err(why.clone()),
            Holds::Yes => is_any = true,
            Holds::Unknown(why) => unknown = unknown.or_else(|| Some(why.clone())),
        }
    }
    Ok(match (is_any, unknown) {
        (true, _) => Standing::Agreed,
        (false, Some(why)) => Standing::Unknown(why),
        (false, None) => Standing::Nothing,
    })
}

/// What statements must have in common to contradict each other: the resource.
fn key(effect: &Effect) -> String {
    effect.ids().first().map(ToString::to_string).unwrap_or_default()
}

/// Whether two effects on one resource cannot both be so.
fn contradicts(a: &Effect, b: &Effect) -> bool {
    match (a, b) {
        (Effect::Presence { there: x, .. }, Effect::Presence { there: y, .. }) => x != y,
        (Effect::Property { property: p, want: x, .. }, Effect::Property { property: q, want: y, .. }) => {
            p == q && are_opposed(x, y)
        }
        (Effect::Presence { there: true, .. }, _) | (_, Effect::Presence { there: true, .. }) => false,
        (_, Effect::Presence { there: false, .. }) | (Effect::Presence { there: false, .. }, _) => true,
        (Effect::Property { .. } | Effect::Tree { .. } | Effect::Touched { .. } | Effect::Kept { .. }, _)
        | (_, Effect::Kept { .. })
        | (_, Effect::Property { .. } | Effect::Tree { .. }) => false,
        (Effect::Contents { text: x, .. }, Effect::Contents { text: y, .. }) => x != y,
        (_, Effect::Contents { .. } | Effect::Template { .. } | Effect::Touched { .. }) => true,
        (Effect::Contents { .. } | Effect::Template { .. }, _) => true,
        _ => {
            let (mine, theirs) = (settings(a), settings(b));
            a != b && mine.iter().any(|s| theirs.contains(s))
        }
    }
}

/// Whether a value cannot be as both say.
fn are_opposed(x: &Want, y: &Want) -> bool {
    match (x, y) {
        // A list may well have what both ask for.
        (Want::Has(_), Want::Has(_)) | (Want::Lacks(_), Want::Lacks(_)) => false,
        (Want::Has(has), Want::Lacks(lacks)) | (Want::Lacks(lacks), Want::Has(has)) => {
            has.iter().any(|item| lacks.contains(item))
        }
        _ => x != y,
    }
}

/// The names of what an effect on lines sets.
fn settings(effect: &Effect) -> Vec<String> {
    let lines: Vec<&str> = match effect {
        Effect::Lines { lines, .. } => lines.iter().map(String::as_str).collect(),
        Effect::Substitution { replacement, .. } => vec![replacement],
        Effect::Presence { .. }
        | Effect::Property { .. }
        | Effect::Contents { .. }
        | Effect::Template { .. }
        | Effect::Tree { .. }
        | Effect::Touched { .. }
        | Effect::Kept { .. } => Vec::new(),
    };
    let name = |line: &str| {
        let word = line.trim().trim_start_matches(['#', ';']).split(|c: char| c == '=' || c.is_whitespace()).next()?;
        (word.len() > 1).then(|| word.to_owned())
    };
    lines.into_iter().filter_map(name).collect()
}

/// Which of two statements came first, where that is known.
pub(super) fn known_order(statements: &[Recorded], a: usize, b: usize) -> Option<Ordering> {
    let (x, y) = (&statements[a].statement, &statements[b].statement);
    if x.place.file == y.place.file {
        return Some(x.place.line.cmp(&y.place.line).then(a.cmp(&b)));
    }
    let (x, y) = (x.when.as_deref()?, y.when.as_deref()?);
    // A year is neither before nor after a day in it.
    let length = x.len().min(y.len());
    match x.get(..length)?.cmp(y.get(..length)?) {
        Ordering::Equal => None,
        order @ (Ordering::Less | Ordering::Greater) => Some(order),
    }
}

/// An order of statements for people: by time where it is known, then as they were imported.
pub(super) fn order(statements: &[Recorded], a: usize, b: usize) -> Ordering {
    let when = |at: usize| statements[at].statement.when.as_deref();
    match (when(a), when(b)) {
        (Some(x), Some(y)) => x.cmp(y).then(a.cmp(&b)),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (None, None) => a.cmp(&b),
    }
}
