//! The lines of a configuration file and their words, by Apache's own rules: a backslash at the end joins lines, a `#`
//! counts only where a line begins, quotes only where a word does.

/// A line, joined of those that end with a backslash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its text without what surrounds it.
    pub(crate) text: String,
    /// Its number, from 1.
    pub(crate) first: u32,
    /// The number of the last one that was joined to it.
    pub(crate) last: u32,
}

/// The lines of a file that are neither empty nor comments.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut all = Vec::new();
    let mut open: Option<Line> = None;
    for (number, raw) in (1..).zip(text.lines()) {
        let (part, goes_on) = match raw.strip_suffix('\\') {
            Some(part) => (part, true),
            None => (raw, false),
        };
        let line = open.get_or_insert_with(|| Line { text: String::new(), first: number, last: number });
        line.text.push_str(part);
        line.last = number;
        if !goes_on {
            all.extend(open.take());
        }
    }
    all.extend(open);
    for line in &mut all {
        line.text = line.text.trim().to_owned();
    }
    all.retain(|line| !line.text.is_empty() && !line.text.starts_with('#'));
    all
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((word, after)) = word(rest) {
        all.push(word);
        rest = after;
    }
    all
}

/// The first word of a text, and what follows it.
pub(crate) fn word(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let first = text.chars().next()?;
    let quote = matches!(first, '"' | '\'').then_some(first);
    let mut word = String::new();
    let mut chars = text.char_indices().skip(usize::from(quote.is_some())).peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            '\\' if next == Some('\\') || (quote.is_some() && next == quote) => {
                word.extend(next);
                chars.next();
            }
            c if Some(c) == quote => return Some((word, &text[at + c.len_utf8()..])),
            c if quote.is_none() && c.is_whitespace() => return Some((word, &text[at..])),
            c => word.push(c),
        }
    }
    Some((word, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_comments_left_out() {
        let all = lines("a b\\\n c\n# x \\\n  y\n\n  d # no comment\n\\\n");
        let shown: Vec<(&str, u32, u32)> = all.iter().map(|l| (l.text.as_str(), l.first, l.last)).collect();
        assert_eq!(shown, [("a b c", 1, 2), ("d # no comment", 6, 6)]);
    }

    #[test]
    fn words_are_as_apache_takes_them() {
        assert_eq!(
            words(r#"a  "b c" 'd "e' f"g h" \"i\" "j\"k\\l\m" "#),
            ["a", "b c", "d \"e", "f\"g", "h\"", "\\\"i\\\"", "j\"k\\l\\m"]
        );
        assert_eq!(words(r"\.php$ \\x"), [r"\.php$", r"\x"]);
        assert_eq!(words("\"open and on"), ["open and on"]);
        assert!(words("  ").is_empty());
    }
}
