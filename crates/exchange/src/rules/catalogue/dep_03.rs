//! DEP-03: tools that build.
//!
//! What it does not see: which packages a running process has mapped: only what jobs, units and scripts call is known.

use super::family::is_one_of;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "DEP-03",
    severity: Severity::Low,
    summary: "a compiler, headers or a package manager of a language is installed",
    verdict: Fate::Adapt,
    mechanism: "the builder stage of the image only",
    person: "See that nothing calls it when the application runs.",
    source: Source::Convention,
    unseen: Some("which packages a running process has mapped: only what jobs, units and scripts call is known"),
    apply,
};

/// Packages that build.
const TOOLS: &[&str] = &[
    "gcc*",
    "g++*",
    "cpp",
    "cpp-*",
    "make",
    "cmake",
    "build-essential",
    "dpkg-dev",
    "autoconf*",
    "automake*",
    "bison",
    "flex",
    "*-dev",
    "*-devel",
    "composer",
    "npm",
    "yarn*",
    "git",
    "git-man",
    "subversion",
    "mercurial",
    "php-pear",
    "php*-dev",
    "python3-pip",
    "python3-setuptools",
    "python3-wheel",
    "cargo",
    "rustc",
    "golang*",
    "maven",
    "gradle",
    "ruby-dev",
    "bundler",
    "binutils*",
    "binutils",
    "linux-headers-*",
    "debhelper*",
    "fakeroot",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("package").filter(|one| is_one_of(TOOLS, one.name()) && !one.name().ends_with("-base")) {
        let is_called = host.of("executable").any(|e| e.text("package").as_deref() == Some(one.name()));
        let proposal = out.propose(one, format!("the package {}", one.name()));
        if is_called {
            proposal
                .fate(Fate::Keep)
                .by("the image of what calls it")
                .because("a job or a unit of people's making calls it");
        }
    }
}
