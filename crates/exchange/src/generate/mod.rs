//! Code that builds a host, made of its spec: files for a tool, and a list of what could not be said in them.
//!
//! A generator is one folder here and one line in [`GENERATORS`]. It answers for every kind; "unmapped, because …" is
//! an answer and silence is none, which a law over both lists holds it to.

pub mod ansible;
pub mod aws;
pub mod ci;
pub mod covered;
pub mod kubernetes;
mod lacking;

pub use lacking::{Lack, lacking};

use model::id::ResourceId;
use model::spec::Spec;
use std::collections::{BTreeMap, BTreeSet};

/// Makes code of a spec.
pub trait Generator: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// What it makes of a kind; `None` is silence, which no generator may give.
    fn answer(&self, kind: &str) -> Option<Answer>;

    /// Makes the files.
    fn generate(&self, want: &Want<'_>) -> Generated;
}

/// Every generator, one a line.
#[rustfmt::skip]
pub static GENERATORS: &[&dyn Generator] = &[
    &ansible::Ansible,
    &kubernetes::Kubernetes,
];

/// What a generator makes of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It has code for it.
    Code,
    /// It needs none: it follows from what other kinds bring, and this says how.
    Follows(&'static str),
    /// It cannot be said in this tool's code, or should not be, because of this.
    Unmapped(&'static str),
}

/// What is to be built.
#[derive(Debug, Clone, Copy)]
pub struct Want<'a> {
    /// The role's name.
    pub role: &'a str,
    /// What holds of the host.
    pub spec: &'a Spec,
    /// What of it does not hold on the base, and whether it still did not on a host built before.
    pub lacking: &'a [Lack<'a>],
    /// What a host that was built before has beside it, in kinds of which the spec is complete.
    pub extra: &'a [ResourceId],
    /// What the base has beside it, in such kinds.
    pub base_extra: &'a [ResourceId],
    /// Contents of files, with fingerprints in the place of secrets.
    pub contents: &'a BTreeMap<ResourceId, Vec<u8>>,
    /// Whether packages are to be of the versions claimed.
    pub pin: bool,
    /// What the base is, for the files' heads.
    pub base: &'a str,
}

/// What was made.
#[derive(Debug, Clone, Default)]
pub struct Generated {
    /// The files, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What meets each claim that the base lacks.
    pub met: Vec<Met>,
    /// Claims that nothing in the files meets, and why.
    pub unmapped: Vec<(String, String)>,
    /// Secrets that a person has to give: a variable, and where it is used.
    pub secrets: BTreeMap<String, Vec<String>>,
    /// Contents that the spec knows only by their digest: paths on the host that a person has to give.
    pub payload: Vec<String>,
    /// How many tasks there are.
    pub tasks: usize,
    /// The entries that each task is there for, and each handler through the tasks that notify it.
    pub entries: BTreeMap<String, BTreeSet<String>>,
}

/// A claim and what meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// `kind[name]` or `kind[name].property`.
    pub subject: String,
    /// How.
    pub by: By,
}

/// How a claim is met.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// A task with this name.
    Task(String),
    /// It follows from something else that is built.
    Through(String),
}
