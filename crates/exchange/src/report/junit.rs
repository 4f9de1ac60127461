//! JUnit XML: a suite per target and kind, a case per finding.

use super::{Run, Target, decided, proven, saying, spelled};
use model::finding::{Finding, Verdict};
use model::proven::{Site, State};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;
use std::io::{Error, Result, Write};

/// Writes it.
pub fn write(run: &Run, out: &mut dyn Write) -> Result<()> {
    let mut report = Report::new(format!("repot {}", run.command));
    for target in &run.targets {
        report.add_test_suites(suites(target));
    }
    // Two characters that XML has no way to hold are left in by the library.
    let text = report.to_string().map_err(Error::other)?.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    out.write_all(spelled(&text, |c| format!("&#x{:x};", u32::from(c))).as_bytes())
}

fn suites(target: &Target) -> Vec<TestSuite> {
    if let Some((what, _)) = &target.unreachable {
        let mut suite = TestSuite::new(target.name.clone());
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(what.clone());
        suite.add_test_case(TestCase::new("it can be reached", status));
        return vec![suite];
    }
    let mut by_kind: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for finding in &target.findings {
        let kind = finding.id.kind.as_str();
        let suite = by_kind.entry(kind).or_insert_with(|| TestSuite::new(format!("{} {kind}", target.name)));
        let mut case = TestCase::new(finding.subject(), status(finding));
        case.set_classname(format!("{}.{kind}", target.name));
        suite.add_test_case(case);
    }
    let suites = target.proven.iter().map(|proven| {
        let mut suite = TestSuite::new(format!("{} coverage of {}", target.name, proven.of));
        for site in &proven.sites {
            let mut case = TestCase::new(proven::said(site), covered(site));
            case.set_classname(format!("{}.coverage.{}", target.name, site.kind));
            suite.add_test_case(case);
        }
        suite
    });
    by_kind.into_values().chain(suites).collect()
}

/// What is not proven is no failure by itself: how much has to be is said with --coverage-min.
fn covered(site: &Site) -> TestCaseStatus {
    if site.state == State::Asserted {
        return TestCaseStatus::success();
    }
    let mut status = TestCaseStatus::skipped();
    let detail = site.state.detail().map_or_else(String::new, |detail| format!(": {detail}"));
    status.set_message(format!("{}{detail}", site.state.name()));
    status
}

fn status(finding: &Finding) -> TestCaseStatus {
    let mut status = match &finding.verdict {
        Verdict::Same => return TestCaseStatus::success(),
        Verdict::Waived(_) => TestCaseStatus::skipped(),
        Verdict::Undecided(_) => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::Differs | Verdict::Missing | Verdict::Extra => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let place = finding.claimed_at.as_ref().map_or_else(String::new, |p| format!(" ({p})"));
    status.set_message(format!("{}{place}{}", saying(finding), decided(finding)));
    status.set_type(finding.verdict.name());
    status
}
