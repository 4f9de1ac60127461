//! Scalars: how a value is written so that every YAML reader reads it back, and what a written one means.

use model::value::Value;
use std::fmt::Write;

/// What a scalar means: only true and false are yes and no (YAML 1.2), and `0644` is text.
pub(crate) fn meaning(text: &str, is_plain: bool) -> Value {
    match text {
        "true" | "True" | "TRUE" if is_plain => Value::Bool(true),
        "false" | "False" | "FALSE" if is_plain => Value::Bool(false),
        _ if is_plain && is_number(text) => text.parse().map_or_else(|_big| Value::from(text), Value::Int),
        _ => Value::from(text),
    }
}

/// Whether a text written for a version is a range of versions.
pub(crate) fn is_range(text: &str) -> bool {
    text.starts_with(['<', '>', '=', '!'])
}

/// Whether a text is a number with a point.
pub(crate) fn is_fraction(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits.split_once('.').is_some_and(|(whole, rest)| all_digits(whole) && all_digits(rest))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'))
}

/// A value in one line.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Text(text) => quoted(text),
        Value::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries: Vec<String> = map.iter().map(|(k, v)| format!("{}: {}", quoted(k), written(v))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// Text as a scalar: plain where every reader, YAML 1.1 too, takes it as that text; in double quotes otherwise.
pub(crate) fn quoted(text: &str) -> String {
    if is_safe(text) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if u32::from(c) > 0xffff && !c.is_alphanumeric() => push_hex(&mut out, 'U', 8, c),
            c if model::text::unsafe_on_terminals(c)
                || matches!(c, '\u{85}' | '\u{a0}' | '\u{e000}'..='\u{f8ff}' | '\u{fffe}' | '\u{ffff}') =>
            {
                push_hex(&mut out, 'u', 4, c);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn push_hex(out: &mut String, letter: char, width: usize, c: char) {
    // Writing to a string does not fail.
    write!(out, "\\{letter}{:0width$x}", u32::from(c)).ok();
}

fn is_safe(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let begins = first.is_ascii_alphabetic() || matches!(first, '/' | '_');
    let goes_on =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '.' | '-' | '+' | '@' | '*' | '$' | '(' | ')');
    begins && text.chars().all(goes_on) && text.len() < 200 && !is_word(text)
}

/// Words that some reader takes for yes, no, nothing or a number.
fn is_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "null" | "nan" | "inf" | "infinity"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec_file::node::{Source, What, read};
    use proptest::prelude::*;

    fn back(text: &str) -> Value {
        let file = format!("a: {{b: [{}]}}\n", quoted(text));
        let node = read(Source { path: "t", text: &file }).unwrap().unwrap();
        let list = &node.map().unwrap()[0].1.map().unwrap()[0].1;
        let What::List(items) = &list.what else { panic!("{list:?}") };
        let What::Scalar { text, is_plain } = &items[0].what else { panic!("{items:?}") };
        meaning(text, *is_plain)
    }

    #[test]
    fn traps_come_back_as_text() {
        for text in [
            "",
            "yes",
            "no",
            "on",
            "12:30",
            "2024-01-01",
            "=",
            "<<",
            "0644",
            "1e3",
            "~",
            "null",
            "true",
            "1440",
            "- a",
            "a: b",
            "a #b",
            "{{ x }}",
            "$( )",
            "'",
            "\"",
            "\\",
            "a\nb",
            "\u{85}",
            "\u{feff}",
            "!x",
            "&a",
            "*a",
            "%a",
            "@a",
            "`a`",
            "\u{1f600}",
            "\u{2028}",
            "-",
            "?",
            "|",
            ">",
            ",",
            "[",
            "\u{7f}",
            " a",
            "a ",
            "é",
        ] {
            assert_eq!(back(text), Value::from(text), "{text:?} is written {}", quoted(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "\\PC*") {
            prop_assert_eq!(back(&text), Value::from(text.as_str()));
        }

        #[test]
        fn any_characters_come_back(text: String) {
            prop_assert_eq!(back(&text), Value::from(text.as_str()));
        }
    }
}
