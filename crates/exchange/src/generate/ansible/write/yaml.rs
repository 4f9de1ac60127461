//! YAML as Ansible reads it. What comes from a host is [`Yaml::Data`]: it is quoted so that it stays one scalar, and
//! marked `!unsafe` where Ansible would take a part of it for Jinja. Only [`Yaml::Jinja`] is ever templated.

use std::fmt::Write;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Yaml {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Int(i64),
    /// Text of a host or a person: never templated.
    Data(String),
    /// An expression or template that this program wrote.
    Jinja(String),
    /// Values in an order.
    List(Vec<Yaml>),
    /// Values by key, in the order in which people read them.
    Map(Vec<(String, Yaml)>),
}

impl From<bool> for Yaml {
    fn from(b: bool) -> Self {
        Yaml::Bool(b)
    }
}
impl From<&str> for Yaml {
    fn from(t: &str) -> Self {
        Yaml::Data(t.to_owned())
    }
}
impl From<String> for Yaml {
    fn from(t: String) -> Self {
        Yaml::Data(t)
    }
}

/// A mapping.
pub(crate) fn map<'k>(pairs: impl IntoIterator<Item = (&'k str, Yaml)>) -> Yaml {
    Yaml::Map(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

/// A list of texts.
pub(crate) fn list<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Yaml {
    Yaml::List(items.into_iter().map(|t| Yaml::Data(t.into())).collect())
}

/// How wide a line may be before a text is folded.
const WIDE: usize = 140;

/// How long before that a line is ended between two words.
const LONG_WORD: usize = 30;

/// Writes the value of a key: what follows `key:` on its line, and the lines below it.
pub(crate) fn value(out: &mut String, value: &Yaml, indent: usize) {
    match value {
        Yaml::List(items) if items.is_empty() => out.push_str(" []\n"),
        Yaml::Map(pairs) if pairs.is_empty() => out.push_str(" {}\n"),
        Yaml::List(items) => {
            out.push('\n');
            self::items(out, items, indent + 2);
        }
        Yaml::Map(pairs) => {
            out.push('\n');
            self::pairs(out, pairs, indent + 2, indent + 2);
        }
        Yaml::Bool(_) | Yaml::Int(_) | Yaml::Data(_) | Yaml::Jinja(_) => {
            writeln!(out, " {}", scalar(value, indent)).ok();
        }
    }
}

/// Writes items, a line or more each.
pub(crate) fn items(out: &mut String, items: &[Yaml], indent: usize) {
    for item in items {
        match item {
            Yaml::Map(pairs) if !pairs.is_empty() => {
                write!(out, "{:indent$}- ", "").ok();
                self::pairs(out, pairs, 0, indent + 2);
            }
            Yaml::Map(_) | Yaml::List(_) | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Data(_) | Yaml::Jinja(_) => {
                write!(out, "{:indent$}-", "").ok();
                value(out, item, indent);
            }
        }
    }
}

/// Writes pairs; the first of them at an indent of its own.
fn pairs(out: &mut String, pairs: &[(String, Yaml)], first: usize, indent: usize) {
    for (at, (key, v)) in pairs.iter().enumerate() {
        let indent_of_key = if at == 0 { first } else { indent };
        write!(out, "{:indent_of_key$}{}:", "", quoted(key, indent)).ok();
        value(out, v, indent);
    }
}

fn scalar(value: &Yaml, indent: usize) -> String {
    match value {
        Yaml::Bool(b) => b.to_string(),
        Yaml::Int(n) => n.to_string(),
        Yaml::Data(text) if is_templated(text) => format!("!unsafe {}", double(text, indent)),
        Yaml::Data(text) => quoted(text, indent),
        Yaml::Jinja(text) => double(text, indent),
        Yaml::List(_) | Yaml::Map(_) => String::new(),
    }
}

/// Whether Ansible would template a part of a text.
pub(crate) fn is_templated(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|open| text.contains(open))
}

/// A text, plain where every reader of YAML takes it for just this text.
fn quoted(text: &str, indent: usize) -> String {
    if is_plain(text) { text.to_owned() } else { double(text, indent) }
}

fn is_plain(text: &str) -> bool {
    const WORDS: &[&str] = &["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let is_tame = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '.' | '-' | '+' | '@');
    let in_words = |text: &str| text.split(' ').all(|word| !word.is_empty() && word.chars().all(is_tame));
    begins && in_words(text) && !WORDS.contains(&text.to_ascii_lowercase().as_str()) && text.len() < WIDE
}

/// A text in double quotes: one scalar whatever is in it; a long one over several lines.
fn double(text: &str, indent: usize) -> String {
    let mut out = String::from("\"");
    let mut column = indent + 20;
    for c in text.chars() {
        let piece = escaped(c);
        // Between words where there are some, else where the line is full.
        if column + piece.len() > WIDE || (c == ' ' && column + LONG_WORD > WIDE) {
            // A backslash at the end of a line joins it to the next; one before a blank keeps the blank.
            write!(out, "\\\n{:width$}", "", width = indent + 4).ok();
            column = indent + 4;
            if c == ' ' {
                out.push('\\');
            }
        }
        column += piece.chars().count();
        out.push_str(&piece);
    }
    out.push('"');
    out
}

fn escaped(c: char) -> String {
    match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        c if (model::text::unsafe_on_terminals(c) || c == '\u{2028}') && u32::from(c) <= 0xffff => {
            format!("\\u{:04x}", u32::from(c))
        }
        c if u32::from(c) > 0xffff => format!("\\U{:08x}", u32::from(c)),
        c => c.to_string(),
    }
}

/// Text in a comment: one line, nothing that a terminal or an editor would act on.
pub(crate) fn comment(text: &str) -> String {
    let text = model::text::for_terminal(text);
    if text.chars().count() > 130 { text.chars().take(127).chain("...".chars()).collect() } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(text: &str) -> serde_json::Value {
        let mut out = String::from("key:");
        value(&mut out, &map([("a b", Yaml::List(vec![map([("x", text.into()), ("y", true.into())])]))]), 0);
        let out = out.replace("!unsafe ", "");
        serde_saphyr::from_str(&out).unwrap_or_else(|e| panic!("{e}\n{out}"))
    }

    #[test]
    fn whatever_a_host_says_stays_one_scalar() {
        let long = "ab \\\" ".repeat(90);
        let texts = [
            "",
            "yes",
            "~",
            "12",
            "a: b",
            "- x",
            "#x",
            "a #b",
            "x\ny",
            " pad ",
            "{{ x }}",
            "!tag",
            "&a",
            "*a",
            "é\u{1f600}",
            "\u{1b}[31m",
            "a\u{2028}b",
            "0644",
            "1e3",
            "2024-01-01",
            "'",
            "\"",
            "\\",
            "%x",
            "@x",
            "`x",
            long.as_str(),
            "a:",
            ": a",
            "null",
        ];
        for text in texts {
            assert_eq!(read_back(text)["key"]["a b"][0]["x"], serde_json::Value::from(text), "{text:?}");
        }
    }

    #[test]
    fn jinja_of_a_host_is_marked() {
        let mut out = String::new();
        value(&mut out, &Yaml::from("a {{ b }}"), 0);
        assert_eq!(out, " !unsafe \"a {{ b }}\"\n");
        assert!(is_templated("${#x}") && !is_templated("{ x }"));
    }
}
