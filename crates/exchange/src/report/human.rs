//! The report for people: what is news, grouped by target, and a last line that counts. Each finding is readable at a
//! glance: what was and what is, a diff of contents, and of many alike ones one line.

use super::{Look, Run, Target, proven, saying};
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::text::for_terminal;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Result, Write};

/// The longest value shown before it is cut.
const LONGEST: usize = 300;

/// The longest line in which what was and what is stand side by side, where the width is not known.
const WIDE: usize = 160;

/// How many findings one group of alike ones shows before it counts the rest.
const MOST_ALIKE: usize = 40;

/// How many of one family are shown one by one: of more, one line says it.
const MOST_OF_FAMILY: usize = 8;

/// How many of a family are named in that line.
const NAMED: usize = 4;

/// Writes it.
pub fn write(run: &Run, look: Look, out: &mut dyn Write) -> Result<()> {
    for target in &run.targets {
        one(run, target, look, out)?;
    }
    if run.targets.len() > 1 {
        summary(run, look, out)?;
    }
    Ok(())
}

fn one(run: &Run, target: &Target, look: Look, out: &mut dyn Write) -> Result<()> {
    let name = for_terminal(&target.name);
    if let Some((what, hints)) = &target.unreachable {
        writeln!(out, "{} {name}: {}", paint("✗", "31;1", look), for_terminal(what))?;
        for hint in hints {
            writeln!(out, "    hint: {}", for_terminal(hint))?;
        }
        return Ok(());
    }
    let news: Vec<&Finding> = target.findings.iter().filter(|f| f.verdict.is_news()).collect();
    for group in news.chunk_by(|a, b| alike(a, b)) {
        let mut group = group.to_vec();
        if !look.all {
            group = without_blind(group, look, out)?;
        }
        let mut left = if look.all { usize::MAX } else { MOST_ALIKE };
        let mut hidden = 0;
        for family in group.chunk_by(|a, b| is_family(a, b)) {
            if family.len() > MOST_OF_FAMILY && !look.all {
                folded(family, None, look, out)?;
                continue;
            }
            for found in family {
                if left == 0 {
                    hidden += 1;
                    continue;
                }
                left -= 1;
                finding(run, target, found, look, out)?;
            }
        }
        if hidden > 0 {
            writeln!(out, "  … and {hidden} more of {}; --verbose lists them", group[0].id.kind)?;
        }
    }
    let counts = target.counts();
    let mark =
        if news.is_empty() && counts.total() > 0 { paint("✓", "32;1", look) } else { paint("✗", "31;1", look) };
    for proven in &target.proven {
        proven::human(proven, &target.name, out)?;
    }
    writeln!(out, "{mark} {name} against {}: {}", for_terminal(&target.against), counted(target))
}

fn alike(a: &Finding, b: &Finding) -> bool {
    a.id.kind == b.id.kind && a.verdict.name() == b.verdict.name()
}

/// Whether two neighbours say the same of one thing: all settings of a pool that is gone, all files of a directory.
fn is_family(a: &Finding, b: &Finding) -> bool {
    match (&a.verdict, &b.verdict) {
        (Verdict::Missing, Verdict::Missing) | (Verdict::Extra, Verdict::Extra) => {
            let are_whole = a.property.is_none() && b.property.is_none();
            are_whole && family(&a.id.name) == family(&b.id.name) || a.id == b.id
        }
        (Verdict::Undecided(a_why), Verdict::Undecided(b_why)) => a_why == b_why,
        (_, _) => false,
    }
}

/// What a name stands in: `fpm/www:` of `fpm/www:memory_limit`, a directory of a path. Of a name in nothing, itself.
fn family(name: &str) -> &str {
    let end = name.rfind(':').or_else(|| name.rfind('/'));
    end.map_or(name, |end| &name[..=end])
}

/// Says of what could not be looked at for one reason, or for reasons of one class, one line; what is left of a group.
fn without_blind<'f>(group: Vec<&'f Finding>, look: Look, out: &mut dyn Write) -> Result<Vec<&'f Finding>> {
    let mut by_why: BTreeMap<&Why, Vec<&Finding>> = BTreeMap::new();
    let mut left = Vec::new();
    for found in group {
        match &found.verdict {
            Verdict::Undecided(why) => by_why.entry(why).or_default().push(found),
            Verdict::Same | Verdict::Differs | Verdict::Missing | Verdict::Extra | Verdict::Waived(_) => {
                left.push(found);
            }
        }
    }
    let mut by_code: BTreeMap<WhyCode, Vec<&Finding>> = BTreeMap::new();
    for (why, all) in by_why {
        match all.len() > MOST_OF_FAMILY {
            true => folded(&all, None, look, out)?,
            false => by_code.entry(why.code).or_default().extend(all),
        }
    }
    for (code, mut all) in by_code {
        all.sort_by(|a, b| (&a.id, &a.property).cmp(&(&b.id, &b.property)));
        match all.len() > MOST_OF_FAMILY {
            true => folded(&all, Some(&format!("could not look: {}", code.name())), look, out)?,
            false => left.extend(all),
        }
    }
    Ok(left)
}

