//! YAML of values, so that every reader reads them back: text of a host is quoted wherever it could be anything else.

use crate::spec_file::scalar::quoted;
use serde_json::Value;
use std::fmt::Write;

/// A document.
pub(crate) fn document(value: &Value) -> String {
    let mut out = String::new();
    node(&mut out, value, 0);
    out
}

/// Several documents of one file.
pub(crate) fn documents(values: &[Value]) -> String {
    values.iter().map(document).collect::<Vec<_>>().join("---\n")
}

/// A key and a text of several lines, as people read it; quoted where it holds what such a block does not keep.
pub(crate) fn block(key: &str, text: &str, indent: usize) -> String {
    let is_tame = |c: char| c == '\n' || !(c.is_control() || model::text::unsafe_on_terminals(c));
    let pad = " ".repeat(indent);
    if !text.ends_with('\n') || text.starts_with([' ', '\n']) || text.ends_with("\n\n") || !text.chars().all(is_tame) {
        return format!("{pad}{}: {}\n", quoted(key), quoted(text));
    }
    let lines = text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{pad}  {line}\n") });
    format!("{pad}{}: |\n{}", quoted(key), lines.collect::<String>())
}

/// A comment on one line.
pub(crate) fn comment(text: &str) -> String {
    let tame = |c: char| if c.is_control() || model::text::unsafe_on_terminals(c) { ' ' } else { c };
    text.chars().map(tame).collect()
}

fn node(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                write!(out, "{}{}:", " ".repeat(indent), quoted(key)).ok();
                after(out, value, indent);
            }
        }
        Value::Array(items) => {
            for item in items {
                let pad = " ".repeat(indent);
                match item {
                    Value::Object(map) if !map.is_empty() => {
                        let mut inner = String::new();
                        node(&mut inner, item, indent + 2);
                        write!(out, "{pad}- {}", inner.trim_start_matches(' ')).ok();
                    }
                    Value::Object(_)
                    | Value::Array(_)
                    | Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_) => {
                        write!(out, "{pad}-").ok();
                        after(out, item, indent);
                    }
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            writeln!(out, "{}{}", " ".repeat(indent), scalar(value)).ok();
        }
    }
}

fn after(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(map) if map.is_empty() => out.push_str(" {}\n"),
        Value::Array(items) if items.is_empty() => out.push_str(" []\n"),
        Value::Object(_) | Value::Array(_) => {
            out.push('\n');
            node(out, value, indent + 2);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            writeln!(out, " {}", scalar(value)).ok();
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            other.to_string()
        }
    }
}
