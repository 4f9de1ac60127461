//! Daemons as hosts name them: what belongs to each by its services, packages, users and files.

use super::copy::is_copy;
use super::unit::unit_of;
use crate::rules::{Host, One, Out, Reach};
use model::decision::Fate;
use model::id::glob;

/// A family of daemons. Every name is a pattern.
pub(super) struct Family {
    /// Services of systemd or init.
    pub(super) services: &'static [&'static str],
    /// Packages.
    pub(super) packages: &'static [&'static str],
    /// Users and groups.
    pub(super) users: &'static [&'static str],
    /// Files, by their whole path.
    pub(super) files: &'static [&'static str],
}

/// Whether a name is one of these patterns.
pub(super) fn is_one_of(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| glob(pattern, name))
}

/// Whether a service runs or is started at boot.
pub(super) fn is_in_use(one: One<'_>) -> bool {
    one.flag("running") == Some(true) || one.flag("enabled") == Some(true)
}

impl Family {
    /// Whether the host has one of them.
    pub(super) fn is_on(&self, host: &Host<'_>) -> bool {
        self.services(host).next().is_some() || self.packages(host).next().is_some()
    }

    fn services<'s>(&'s self, host: &'s Host<'_>) -> impl Iterator<Item = One<'s>> {
        host.of("service").filter(|one| is_one_of(self.services, one.name()) && is_in_use(*one))
    }

    fn packages<'s>(&'s self, host: &'s Host<'_>) -> impl Iterator<Item = One<'s>> {
        host.of("package").filter(|one| is_one_of(self.packages, one.name()))
    }

    /// Proposes what the rule says for all that belongs to the family, and says whether there is anything.
    pub(super) fn propose(&self, host: &Host<'_>, out: &mut Out<'_>) -> bool {
        self.propose_as(host, out, None)
    }

    /// The same with another fate.
    pub(super) fn propose_as(&self, host: &Host<'_>, out: &mut Out<'_>, fate: Option<Fate>) -> bool {
        let mut put = |one: One<'_>, what: String, reach: Reach| {
            let proposal = out.propose(one, what).reach(reach);
            if let Some(fate) = fate {
                proposal.fate(fate);
            }
        };
        let mut is_any = false;
        let is_unit = |path: &str| unit_of(path).is_some_and(|(_, name)| is_one_of(self.services, name));
        let is_its = |path: &str| !is_copy(path) && (is_one_of(self.files, path) || is_unit(path));
        for one in host.of("file").filter(|f| f.is_site() && is_its(f.name())) {
            put(one, format!("the file {}", one.name()), Reach::Exact);
            is_any = true;
        }
        if !self.is_on(host) {
            return is_any;
        }
        for one in host.of("service").filter(|one| is_one_of(self.services, one.name())) {
            put(one, format!("the service {}", one.name()), Reach::Exact);
        }
        for one in self.packages(host) {
            put(one, format!("the package {} is installed", one.name()), Reach::Exact);
        }
        for one in host.of("port") {
            if one.text("service").is_some_and(|service| is_one_of(self.services, &service)) {
                put(one, format!("it waits at {}", one.name()), Reach::Exact);
            }
        }
        for kind in ["user", "group"] {
            for one in host.of(kind).filter(|one| is_one_of(self.users, one.name())) {
                put(one, format!("the {kind} {}", one.name()), Reach::Beside);
            }
        }
        for one in host.of("env") {
            let unit = one.name().strip_prefix("service/").and_then(|rest| rest.split('/').next());
            if unit.is_some_and(|unit| is_one_of(self.services, unit)) {
                put(one, format!("its variable {}", one.name()), Reach::Exact);
            }
        }
        true
    }
}