/// A family in one line; what is said of it, where not all of it says the same.
fn folded(all: &[&Finding], said: Option<&str>, look: Look, out: &mut dyn Write) -> Result<()> {
    let Some((first, last)) = all.first().zip(all.last()) else { return Ok(()) };
    let (code, sign) = sign(&first.verdict);
    let is_of_one = all.iter().all(|f| f.id == first.id);
    let stem = family(&first.id.name);
    let is_of_stem = all.iter().all(|f| family(&f.id.name) == stem && f.id.name != stem);
    let subject = match (is_of_one, is_of_stem) {
        (true, _) => first.id.to_string(),
        (false, true) => format!("{}[{stem}…]", first.id.kind),
        (false, false) => first.id.kind.clone(),
    };
    let short = |f: &&Finding| match (&f.property, is_of_one) {
        (Some(property), true) => property.clone(),
        (Some(_), false) | (None, _) if is_of_stem => f.id.name[stem.len()..].to_owned(),
        (_, _) => f.id.name.clone(),
    };
    let mut named: Vec<String> = Vec::new();
    for name in all.iter().map(short) {
        if named.len() < NAMED && !named.contains(&name) {
            named.push(name);
        }
    }
    let says = match &first.verdict {
        _ if said.is_some() => said.unwrap_or_default().to_owned(),
        Verdict::Missing => "are not there".to_owned(),
        Verdict::Extra => "are there, nobody claims them".to_owned(),
        verdict @ (Verdict::Undecided(_) | Verdict::Differs | Verdict::Same | Verdict::Waived(_)) => {
            saying(&Finding::whole(first.id.clone(), verdict.clone()))
        }
    };
    let line = format!("{} {says}: {}, …", all.len(), named.join(", "));
    write!(out, "{} {}  ", paint(sign, code, look), paint(&for_terminal(&subject), "1", look))?;
    writeln!(out, "{}", cut(&for_terminal(&line), look))?;
    if let Some((from, to)) = first.claimed_at.as_ref().zip(last.claimed_at.as_ref()) {
        let to = if from.file == to.file { format!("line {}", to.line) } else { to.to_string() };
        let line = format!("claimed at {from} to {to}; --verbose lists them");
        writeln!(out, "    {}", paint(&cut(&for_terminal(&line), look), "2", look))?;
    } else {
        writeln!(out, "    {}", paint("--verbose lists them", "2", look))?;
    }
    Ok(())
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

/// The colour and the sign of a verdict.
fn sign(verdict: &Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Undecided(_) => ("33", "?"),
        Verdict::Extra => ("35", "+"),
        Verdict::Missing => ("31", "-"),
        Verdict::Same | Verdict::Differs | Verdict::Waived(_) => ("31", "≠"),
    }
}

fn finding(run: &Run, target: &Target, found: &Finding, look: Look, out: &mut dyn Write) -> Result<()> {
    let (code, word) = sign(&found.verdict);
    let subject = found.subject();
    write!(out, "{} {}", paint(word, code, look), paint(&for_terminal(&subject), "1", look))?;
    if run.command == "e2e" {
        writeln!(out, "  {}", cut(&for_terminal(&saying(found)), look))?;
    } else {
        values(found, subject.chars().count(), look, out)?;
    }
    for line in beside(run, found) {
        writeln!(out, "    {}", paint(&cut(&for_terminal(&line), look), "2", look))?;
    }
    for line in target.contents.get(&subject).map(String::as_str).unwrap_or_default().lines() {
        let code = match line.as_bytes().first() {
            Some(b'-') => "31",
            Some(b'+') => "32",
            _ => "2",
        };
        writeln!(out, "    {}", paint(&cut(&for_terminal(line), look), code, look))?;
    }
    Ok(())
}

/// What was and what is: side by side where there is room, else one below the other.
fn values(found: &Finding, used: usize, look: Look, out: &mut dyn Write) -> Result<()> {
    let (Verdict::Differs, Some(expected)) = (&found.verdict, &found.expected) else {
        return writeln!(out, "  {}", cut(&for_terminal(&saying(found)), look));
    };
    let seen = found.seen.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
    let (old, new) = (for_terminal(expected).into_owned(), for_terminal(&seen).into_owned());
    let (old, new) = if look.all { (old, new) } else { (digest(old), digest(new)) };
    let needed = used + old.chars().count() + new.chars().count() + 8;
    if needed <= look.width.unwrap_or(WIDE) {
        return writeln!(out, "  {} → {}", paint(&old, "31", look), paint(&new, "32", look));
    }
    writeln!(out)?;
    writeln!(out, "    {}", paint(&cut(&format!("- {old}"), look), "31", look))?;
    writeln!(out, "    {}", paint(&cut(&format!("+ {new}"), look), "32", look))
}

