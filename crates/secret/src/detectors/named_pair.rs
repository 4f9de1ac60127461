//! A name and its value as two fields beside each other: `name: DB_PASSWORD` and `value: x`, as Kubernetes, ECS and XML have them.

use crate::detector::Detector;
use crate::document::Document;
use crate::format::Format;
use crate::literal::{Coding, whole_literal};
use crate::name::{self, Named};
use crate::scan;
use crate::span::Finds;
use crate::value::{self, Setting};
use std::ops::Range;

pub(super) const DETECTOR: Detector = Detector {
    name: "named_pair",
    summary: "a secret's name and its value in two fields beside each other: `name: DB_PASSWORD`, `value: x`",
    find,
};

/// Fields that hold a name, and those that hold a value.
const NAMES: &[&str] = &["name", "key", "variable", "option", "id", "property", "param"];
const VALUES: &[&str] = &["value", "content", "val", "default", "defaultvalue"];

/// How far after a name its value is looked for.
const LONGEST: usize = 256;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    if document.format == Format::Binary {
        return;
    }
    let mut at = 0;
    while at < bytes.len() {
        let field = next_word(bytes, at);
        at = field.end.max(at + 1);
        if !NAMES.contains(&scan::lower(&bytes[field.clone()]).as_str()) {
            continue;
        }
        let Some((_, name)) = value_of(bytes, field.end) else { continue };
        let Some(named) = name::named(&bytes[name.clone()]) else { continue };
        if let Some((coding, secret)) = value_near(bytes, name.end) {
            take(document, named, coding, secret, finds);
        }
    }
}

fn next_word(bytes: &[u8], from: usize) -> Range<usize> {
    let start = scan::skip(bytes, from, |b| !b.is_ascii_alphabetic());
    start..scan::skip(bytes, start, |b| b.is_ascii_alphabetic() || b == b'_')
}

/// The value of the field whose name ends here, on the same line.
fn value_of(bytes: &[u8], end: usize) -> Option<(Coding, Range<usize>)> {
    let window = &bytes[..bytes.len().min(end + LONGEST)];
    let closed = scan::skip(window, end, |b| matches!(b, b'"' | b'\''));
    let mark = scan::skip(window, closed, scan::is_blank);
    if !matches!(window.get(mark), Some(b':' | b'=')) {
        return None;
    }
    let start = scan::skip(window, mark + 1, scan::is_blank);
    if let Some(found) = whole_literal(window, start) {
        let xml = window[mark] == b'=';
        return Some((if xml { Coding::Xml } else { found.coding }, found.inner));
    }
    let stop = scan::skip(window, start, |b| !scan::is_line_end(b) && !matches!(b, b'}' | b','));
    Some((Coding::Plain, scan::trim(window, start..stop)))
}

/// The value of the value field that comes next, with nothing but marks and white space between.
fn value_near(bytes: &[u8], end: usize) -> Option<(Coding, Range<usize>)> {
    let window = &bytes[..bytes.len().min(end + LONGEST)];
    let field = scan::skip(window, end, |b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b','));
    let field = next_word(window, field).start.min(field)..next_word(window, field).end;
    let name = scan::lower(&window[field.clone()]);
    if VALUES.contains(&name.as_str()) { value_of(bytes, field.end) } else { None }
}

fn take(document: &Document<'_>, named: Named, coding: Coding, secret: Range<usize>, finds: &mut Finds<'_>) {
    let place = document.place();
    let setting = Setting { strength: named.strength, place, quoted: true };
    if !secret.is_empty() && value::is_secret(&document.bytes[secret.clone()], setting) {
        finds.add(named.what, secret, coding);
    }
}
