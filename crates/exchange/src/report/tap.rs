//! The Test Anything Protocol, version 13: a line per finding.

use super::{Run, decided, saying};
use model::finding::Verdict;
use model::text::for_terminal;
use std::io::{Result, Write};

/// Writes it.
pub fn write(run: &Run, out: &mut dyn Write) -> Result<()> {
    let total: usize = run.targets.iter().map(|t| t.findings.len() + usize::from(t.unreachable.is_some())).sum();
    writeln!(out, "TAP version 13\n1..{total}")?;
    let mut number = 0;
    for target in &run.targets {
        if let Some((what, _)) = &target.unreachable {
            number += 1;
            writeln!(out, "not ok {number} - {}\n# {}", line(&target.name), line(what))?;
        }
        for finding in &target.findings {
            number += 1;
            let subject = line(&format!("{} {}", target.name, finding.subject()));
            match &finding.verdict {
                Verdict::Same => writeln!(out, "ok {number} - {subject}")?,
                Verdict::Waived(reason) => writeln!(out, "ok {number} - {subject} # SKIP waived: {}", line(reason))?,
                Verdict::Differs | Verdict::Missing | Verdict::Extra | Verdict::Undecided(_) => {
                    writeln!(out, "not ok {number} - {subject}\n# {}", line(&(saying(finding) + &decided(finding))))?;
                }
            }
        }
    }
    Ok(())
}

/// One line; `#` would begin a directive.
fn line(text: &str) -> String {
    for_terminal(text).replace('\\', "\\\\").replace('#', "\\#")
}