/// A digest tells people no more than its beginning does.
fn digest(text: String) -> String {
    const SHOWN: usize = 12;
    let is_digest = matches!(text.len(), 32 | 40 | 64 | 128) && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_digest { text[..SHOWN].to_owned() + "…" } else { text }
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

fn summary(run: &Run, look: Look, out: &mut dyn Write) -> Result<()> {
    // A target that was compared with several others counts once.
    let names: BTreeSet<&str> = run.targets.iter().map(|t| t.name.as_str()).collect();
    let all = |name: &&&str| run.targets.iter().filter(|t| t.name == **name).all(|t| t.exit().code() == 0);
    let good = names.iter().filter(all).count();
    let lost = run.targets.iter().filter(|t| t.unreachable.is_some()).count();
    let lost = if lost > 0 { format!(", {lost} not reached") } else { String::new() };
    let line = format!("{good} of {} targets are as claimed{lost}", names.len());
    writeln!(out, "{}", paint(&line, "1", look))
}

fn cut(text: &str, look: Look) -> String {
    if look.all || text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn paint(text: &str, code: &str, look: Look) -> String {
    if look.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::ResourceId;
    use model::place::Place;
    use model::value::Value;

    fn gone(kind: &str, name: &str, line: u32) -> Finding {
        let claimed_at = Some(Place::line("spec/web/site.yaml", line));
        Finding { claimed_at, ..Finding::whole(ResourceId::new(kind, name), Verdict::Missing) }
    }

    fn written(findings: Vec<Finding>, look: Look) -> String {
        let target = Target { name: "ssh:web".into(), against: "spec/web".into(), findings, ..Target::default() };
        let mut out = Vec::new();
        write(&Run { command: "verify", targets: vec![target] }, look, &mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_settings_of_a_pool_that_is_gone_are_one_line() {
        let mut findings: Vec<Finding> =
            (0..280).map(|n| gone("php-ini", &format!("fpm/shop:setting-{n:03}"), n + 10)).collect();
        findings.push(gone("php-ini", "fpm/www:memory_limit", 400));
        findings.push(gone("php-pool", "shop", 500));
        let text = written(findings.clone(), Look::default());
        assert_eq!(
            text,
            "- php-ini[fpm/shop:…]  280 are not there: setting-000, setting-001, setting-002, setting-003, …\n    \
             claimed at spec/web/site.yaml:10 to line 289; --verbose lists them\n\
             - php-ini[fpm/www:memory_limit]  expected to be there, is not\n    claimed at spec/web/site.yaml:400\n\
             - php-pool[shop]  expected to be there, is not\n    claimed at spec/web/site.yaml:500\n\
             ✗ ssh:web against spec/web: 282 missing\n"
        );
        let all = written(findings, Look { all: true, ..Look::default() });
        assert_eq!(all.matches("is not\n").count(), 282);
    }

    #[test]
    fn what_could_not_be_looked_at_for_one_reason_is_one_line() {
        let why = Why::new(WhyCode::Denied, "sudo");
        let findings =
            (0..9).map(|n| Finding::whole(ResourceId::new("file", format!("/{n}/x")), Verdict::Undecided(why.clone())));
        let text = written(findings.collect(), Look::default());
        assert!(text.starts_with("? file  9 could not look: denied: sudo: /0/x, /1/x, /2/x, /3/x, …\n"), "{text}");
    }

    #[test]
    fn what_was_denied_in_many_places_is_one_line_that_names_each_resource_once() {
        let of = |user: usize, property: &str| Finding {
            property: Some(property.to_owned()),
            ..Finding::whole(
                ResourceId::new("user", format!("u{user}")),
                Verdict::Undecided(Why::new(WhyCode::Denied, format!("/home/{user}"))),
            )
        };
        let findings: Vec<Finding> = (0..6).flat_map(|n| [of(n, "keys"), of(n, "locked")]).collect();
        let text = written(findings.clone(), Look::default());
        let expected = "? user  12 could not look: denied: u0, u1, u2, u3, …\n    --verbose lists them\n";
        assert!(text.starts_with(expected), "{text}");
        let all = written(findings, Look { all: true, ..Look::default() });
        assert_eq!(all.matches("could not look: denied: /home/").count(), 12);
    }

    #[test]
    fn what_differs_is_never_folded_and_stands_in_two_lines_where_one_is_too_short() {
        let differs = |n: usize| Finding {
            property: Some("mode".into()),
            expected: Some("0644".into()),
            seen: Some(Value::Text("0600".into())),
            ..Finding::whole(ResourceId::new("file", format!("/etc/{n}")), Verdict::Differs)
        };
        let text = written((0..20).map(differs).collect(), Look::default());
        assert_eq!(text.matches("  0644 → 0600\n").count(), 20, "{text}");
        let text = written(vec![differs(1)], Look { width: Some(24), ..Look::default() });
        assert!(text.starts_with("≠ file[/etc/1].mode\n    - 0644\n    + 0600\n"), "{text}");
    }
}
