//! Words: quotes taken off, variables put in, and what only a run could tell left as it is written.

use super::super::statement::Confidence;
use super::super::tree::{children, named, text};
use super::DEEPEST;
use super::Shell;
use super::word::Word;
use tree_sitter::Node;

/// Reads words of one text.
pub(super) struct Expand<'a, 'f> {
    pub(super) shell: &'a Shell<'f>,
    pub(super) source: &'a str,
    /// What a substitution prints, where that is known.
    pub(super) substituted: &'a dyn Fn(Node<'_>) -> Option<Word>,
}

impl Expand<'_, '_> {
    /// A node as a word.
    pub(super) fn word(&self, node: Node<'_>) -> Word {
        let mut word = self.part(node, 0);
        // The grammar ends a word before the digit of `a/$1`.
        let after = self.source.get(node.end_byte()..).unwrap_or("");
        let digits = &after[..after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len()];
        if word.text.ends_with('$') && !digits.is_empty() && text(node, self.source).ends_with('$') {
            word.text.pop();
            word.push(self.variable(&digits[..1], &format!("${}", &digits[..1])));
            word.push(Word::literal(&digits[1..]));
        }
        word
    }

    /// Whether a node is the digit of `a/$1`, which belongs to the word before it.
    pub(super) fn is_rest(&self, node: Node<'_>) -> bool {
        node.kind() == "number"
            && node.start_byte() > 0
            && self.source.as_bytes().get(node.start_byte() - 1) == Some(&b'$')
    }

    /// A node as the words it gives: braces make several of one.
    pub(super) fn words(&self, node: Node<'_>) -> Vec<Word> {
        if matches!(text(node, self.source), "\"$@\"" | "$@" | "$*" | "\"${@}\"") && !self.shell.arguments.is_empty() {
            let folded = |w: &Word| Word { confidence: w.confidence.max(Confidence::Folded), ..w.clone() };
            return self.shell.arguments.iter().map(folded).collect();
        }
        let word = self.word(node);
        if word.lacks.is_none() && is_bare(node) && word.text.contains('{') {
            return braces(&word.text).into_iter().map(|text| Word { text, ..word.clone() }).collect();
        }
        let is_list = node.kind() == "simple_expansion" || node.kind() == "expansion";
        if is_list && word.lacks.is_none() {
            // Without quotes, what a variable holds is split.
            return word.text.split_whitespace().map(|t| Word { text: t.to_owned(), ..word.clone() }).collect();
        }
        vec![word]
    }

    fn part(&self, node: Node<'_>, depth: usize) -> Word {
        let raw = text(node, self.source);
        if depth > DEEPEST {
            return Word::unknown(raw, "a word nested too deep");
        }
        match node.kind() {
            "word" | "number" | "command_name" if node.named_child_count() > 0 => self.parts(node, depth, unescaped),
            "word" | "number" | "extglob_pattern" | "regex" | "variable_name" | "test_operator" => {
                Word { is_pattern: has_pattern(raw), ..Word::literal(unescaped(raw)) }
            }
            "command_name" => Word { is_pattern: has_pattern(raw), ..Word::literal(unescaped(raw)) },
            "raw_string" => Word::literal(raw.trim_start_matches('\'').strip_suffix('\'').unwrap_or(raw)),
            "ansi_c_string" => Word::literal(ansi(raw)),
            "string" => self.parts(node, depth, unescaped_in_quotes),
            "translated_string" | "concatenation" => self.parts(node, depth, unescaped),
            "string_content" => Word::literal(unescaped_in_quotes(raw)),
            "simple_expansion" => self.variable(raw.trim_start_matches('$'), raw),
            "expansion" => self.expansion(node, raw, depth),
            "brace_expression" => Word::literal(raw),
            "command_substitution" => {
                (self.substituted)(node).unwrap_or_else(|| Word::unknown(raw, format!("what {} prints", short(raw))))
            }
            _ if node.is_error() => Word::unknown(raw, format!("{} is no shell", short(raw))),
            _ => Word::unknown(raw, format!("what {} gives", short(raw))),
        }
    }

    /// The parts of a word in their order; what stands between them is text.
    fn parts(&self, node: Node<'_>, depth: usize, plain: fn(&str) -> String) -> Word {
        let mut word = Word::literal("");
        let (mut at, mut end) = (node.start_byte(), node.end_byte());
        if node.kind() == "string" {
            at += 1;
            end = end.saturating_sub(1).max(at);
        } else if node.kind() == "translated_string" {
            at += 1;
        }
        for child in named(node) {
            word.push(Word::literal(plain(self.source.get(at..child.start_byte()).unwrap_or(""))));
            word.push(self.part(child, depth + 1));
            at = child.end_byte();
        }
        word.push(Word::literal(plain(self.source.get(at..end.max(at)).unwrap_or(""))));
        word
    }

    /// A heredoc's text: variables are put in unless its mark is quoted.
    pub(super) fn heredoc(&self, body: Node<'_>, is_literal: bool) -> Word {
        let raw = text(body, self.source);
        if is_literal {
            return Word::literal(raw);
        }
        let mut word = Word::literal("");
        let mut at = body.start_byte();
        for child in named(body).into_iter().filter(|c| c.kind() != "heredoc_content") {
            word.push(Word::literal(unescaped_in_quotes(self.source.get(at..child.start_byte()).unwrap_or(""))));
            word.push(self.part(child, 1));
            at = child.end_byte();
        }
        word.push(Word::literal(unescaped_in_quotes(self.source.get(at..body.end_byte()).unwrap_or(""))));
        word
    }

