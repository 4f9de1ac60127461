//! All resources of a kind that a probe found, before they are shown: answers also what was asked for by name.

use crate::out::{Out, Shown};
use crate::selection::Selection;
use model::answer::Why;
use model::coverage::Coverage;
use model::plan::Ask;
use std::collections::{BTreeMap, BTreeSet};

/// What a probe found of its kind.
#[derive(Debug, Default)]
pub struct Listing {
    found: BTreeMap<String, Shown>,
    gone: BTreeSet<String>,
    unknown: BTreeMap<String, Why>,
    blind: Option<Why>,
    missed: Option<Why>,
}

impl Listing {
    /// Takes in a resource.
    pub fn add(&mut self, name: impl Into<String>, shown: Shown) {
        self.found.insert(name.into(), shown);
    }

    /// Takes in that a resource was brought by a package and is not there.
    pub fn absent(&mut self, name: impl Into<String>) {
        self.gone.insert(name.into());
    }

    /// Takes in that a resource could not be looked at.
    pub fn unknown(&mut self, name: impl Into<String>, why: Why) {
        self.unknown.insert(name.into(), why);
    }

    /// Whether a resource of this name was taken in.
    pub fn has(&self, name: &str) -> bool {
        self.found.contains_key(name)
    }

    /// Shows a resource under a second name that was not found, if it does for that one too.
    pub fn stand_in(&mut self, name: &str, other: &str, does: impl FnOnce(&Shown) -> bool) {
        if self.has(name) {
            return;
        }
        if let Some(shown) = self.found.get(other).filter(|s| does(s)).cloned() {
            self.add(name, shown);
        }
    }

    /// Notes that part of the kind could not be looked at: nothing follows from silence then.
    pub fn blind(&mut self, why: Why) {
        self.blind.get_or_insert(why);
    }

    /// Notes that part of the kind is there only while a machine runs, and this one does not: what was not found may be
    /// there all the same. What was found is all that files say.
    pub fn only_files(&mut self) {
        self.missed.get_or_insert(Why::not_running());
    }

    /// The value, or nothing and a note of why not.
    pub fn seen<T: Default>(&mut self, answer: Result<T, Why>) -> T {
        self.known(answer).unwrap_or_default()
    }

    /// The same, where nothing follows from what could not be looked at.
    pub fn known<T>(&mut self, answer: Result<T, Why>) -> Option<T> {
        answer.map_err(|why| self.blind(why)).ok()
    }

    /// Shows what is asked for, which is everything in a sweep, and answers the names asked for that were not found.
    pub fn show(self, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let selection = Selection::of(ask, out.has_globs());
        // A name asked for is written as it was shown before: without its secrets.
        let mut names = BTreeSet::new();
        for (name, shown) in self.found {
            if !selection.may_cover(&name) {
                continue;
            }
            let safe = out.redact().value(out.kind(), &name);
            if selection.covers(&safe) {
                out.show(&name, shown);
                names.insert(safe);
            }
        }
        for (name, why) in self.unknown {
            if selection.covers(&name) {
                out.unknown(&name, &why);
                names.insert(name);
            }
        }
        for name in self.gone.iter().filter(|n| selection.covers(n) && !names.contains(*n)) {
            out.absent(name);
        }
        for name in ask.names.keys().filter(|n| !names.contains(*n) && !self.gone.contains(*n)) {
            match self.blind.as_ref().or(self.missed.as_ref()) {
                Some(why) => out.unknown(name, why),
                None if selection.is_covered(name, &names) => {}
                None => out.absent(name),
            }
        }
        match self.blind {
            Some(why) => Coverage::Unknown(why),
            None if ask.sweep => Coverage::Complete,
            None => Coverage::Asked,
        }
    }
}
