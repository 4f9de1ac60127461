//! Passwords in SQL: `IDENTIFIED BY 'x'`, `WITH PASSWORD 'x'`, `PASSWORD('x')`.

use crate::detector::Detector;
use crate::document::Document;
use crate::hit::SecretType;
use crate::literal::literal;
use crate::scan;
use crate::span::Finds;
use crate::value;

pub(super) const DETECTOR: Detector = Detector {
    name: "sql_statement",
    summary: "passwords in SQL: `IDENTIFIED BY 'x'`, `WITH PASSWORD 'x'`, `PASSWORD('x')`",
    find,
};

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let mut at = 0;
    while at < bytes.len() {
        at = scan::skip(bytes, at, |b| !matches!(b, b'I' | b'i' | b'P' | b'p'));
        let clause = after_words(bytes, at, &["identified", "by", "password"])
            .or_else(|| after_words(bytes, at, &["identified", "by"]))
            .or_else(|| identified_with(bytes, at))
            .or_else(|| after_words(bytes, at, &["password"]));
        let Some(found) =
            clause.map(|c| opened(bytes, c)).filter(|c| bytes.get(*c) != Some(&b'`')).and_then(|c| literal(bytes, c))
        else {
            at += 1;
            continue;
        };
        let inner = found.inner.clone();
        if inner.len() > 1 && !value::is_reference(&bytes[inner.clone()]) && !sentence(&bytes[inner.clone()]) {
            finds.add(SecretType::Password, inner, found.coding);
        }
        at = found.end;
    }
}

/// `IDENTIFIED WITH plugin BY` or `AS`.
fn identified_with(bytes: &[u8], at: usize) -> Option<usize> {
    let plugin = after_words(bytes, at, &["identified", "with"])?;
    let end = scan::skip(&bytes[..bytes.len().min(plugin + 64)], plugin, |b| !b.is_ascii_whitespace());
    let next = scan::skip(&bytes[..bytes.len().min(end + 16)], end, |b| b.is_ascii_whitespace());
    after_words(bytes, next, &["by"]).or_else(|| after_words(bytes, next, &["as"]))
}

/// Where these words end that begin here, with white space between and after.
fn after_words(bytes: &[u8], at: usize, words: &[&str]) -> Option<usize> {
    let mut at = at;
    for word in words {
        let end = at + word.len();
        if !bytes.get(at..end)?.eq_ignore_ascii_case(word.as_bytes()) {
            return None;
        }
        let next = scan::skip(&bytes[..bytes.len().min(end + 32)], end, |b| b.is_ascii_whitespace());
        if next == end && bytes.get(end) != Some(&b'(') {
            return None;
        }
        at = next;
    }
    Some(at)
}

/// After an opening parenthesis, if there is one.
fn opened(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at) == Some(&b'(') { at + 1 } else { at }
}

fn sentence(text: &[u8]) -> bool {
    text.iter().filter(|b| b.is_ascii_whitespace()).count() > 1 || text.ends_with(b":") || text.ends_with(b": ")
}
