//! A rule, described as data: the reference page, the review and the laws are made of that description.

use super::{Host, Out};
use model::decision::Fate;
use serde::Serialize;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its id, such as `KRN-01`; it never changes its meaning.
    pub id: &'static str,
    /// How much goes wrong where it is not heeded.
    pub severity: Severity,
    /// What it is about, in one line.
    pub summary: &'static str,
    /// What it proposes, where the host does not make it another.
    pub verdict: Fate,
    /// The platform's means.
    pub mechanism: &'static str,
    /// What a person must do.
    pub person: &'static str,
    /// What it rests on.
    pub source: Source,
    /// What it would need to see, and no kind shows.
    pub unseen: Option<&'static str>,
    /// Looks at a host and proposes.
    pub apply: fn(&Host<'_>, &mut Out<'_>),
}

/// How much goes wrong where a rule is not heeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Tidiness.
    Low,
    /// Something behaves otherwise.
    Medium,
    /// Something breaks or is lost.
    High,
}

impl Severity {
    /// The word used in every output.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        }
    }
}

/// What a rule rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The official document that says so.
    Page(&'static str),
    /// What is usually done; no document says so.
    Convention,
}

impl Source {
    /// The address of the document, or `convention`.
    pub fn name(self) -> &'static str {
        match self {
            Source::Page(url) => url,
            Source::Convention => "convention",
        }
    }
}
