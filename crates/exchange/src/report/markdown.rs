//! A table in Markdown, for the comment on a pull request. Its first line marks it, so that the next run finds the
//! comment of this one.

use super::{Run, Target, saying};
use model::finding::{Finding, Verdict};
use model::text::for_terminal;
use std::io::{Result, Write};

/// The line that marks a comment as one of repot.
pub const MARK: &str = "<!-- repot -->";

/// How many findings of a target are listed; a comment has an end.
const MOST: usize = 60;

/// The longest cell.
const LONGEST: usize = 200;

/// Writes it.
pub fn write(run: &Run, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{MARK}\n## repot {}\n", run.command)?;
    writeln!(out, "| | compared | against | holds | differs | missing | extra | undecided | waived |")?;
    writeln!(out, "|---|---|---|--:|--:|--:|--:|--:|--:|")?;
    for target in &run.targets {
        let c = target.counts();
        // Of the code's coverage nothing is the best that can be found.
        let is_good = target.unreachable.is_none() && target.findings.iter().all(|f| !f.verdict.is_news());
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            if is_good { "✅" } else { "❌" },
            code(&target.name),
            code(&target.against),
            c.same,
            c.differs,
            c.missing,
            c.extra,
            c.undecided,
            c.waived
        )?;
    }
    for target in &run.targets {
        one(target, out)?;
    }
    Ok(())
}

fn one(target: &Target, out: &mut dyn Write) -> Result<()> {
    if let Some((what, hints)) = &target.unreachable {
        writeln!(out, "\n**{}**: {}", code(&target.name), cell(what))?;
        return hints.iter().try_for_each(|hint| writeln!(out, "- {}", cell(hint)));
    }
    let listed: Vec<&Finding> = target.findings.iter().filter(|f| f.verdict != Verdict::Same).collect();
    if listed.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {} against {}\n", code(&target.name), code(&target.against))?;
    writeln!(out, "| | what | says | where |\n|---|---|---|---|")?;
    for finding in listed.iter().take(MOST) {
        let place = finding.claimed_at.as_ref().map(|p| code(&p.to_string())).unwrap_or_default();
        let why = finding.why.as_ref().map(|why| format!("; {why}")).unwrap_or_default();
        let says = cell(&format!("{}{why}", saying(finding)));
        writeln!(out, "| {} | {} | {says} | {place} |", finding.verdict.name(), code(&finding.subject()))?;
    }
    if listed.len() > MOST {
        writeln!(out, "\n… and {} more, in the artifact", listed.len() - MOST)?;
    }
    Ok(())
}

/// Text of a cell: nothing in it is Markdown, HTML, a mention or another cell.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for c in for_terminal(&cut(text)).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            '@' => out.push_str("&#64;"),
            '\n' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '!' | '~' | '$' | ':' => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

/// A name as code: in a tag, because what stands between backquotes cannot hold one of its own in a cell.
fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", cell(text)) }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::ResourceId;

    #[test]
    fn what_a_host_says_is_text_of_one_cell() {
        let hostile = "a|b\n<img src=x> @team `x` [l](http://e) **b** \u{1b}[31m";
        let finding = Finding {
            property: Some("mode".into()),
            expected: Some(hostile.to_owned()),
            ..Finding::whole(ResourceId::new("file", hostile), Verdict::Differs)
        };
        let target = Target { name: hostile.into(), findings: vec![finding], ..Target::default() };
        let mut out = Vec::new();
        write(&Run { command: "verify", targets: vec![target] }, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let body = text.strip_prefix(MARK).unwrap();
        for wrong in ["<img", "@team", "](http", "**b", "\u{1b}", "a|b", "`x`"] {
            assert!(!body.contains(wrong), "{wrong} in {body}");
        }
        let rows: Vec<usize> = body.lines().filter(|l| l.starts_with("| ")).map(|l| l.matches('|').count()).collect();
        assert_eq!(rows, [10, 10, 5, 5], "{body}");
    }
}