    fn variable(&self, name: &str, raw: &str) -> Word {
        match self.shell.variables.get(name) {
            Some(value) => {
                Word { confidence: value.confidence.max(Confidence::Folded), is_pattern: false, ..value.clone() }
            }
            None => match (name, &self.shell.user, &self.shell.dir) {
                ("HOME", Some(user), _) => folded(super::call::home(user)),
                ("USER" | "LOGNAME", Some(user), _) => folded(user.clone()),
                ("PWD", _, Some(dir)) => folded(dir.clone()),
                _ => Word::unknown(raw, format!("the value of {raw}")),
            },
        }
    }

    fn expansion(&self, node: Node<'_>, raw: &str, depth: usize) -> Word {
        let parts = children(node);
        let names: Vec<_> =
            parts.iter().filter(|n| matches!(n.kind(), "variable_name" | "special_variable_name")).collect();
        let Some(name) = names.first().map(|n| text(**n, self.source)) else {
            return Word::unknown(raw, format!("the value of {}", short(raw)));
        };
        let operator = parts.iter().find(|n| !n.is_named() && !matches!(n.kind(), "${" | "}" | "\""));
        let value = self.variable(name, raw);
        let has_value = value.lacks.is_none() && !value.text.is_empty();
        match operator.map(|n| n.kind()) {
            None => value,
            Some(":-" | ":=" | "-" | "=") => {
                let default = parts.iter().skip_while(|n| n.id() != operator.map_or(0, Node::id)).nth(1);
                match default.filter(|n| n.kind() != "}") {
                    _ if has_value => value,
                    // What the environment had is not known, the default is what is meant.
                    Some(node) => {
                        let word = self.part(*node, depth + 1);
                        Word { confidence: word.confidence.max(Confidence::Folded), ..word }
                    }
                    None => folded(String::new()),
                }
            }
            Some(":?" | "?") if has_value => value,
            Some(_) => Word::unknown(raw, format!("the value of {}", short(raw))),
        }
    }
}

fn folded(text: String) -> Word {
    Word { confidence: Confidence::Folded, ..Word::literal(text) }
}

fn is_bare(node: Node<'_>) -> bool {
    matches!(node.kind(), "word" | "concatenation" | "brace_expression")
}

fn has_pattern(raw: &str) -> bool {
    raw.contains(['*', '?']) || (raw.contains('[') && raw.contains(']'))
}

fn short(raw: &str) -> String {
    super::super::statement::one_line(raw).chars().take(60).collect()
}

/// Text outside of quotes: a backslash takes the meaning from what follows.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(c) => out.push(c),
            },
            c => out.push(c),
        }
    }
    out
}

/// Text in double quotes, where a backslash escapes only what has a meaning there.
fn unescaped_in_quotes(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('\n')) => drop(chars.next()),
            ('\\', Some('$' | '`' | '"' | '\\')) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

/// `$'…'`.
fn ansi(raw: &str) -> String {
    let inner = raw.strip_prefix("$'").unwrap_or(raw);
    escapes(inner.strip_suffix('\'').unwrap_or(inner))
}

/// The escapes of `$'…'`, `echo -e` and `printf`.
pub(super) fn escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('e') => out.push('\u{1b}'),
            Some('0') => out.push('\0'),
            Some(c @ ('\\' | '\'' | '"')) => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

/// The words of `a{b,c}d` and `a{1..3}`; a word without braces is itself.
fn braces(text: &str) -> Vec<String> {
    const MOST: usize = 1000;
    let mut words = vec![String::new()];
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
        let inner = &rest[open + 1..close];
        let items: Vec<String> = match inner.split_once("..") {
            Some((from, to)) => range(from, to).unwrap_or_default(),
            None if inner.contains(',') && !inner.contains('{') => inner.split(',').map(str::to_owned).collect(),
            None => Vec::new(),
        };
        let items = if items.is_empty() { vec![format!("{{{inner}}}")] } else { items };
        if words.len() * items.len() > MOST {
            return vec![text.to_owned()];
        }
        words = words.iter().flat_map(|w| items.iter().map(move |i| format!("{w}{}{i}", &rest[..open]))).collect();
        rest = &rest[close + 1..];
    }
    words.iter().map(|w| format!("{w}{rest}")).collect()
}

fn range(from: &str, to: &str) -> Option<Vec<String>> {
    let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
    if to.checked_sub(from)?.unsigned_abs() > 500 {
        return None;
    }
    Some(if from <= to {
        (from..=to).map(|n| n.to_string()).collect()
    } else {
        (to..=from).rev().map(|n| n.to_string()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_make_several_words() {
        assert_eq!(braces("a{b,c}d"), ["abd", "acd"]);
        assert_eq!(braces("x{1..3}"), ["x1", "x2", "x3"]);
        assert_eq!(braces("{a}"), ["{a}"]);
        assert_eq!(braces("a{"), ["a{"]);
    }

    #[test]
    fn escapes_are_those_of_the_shell() {
        assert_eq!(escapes("a\\nb\\q"), "a\nb\\q");
        assert_eq!(unescaped_in_quotes("\\$x \\a"), "$x \\a");
        assert_eq!(unescaped("a\\ b"), "a b");
    }
}
