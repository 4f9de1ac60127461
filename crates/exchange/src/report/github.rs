//! Annotations for GitHub Actions: a workflow command per finding, at the line of the spec that claims it.

use super::{Run, decided, saying};
use model::finding::{Finding, Verdict};
use model::text::for_terminal;
use std::io::{Result, Write};

/// Writes it.
pub fn write(run: &Run, out: &mut dyn Write) -> Result<()> {
    for target in &run.targets {
        if let Some((what, _)) = &target.unreachable {
            writeln!(out, "::error title={}::{}", property(&target.name), data(what))?;
        }
        for finding in target.findings.iter().filter(|f| f.verdict.is_news()) {
            let level = if matches!(finding.verdict, Verdict::Undecided(_)) { "warning" } else { "error" };
            let title = format!("{}: {}", target.name, finding.subject());
            let place = place(finding);
            writeln!(
                out,
                "::{level} {place}title={}::{}",
                property(&title),
                data(&(saying(finding) + &decided(finding)))
            )?;
        }
    }
    Ok(())
}

fn place(finding: &Finding) -> String {
    let Some(place) = &finding.claimed_at else { return String::new() };
    format!("file={},line={},", property(&place.file), place.line.max(1))
}

/// What stands after `::`; a line break would begin another command.
fn data(text: &str) -> String {
    for_terminal(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands in `key=value`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
