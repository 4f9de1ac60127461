//! Which Debian packages are there because others are, although apt has no record of it: what debootstrap or an
//! installer put down before apt kept records looks as if a person had asked for it.

use super::dpkg::field;
use std::collections::{BTreeMap, BTreeSet};

/// What installed packages need, and what every installation has.
#[derive(Debug, Default)]
pub(super) struct Needs {
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
    pub(super) fn add(&mut self, stanza: &str, name: &str) {
        let value = |key: &str| field(stanza, key).unwrap_or_default();
        if value("Essential") == "yes" || matches!(&*value("Priority"), "required" | "important" | "standard") {
            self.roots.push(name.to_owned());
        }
        if matches!(value("Section").rsplit('/').next(), Some("libs" | "oldlibs")) {
            self.libraries.insert(name.to_owned());
        }
        for provided in names(&value("Provides")) {
            self.provided.entry(provided).or_default().push(name.to_owned());
        }
        let needed = ["Pre-Depends", "Depends"].map(value).iter().flat_map(|v| names(v)).collect();
        self.of.insert(name.to_owned(), needed);
    }

    /// The base with all that it needs.
    pub(super) fn base(&self) -> BTreeSet<&str> {
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
    pub(super) fn not_asked_for(&self) -> BTreeSet<&str> {
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
            needs.add(stanza, &field(stanza, "Package").unwrap());
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
