//! The reference page of the rules, made of what they say of themselves.

use super::rule::Source;
use super::{RULES, Rule};
use std::fmt::Write;

/// Groups of rules, by the first part of their ids.
const GROUPS: &[(&str, &str)] = &[
    ("NET", "Network"),
    ("KRN", "Kernel"),
    ("TIM", "Time and language"),
    ("SVC", "Services, jobs, people"),
    ("STA", "State"),
    ("LOG", "Logs"),
    ("MON", "Monitoring"),
    ("MAIL", "Mail"),
    ("CFG", "Configuration"),
    ("DEP", "Deployment"),
    ("BAS", "Everything else"),
];

const HEAD: &str = "\
# Rules

What `repot review` proposes for the entries of a spec. Of several proposals for an entry the one counts whose rule is
nearest to it: about exactly this, about what it goes with, about everything of its kind, about the rest. Of equally
near ones what blocks counts first, then what is graver, then the order of the ids.

The verdicts: *keep* (carried over as it is), *adapt* (in another form), *replace* (the platform has its own means), *drop*
(not needed any more), *node* (of the node or the cluster), *block* (a person must decide before anything is generated).
A source of *convention* says that it is usually done so, and that no official document was found which says it.
";

/// The page.
pub(crate) fn page() -> String {
    let mut out = String::from(HEAD);
    for (prefix, title) in GROUPS {
        let of_group = |rule: &&&Rule| rule.id.split('-').next() == Some(*prefix);
        writeln!(out, "\n## {title}\n\n| rule | about | verdict, severity | by | what a person must do | source |\n|---|---|---|---|---|---|").ok();
        for rule in RULES.iter().filter(of_group) {
            out.push_str(&row(rule));
        }
    }
    out.push_str("\n## What rules do not see\n\nNo kind shows it, so look for it yourself.\n\n");
    for rule in RULES {
        if let Some(unseen) = rule.unseen {
            writeln!(out, "- {}: {}", rule.id, cell(unseen)).ok();
        }
    }
    out
}

fn row(rule: &Rule) -> String {
    let source = match rule.source {
        Source::Page(url) => format!("[{}]({url})", url.split('/').nth(2).unwrap_or(url)),
        Source::Convention => "convention".to_owned(),
    };
    let id = rule.id;
    let (summary, mechanism, person) = (cell(rule.summary), cell(rule.mechanism), cell(rule.person));
    format!(
        "| {id} | {summary} | {}, {} | {mechanism} | {person} | {source} |\n",
        rule.verdict.name(),
        rule.severity.name()
    )
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_row() {
        let page = page();
        for rule in RULES {
            assert!(page.contains(&format!("\n| {} | ", rule.id)), "{} is of no group", rule.id);
        }
    }
}
