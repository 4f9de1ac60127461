//! PHP's own format of ini files, also that of FPM's pools: what `php.ini` says, line by line.

use super::constants;

/// One setting as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The `[section]` it stands in; empty before the first.
    pub section: String,
    /// The key, with its `[offset]` if it has one.
    pub key: String,
    /// The value as it is written, without quotes and comment.
    pub written: String,
    /// The value as PHP keeps it: words for yes and no, and levels of errors, are replaced.
    pub kept: String,
    /// Whether it is one of the words for yes or no, without quotes.
    pub word: Option<bool>,
    /// The line it begins on.
    pub line: u32,
}

/// Every setting of a file, in order. What PHP would not understand is left out.
pub fn parse(text: &str) -> Vec<Entry> {
    let mut reader = Reader { text, at: 0, line: 1 };
    let (mut section, mut entries) = (String::new(), Vec::new());
    while let Some(c) = reader.peek() {
        match c {
            '\n' => reader.next_line(),
            c if c.is_whitespace() => reader.skip(c),
            ';' | '#' => reader.skip_line(),
            '[' => section = reader.section(),
            _ => entries.extend(reader.entry(&section)),
        }
    }
    entries
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, c: char) {
        self.at += c.len_utf8();
    }

    fn next_line(&mut self) {
        self.at += 1;
        self.line = self.line.saturating_add(1);
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// What stands before the end of the line or one of the marks.
    fn until(&mut self, marks: &[char]) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| c == '\n' || marks.contains(&c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn section(&mut self) -> String {
        self.at += 1;
        let name = self.until(&[']']).trim().trim_matches(['"', '\'']).to_owned();
        self.skip_line();
        name
    }

    fn entry(&mut self, section: &str) -> Option<Entry> {
        let line = self.line;
        let key = self.until(&['=', ';']).trim().to_owned();
        if self.peek() != Some('=') {
            self.skip_line();
            return None;
        }
        self.at += 1;
        let (written, quoted) = self.value();
        let word = if quoted { None } else { word(&written) };
        let kept = match word {
            Some(true) => "1".to_owned(),
            Some(false) => String::new(),
            None if quoted => written.clone(),
            None => kept(&written),
        };
        (!key.is_empty()).then(|| Entry { section: section.to_owned(), key, written, kept, word, line })
    }

    /// The value up to its comment or its line's end; a quoted part may run over several lines.
    fn value(&mut self) -> (String, bool) {
        let (mut value, mut quoted, mut keep) = (String::new(), false, 0);
        while let Some(c) = self.peek() {
            match c {
                '\n' => break,
                ';' => {
                    self.skip_line();
                    break;
                }
                '"' | '\'' => {
                    quoted = true;
                    if keep == 0 {
                        value.clear();
                    }
                    self.quoted(c, &mut value);
                    keep = value.len();
                }
                c => {
                    self.skip(c);
                    value.push(c);
                }
            }
        }
        // Blanks are trimmed outside of quotes only.
        let end = value.trim_end().len().max(keep);
        value.truncate(end);
        let blanks = if quoted { 0 } else { value.len() - value.trim_start().len() };
        (value.split_off(blanks), quoted)
    }

    fn quoted(&mut self, mark: char, into: &mut String) {
        self.skip(mark);
        while let Some(c) = self.peek() {
            self.skip(c);
            if c == mark {
                return;
            }
            if c == '\n' {
                self.line = self.line.saturating_add(1);
            }
            let escaped = self.peek().filter(|e| mark == '"' && c == '\\' && matches!(e, '"' | '\\'));
            match escaped {
                Some(e) => {
                    self.skip(e);
                    into.push(e);
                }
                None => into.push(c),
            }
        }
    }
}

fn word(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|w| text.eq_ignore_ascii_case(w));
    if is(&["on", "yes", "true"]) {
        Some(true)
    } else if is(&["off", "no", "false", "none", "null"]) {
        Some(false)
    } else {
        None
    }
}

fn kept(written: &str) -> String {
    // A bare number stays as it is written.
    let calculates = written.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '~' | '!'))
        || written.contains(['|', '&', '^']);
    let value = if calculates { constants::value(written) } else { None };
    value.map_or_else(|| written.to_owned(), |v| v.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> (String, String) {
        let entry = parse(text).pop().unwrap();
        (entry.key, entry.kept)
    }

    #[test]
    fn values_are_kept_as_php_keeps_them() {
        for (text, kept) in [
            ("a = 256M ; for reports", "256M"),
            ("a=\"x;y\" ; z", "x;y"),
            ("a = 'it''s'", "its"),
            ("a = \"say \\\"hi\\\"\"", "say \"hi\""),
            ("a = On", "1"),
            ("a = none", ""),
            ("a = \"On\"", "On"),
            ("a =", ""),
            ("a = E_ALL & ~E_NOTICE", "32759"),
            ("a = -1", "-1"),
            ("a = a=href,area=href", "a=href,area=href"),
            ("a = \" b \"", " b "),
        ] {
            assert_eq!(one(text), ("a".to_owned(), kept.to_owned()), "{text}");
        }
    }

    #[test]
    fn sections_and_lines_are_known() {
        let entries = parse("; c\n[PHP]\nb\na = \"1\n2\"\n[www] ; x\nenv[X] = y\n");
        let seen: Vec<_> = entries.iter().map(|e| (e.section.as_str(), e.key.as_str(), e.line)).collect();
        assert_eq!(seen, [("PHP", "a", 4), ("www", "env[X]", 7)]);
        assert_eq!(entries[0].kept, "1\n2");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[a\\[\\]='\";\\\\\n é&~]{0,60}") {
            let lines = u32::try_from(text.lines().count()).unwrap();
            for entry in parse(&text) {
                prop_assert!(entry.line <= lines && !entry.key.is_empty());
            }
        }
    }
}
