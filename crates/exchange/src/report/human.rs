//! The report for people: what is news, grouped by target, and a last line that counts.

use super::{Run, Target, proven, saying};
use model::finding::{Finding, Verdict};
use model::text::for_terminal;
use std::collections::BTreeSet;
use std::io::{Result, Write};

/// The longest value shown before it is cut.
const LONGEST: usize = 300;

/// How many findings one group of alike ones shows before it counts the rest.
const MOST_ALIKE: usize = 40;

/// Writes it, in colours or not.
pub fn write(run: &Run, colour: bool, out: &mut dyn Write) -> Result<()> {
    for target in &run.targets {
        one(run, target, colour, out)?;
    }
    if run.targets.len() > 1 {
        summary(run, colour, out)?;
    }
    Ok(())
}

fn one(run: &Run, target: &Target, colour: bool, out: &mut dyn Write) -> Result<()> {
    let name = for_terminal(&target.name);
    if let Some((what, hints)) = &target.unreachable {
        writeln!(out, "{} {name}: {}", paint("✗", "31;1", colour), for_terminal(what))?;
        for hint in hints {
            writeln!(out, "    hint: {}", for_terminal(hint))?;
        }
        return Ok(());
    }
    let news: Vec<&Finding> = target.findings.iter().filter(|f| f.verdict.is_news()).collect();
    for group in news.chunk_by(|a, b| alike(a, b)) {
        for found in group.iter().take(MOST_ALIKE) {
            finding(run, target, found, colour, out)?;
        }
        if group.len() > MOST_ALIKE {
            writeln!(out, "  … and {} more of {}, all in --report json", group.len() - MOST_ALIKE, group[0].id.kind)?;
        }
    }
    let counts = target.counts();
    let mark =
        if news.is_empty() && counts.total() > 0 { paint("✓", "32;1", colour) } else { paint("✗", "31;1", colour) };
    for proven in &target.proven {
        proven::human(proven, &target.name, out)?;
    }
    writeln!(out, "{mark} {name} against {}: {}", for_terminal(&target.against), counted(target))
}

fn alike(a: &Finding, b: &Finding) -> bool {
    a.id.kind == b.id.kind && a.verdict.name() == b.verdict.name()
}

fn counted(target: &Target) -> String {
    let c = target.counts();
    let parts: Vec<String> = [
        (c.differs, "differ"),
        (c.missing, "missing"),
        (c.extra, "extra"),
        (c.undecided, "undecided"),
        (c.waived, "waived"),
        (c.same, "same"),
    ]
    .iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{n} {word}"))
    .collect();
    if parts.is_empty() { "nothing was compared".to_owned() } else { parts.join(", ") }
}

fn finding(run: &Run, target: &Target, found: &Finding, colour: bool, out: &mut dyn Write) -> Result<()> {
    let (code, word) = match found.verdict {
        Verdict::Undecided(_) => ("33", "?"),
        Verdict::Extra => ("35", "+"),
        Verdict::Missing => ("31", "-"),
        Verdict::Same | Verdict::Differs | Verdict::Waived(_) => ("31", "≠"),
    };
    let subject = found.subject();
    write!(out, "{} {}  ", paint(word, code, colour), paint(&for_terminal(&subject), "1", colour))?;
    writeln!(out, "{}", cut(&for_terminal(&saying(found))))?;
    for line in beside(run, found) {
        writeln!(out, "    {}", paint(&cut(&for_terminal(&line)), "2", colour))?;
    }
    for line in target.contents.get(&subject).map(String::as_str).unwrap_or_default().lines() {
        let code = match line.as_bytes().first() {
            Some(b'-') => "31",
            Some(b'+') => "32",
            _ => "2",
        };
        writeln!(out, "    {}", paint(&cut(&for_terminal(line)), code, colour))?;
    }
    Ok(())
}

/// Where it is claimed, where it is set, who asked for it, why.
fn beside(run: &Run, found: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(place) = &found.claimed_at {
        // Of two machines nobody claims anything.
        if run.command == "diff" && place.file.starts_with('/') {
            lines.push(format!("was set at {place}"));
            lines.extend(found.set_at.as_ref().map(|place| format!("is set at {place}")));
            return lines;
        }
        let from = found.from.as_ref().map_or_else(String::new, |from| format!(", from {from}"));
        lines.push(format!("claimed at {place}{from}"));
    }
    if run.command == "e2e" {
        let place = found.set_at.as_ref().map_or_else(String::new, |place| format!("{place}: "));
        lines.extend(found.why.as_ref().map(|by| format!("answered by {place}{by}")));
        return lines;
    }
    if let Some(place) = &found.set_at {
        lines.push(format!("set at {place} on the target"));
    }
    if let Some(why) = &found.why {
        lines.push(format!("because: {why}"));
    }
    lines
}

fn summary(run: &Run, colour: bool, out: &mut dyn Write) -> Result<()> {
    // A target that was compared with several others counts once.
    let names: BTreeSet<&str> = run.targets.iter().map(|t| t.name.as_str()).collect();
    let all = |name: &&&str| run.targets.iter().filter(|t| t.name == **name).all(|t| t.exit().code() == 0);
    let good = names.iter().filter(all).count();
    let lost = run.targets.iter().filter(|t| t.unreachable.is_some()).count();
    let lost = if lost > 0 { format!(", {lost} not reached") } else { String::new() };
    let line = format!("{good} of {} targets are as claimed{lost}", names.len());
    writeln!(out, "{}", paint(&line, "1", colour))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn paint(text: &str, code: &str, colour: bool) -> String {
    if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}
