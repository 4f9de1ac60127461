//! Who asked for a package: a person, as far as apt has records. What debootstrap or an installer put down before apt
//! kept records looks as if a person had asked for it, and is there because others are.

use super::dpkg;
use super::stanza::{Stanza, stanzas};
use crate::sys::Sys;
use model::answer::Why;
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const MOST: u64 = 64 << 20;

/// Who asked for which package, and what every installation has.
#[derive(Debug, Default)]
pub(crate) struct Askers {
    /// Packages that nobody asked for: apt installed them for others, or others need them.
    not_by_hand: BTreeSet<String>,
    /// Whether apt keeps records at all.
    is_recorded: bool,
    /// The packages of the base and what they need.
    base: BTreeSet<String>,
}

impl Askers {
    /// Read once per look.
    pub(crate) fn of(sys: &dyn Sys) -> Arc<Result<Askers, Why>> {
        sys.memo().get(|| Self::read(sys))
    }

    fn read(sys: &dyn Sys) -> Result<Self, Why> {
        let states = sys.read(Path::new("/var/lib/apt/extended_states"), MOST)?;
        Ok(Self::parse(&dpkg::status(sys)?, states.map(|s| text::from_bytes(&s)).as_deref()))
    }

    fn parse(status: &str, states: Option<&str>) -> Self {
        let mut needs = Needs::default();
        for stanza in stanzas(status) {
            if let Ok(Some(entry)) = dpkg::entry(&stanza) {
                needs.add(&stanza, entry.name);
            }
        }
        let automatic = stanzas(states.unwrap_or_default()).filter(|s| s.get("Auto-Installed") == Some("1"));
        let mut not_by_hand: BTreeSet<String> = automatic.filter_map(|s| s.get("Package").map(str::to_owned)).collect();
        not_by_hand.extend(needs.not_asked_for().into_iter().map(str::to_owned));
        let base = needs.base().into_iter().map(str::to_owned).collect();
        Self { not_by_hand, is_recorded: states.is_some(), base }
    }

    /// Whether a person asked for an installed package.
    pub(crate) fn is_by_hand(&self, name: &str) -> bool {
        self.is_recorded && !self.not_by_hand.contains(name)
    }

    /// Whether every installation has a package.
    pub(crate) fn is_of_base(&self, name: &str) -> bool {
        self.base.contains(name)
    }
}

/// What installed packages need, and what every installation has.
#[derive(Debug, Default)]
struct Needs {
    /// Essential, or of a priority that installers install (Debian policy 2.5): the base.
    roots: Vec<String>,
    /// The names that each package needs, alternatives included.
    of: BTreeMap<String, Vec<String>>,
    /// The packages that stand for a virtual one.
    provided: BTreeMap<String, Vec<String>>,
    /// Packages of the sections for libraries.
    libraries: BTreeSet<String>,
}

impl Needs {
    /// Takes in a package's entry of the status file (deb-control(5)).
    fn add(&mut self, stanza: &Stanza<'_>, name: &str) {
        let value = |key: &str| stanza.get(key).unwrap_or_default();
        if value("Essential") == "yes" || matches!(value("Priority"), "required" | "important" | "standard") {
            self.roots.push(name.to_owned());
        }
        if matches!(value("Section").rsplit('/').next(), Some("libs" | "oldlibs")) {
            self.libraries.insert(name.to_owned());
        }
        for provided in names(value("Provides")) {
            self.provided.entry(provided).or_default().push(name.to_owned());
        }
        let needed = ["Pre-Depends", "Depends"].map(value).into_iter().flat_map(names).collect();
        self.of.insert(name.to_owned(), needed);
    }

    /// The base with all that it needs.
    fn base(&self) -> BTreeSet<&str> {
        let mut out: BTreeSet<&str> = BTreeSet::new();
        let mut todo: Vec<&str> = self.roots.iter().map(String::as_str).collect();
        while let Some(name) = todo.pop() {
            if out.insert(name) {
                todo.extend(self.needed_by(name));
            }
        }
        out
    }

    /// The base, and libraries that something installed needs. Who asked for one of these changed nothing.
    fn not_asked_for(&self) -> BTreeSet<&str> {
        let mut out = self.base();
        let needed: BTreeSet<&str> = self.of.keys().flat_map(|n| self.needed_by(n)).collect();
        out.extend(self.libraries.iter().map(String::as_str).filter(|l| needed.contains(l)));
        out
    }

    /// The installed packages that meet what a package needs.
    fn needed_by(&self, name: &str) -> impl Iterator<Item = &str> {
        self.of.get(name).into_iter().flatten().flat_map(|needed| {
            let real = self.of.get_key_value(needed).map(|(n, _)| n.as_str());
            let virtually = self.provided.get(needed).into_iter().flatten().map(String::as_str);
            real.into_iter().chain(virtually)
        })
    }
}

/// The package names of a relationship field, without versions and architectures.
fn names(field: &str) -> Vec<String> {
    field
        .split([',', '|'])
        .filter_map(|part| {
            part.split(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '<' | ':')).find(|w| !w.is_empty())
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(stanzas: &[&str]) -> Needs {
        let mut needs = Needs::default();
        for stanza in stanzas {
            let stanza = Stanza::of(stanza);
            needs.add(&stanza, stanza.get("Package").unwrap());
        }
        needs
    }

    #[test]
    fn the_base_and_what_it_needs_was_asked_for_by_nobody() {
        let needs = needs(&[
            "Package: base-files\nEssential: yes\nPre-Depends: awk",
            "Package: mawk\nPriority: optional\nProvides: awk\nDepends: libm (>= 2), gone | chosen:any",
            "Package: libm\nPriority: optional",
            "Package: chosen\nPriority: optional",
            "Package: nginx\nPriority: optional\nDepends: nginx-common, libpcre",
            "Package: nginx-common\nPriority: optional\nSection: httpd",
            "Package: libpcre\nPriority: optional\nSection: contrib/libs",
            "Package: libalone\nPriority: optional\nSection: libs",
        ]);
        assert_eq!(Vec::from_iter(needs.not_asked_for()), ["base-files", "chosen", "libm", "libpcre", "mawk"]);
    }
}
