//! Which role a resource belongs to: that of the program it configures, found by the names of packages and services
//! that the spec itself speaks of.

use model::spec::Spec;
use std::collections::BTreeSet;

/// What belongs to no program: the system itself.
pub(crate) const BASE: &str = "base";

/// People and their directories.
pub(crate) const USERS: &str = "users";

/// Where packages come from.
pub(crate) const APT: &str = "apt";

/// Whom the machine asks and talks to: last, because until then it talks to those who build it.
pub(crate) const NETWORK: &str = "network";

/// What runs on the host and is no package's.
pub(crate) const APP: &str = "app";

/// The names by which roles are found.
#[derive(Debug)]
pub(crate) struct Components {
    /// Packages that somebody asked for, by the first word of their names: `php8.2-fpm` is `php`.
    stems: BTreeSet<String>,
    /// Every package's name.
    packages: BTreeSet<String>,
}

impl Components {
    pub(crate) fn of(spec: &Spec) -> Self {
        let packages: BTreeSet<String> = spec
            .entries
            .keys()
            .filter(|id| id.kind == "package" && !id.name.contains(':'))
            .map(|id| id.name.clone())
            .collect();
        Self {
            stems: packages.iter().map(|name| stem(name)).filter(|s| s.len() > 2 && !s.starts_with("lib")).collect(),
            packages,
        }
    }

    /// The role of a file.
    pub(crate) fn of_path(&self, path: &str) -> String {
        let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
        if let Some(unit) = path.split_once("/systemd/system/").and_then(|(_, rest)| rest.split('/').next()) {
            return self.of_service(unit);
        }
        match parts.as_slice() {
            ["etc", "apt", ..] => APT.to_owned(),
            // It runs at the end of the boot, when all that it may work on is there.
            ["etc", "rc.local"] => APP.to_owned(),
            ["etc", "default" | "init.d", name, ..] => self.of_program(name).unwrap_or_else(|| BASE.to_owned()),
            ["etc", name, ..] => self.of_program(name).unwrap_or_else(|| BASE.to_owned()),
            ["var", "spool", "cron", ..] => "cron".to_owned(),
            ["var", "log" | "lib" | "cache", name, ..] | ["usr", "share" | "lib", name, ..] => {
                self.of_program(name).unwrap_or_else(|| BASE.to_owned())
            }
            ["home" | "root", ..] => USERS.to_owned(),
            ["var", "www", ..] | ["srv" | "opt", ..] | ["usr", "local", ..] => APP.to_owned(),
            _ => BASE.to_owned(),
        }
    }

    /// The role of a service or timer: its program's, else it is the application's.
    pub(crate) fn of_service(&self, name: &str) -> String {
        self.of_program(name).unwrap_or_else(|| APP.to_owned())
    }

    /// The role of a package.
    pub(crate) fn of_package(&self, name: &str) -> String {
        let name = stem(name);
        if self.is_role(&name) { name } else { BASE.to_owned() }
    }

    /// Whether a program has a role of its own: it has settings below /etc, not only files.
    fn is_role(&self, stem: &str) -> bool {
        self.stems.contains(stem)
    }

    /// The program that a directory, a file or a unit is named after.
    fn of_program(&self, name: &str) -> Option<String> {
        let name = stem(bare(name));
        if name.len() < 3 {
            return None;
        }
        if self.stems.contains(&name) {
            return Some(name);
        }
        // `/etc/snmp` is `snmpd`'s, `/etc/sudoers` is `sudo`'s, `/etc/ssh` is of `openssh-server`.
        let is_near = |stem: &&String| {
            (stem.starts_with(&name) && stem.len() <= name.len() + 2)
                || (stem.len() > 3 && name.starts_with(stem.as_str()))
        };
        let near = self.stems.iter().find(is_near).cloned();
        near.or_else(|| self.packages.iter().any(|p| p.starts_with(&format!("open{name}"))).then_some(name))
    }
}

/// A name without what it ends in: `nginx.service.d` is `nginx`.
fn bare(name: &str) -> &str {
    let ends = [".d", ".service", ".timer", ".socket", ".conf", ".wants", ".target", ".mount", ".path"];
    let mut name = name;
    while let Some(rest) = ends.iter().find_map(|end| name.strip_suffix(end)) {
        name = rest;
    }
    name
}

/// The first word of a package's name, without a version.
fn stem(name: &str) -> String {
    let word = name.split(['-', '.', '_', ':', '@']).next().unwrap_or_default();
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    word.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}
