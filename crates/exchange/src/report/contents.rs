//! What differs in the contents of a file, as lines that people know from `diff -u`.

use similar::{Algorithm, ChangeTag, TextDiff};

/// Lines around a change.
const AROUND: usize = 2;

/// The most lines that are shown of one file.
const MOST_LINES: usize = 60;

/// How many pairs of lines are compared at most: what differs from beginning to end is told, not shown.
const MOST_PAIRS: usize = 1_000_000;

/// What changes from one text to the other; empty when nothing does.
pub fn unified(expected: &str, seen: &str) -> String {
    if expected == seen {
        return String::new();
    }
    let (old, new) = between(expected, seen);
    if old.saturating_mul(new) > MOST_PAIRS {
        return format!("… {old} lines became {new} others\n");
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(expected, seen);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        if let Some(first) = group.first() {
            lines.push(format!("@@ -{} +{} @@", first.old_range().start + 1, first.new_range().start + 1));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            lines.push(format!("{sign}{}", change.value().trim_end_matches(['\n', '\r'])));
        }
    }
    shortened(lines)
}

/// How many lines stand between what both texts begin with and what both end with.
fn between(expected: &str, seen: &str) -> (usize, usize) {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), seen.lines().collect());
    let begin = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[begin..], &new[begin..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    (old.len() - end, new.len() - end)
}

fn shortened(mut lines: Vec<String>) -> String {
    let more = lines.len().saturating_sub(MOST_LINES);
    if more > 0 {
        lines.truncate(MOST_LINES);
        lines.push(format!("… and {more} lines more"));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_shown_with_what_is_around_it() {
        let old: String = (1..=9).map(|n| format!("line {n}\n")).collect();
        let new = old.replace("line 5\n", "line five\n");
        assert_eq!(unified(&old, &new), "@@ -3 +3 @@\n line 3\n line 4\n-line 5\n+line five\n line 6\n line 7\n");
        assert_eq!(unified(&old, &old), "");
    }

    #[test]
    fn it_is_bounded() {
        let (old, new) = ("a\n".repeat(500), "b\n".repeat(500));
        assert_eq!(unified(&old, &new).lines().count(), MOST_LINES + 1);
        let (old, new) = ("a\n".repeat(500_000), "b\n".repeat(500_000));
        assert_eq!(unified(&old, &new), "… 500000 lines became 500000 others\n");
    }
}
