//! Reports: findings in, text out. A new report is one file and one line in the list.

use model::exit::Exit;
use model::finding::{Finding, Verdict};
use model::proven::Proven;
use std::collections::BTreeMap;
use std::io::{Result, Write};

pub mod contents;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod lcov;
pub mod markdown;
mod proven;
pub mod tap;

/// What one command found on all its targets.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What was done: `verify`, `diff`.
    pub command: &'static str,
    /// The targets in the order in which they were named.
    pub targets: Vec<Target>,
}

/// What was found on one target.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// The target as it was named.
    pub name: String,
    /// The spec or the other side it was compared with.
    pub against: String,
    /// The findings, in the order of their subjects.
    pub findings: Vec<Finding>,
    /// Why it gave nothing, if it could not be reached; with hints.
    pub unreachable: Option<(String, Vec<String>)>,
    /// Lines that differ in contents, by subject, where both sides are known.
    pub contents: BTreeMap<String, String>,
    /// What the tests have proven of its configuration, where that was asked for.
    pub proven: Vec<Proven>,
}

impl Target {
    /// How it ends for this target.
    pub fn exit(&self) -> Exit {
        if self.unreachable.is_some() { Exit::Unreachable } else { Exit::of(&self.findings) }
    }

    /// How many findings there are of each verdict.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for finding in &self.findings {
            let count = match finding.verdict {
                Verdict::Same => &mut counts.same,
                Verdict::Differs => &mut counts.differs,
                Verdict::Missing => &mut counts.missing,
                Verdict::Extra => &mut counts.extra,
                Verdict::Undecided(_) => &mut counts.undecided,
                Verdict::Waived(_) => &mut counts.waived,
            };
            *count += 1;
        }
        counts
    }
}

/// Findings by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// As claimed.
    pub same: usize,
    /// Otherwise.
    pub differs: usize,
    /// Not there.
    pub missing: usize,
    /// There and not claimed.
    pub extra: usize,
    /// Could not look.
    pub undecided: usize,
    /// Accepted.
    pub waived: usize,
}

impl Counts {
    /// All of them.
    pub fn total(&self) -> usize {
        self.same + self.differs + self.missing + self.extra + self.undecided + self.waived
    }
}

impl Run {
    /// How the command ends: the worst of its targets.
    pub fn exit(&self) -> Exit {
        self.targets.iter().map(Target::exit).reduce(Exit::worse).unwrap_or(Exit::Nothing)
    }
}

/// A report: its name on the command line, what it is for, and how it is written.
pub struct Report {
    /// The name.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Writes it.
    pub write: fn(&Run, Look, &mut dyn Write) -> Result<()>,
}

/// What a report for people may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Colours.
    pub colour: bool,
    /// Room for all of it: nothing is folded and nothing is cut.
    pub all: bool,
    /// How many characters a line has; none where nobody knows.
    pub width: Option<usize>,
}

/// Every report.
pub static REPORTS: &[Report] = &[
    Report { name: "github", summary: "annotations for GitHub Actions", write: |r, _, w| github::write(r, w) },
    Report {
        name: "gitlab",
        summary: "GitLab's Code Quality, for merge requests",
        write: |r, _, w| gitlab::write(r, w),
    },
    Report { name: "human", summary: "for people; what is as claimed is only counted", write: human::write },
    Report { name: "json", summary: "JSON, version 1 (see `repot schema report`)", write: |r, _, w| json::write(r, w) },
    Report { name: "junit", summary: "JUnit XML, for CI services", write: |r, _, w| junit::write(r, w) },
    Report {
        name: "lcov",
        summary: "LCOV, for editors: which lines tests over HTTP came to",
        write: |r, _, w| lcov::write(r, w),
    },
    Report {
        name: "markdown",
        summary: "a table for the comment on a pull request",
        write: |r, _, w| markdown::write(r, w),
    },
    Report { name: "tap", summary: "Test Anything Protocol, version 13", write: |r, _, w| tap::write(r, w) },
];

/// The report of a name.
pub fn named(name: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|r| r.name == name)
}

/// A text in which every character that a terminal would act on is spelled; line breaks are the format's own.
pub(crate) fn spelled(text: &str, spell: impl Fn(char) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && model::text::unsafe_on_terminals(c) { out.push_str(&spell(c)) } else { out.push(c) }
    }
    out
}

/// Where on the target it is decided, and why, as the end of a line.
pub(crate) fn decided(finding: &Finding) -> String {
    let place = finding.set_at.as_ref().map(|place| format!("; at {place} on the target"));
    let why = finding.why.as_ref().map(|why| format!("{} {why}", if place.is_some() { ":" } else { ";" }));
    [place, why].into_iter().flatten().collect()
}

/// What a finding says in one line: expected this, seen that.
pub(crate) fn saying(finding: &Finding) -> String {
    let seen = finding.seen.as_ref().map(ToString::to_string);
    let expected = finding.expected.as_deref();
    match &finding.verdict {
        Verdict::Undecided(why) => format!("could not look: {why}"),
        Verdict::Waived(reason) => format!("waived: {reason}"),
        Verdict::Missing => match &finding.claimed_at {
            Some(_) => "expected to be there, is not".to_owned(),
            None => "was shipped, is not there".to_owned(),
        },
        Verdict::Extra => match (expected, seen) {
            (Some("not there"), _) => "expected not to be there, is".to_owned(),
            (_, Some(seen)) => format!("nobody claims it: {seen}"),
            (_, None) => "is there, nobody claims it".to_owned(),
        },
        Verdict::Same | Verdict::Differs => {
            let seen = seen.unwrap_or_else(|| "nothing".to_owned());
            format!("expected {}, seen {seen}", expected.unwrap_or("nothing"))
        }
    }
}
