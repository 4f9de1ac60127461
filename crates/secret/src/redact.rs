//! Replacing secrets, again and again until there is none left, so that what is redacted stays as it is.

use crate::detector::find;
use crate::document::Document;
use crate::entropy;
use crate::fingerprint::Key;
use crate::format::Format;
use crate::hint;
use crate::hit::{Hit, SecretType};
use crate::literal::Coding;
use crate::scan;
use crate::span::{Finds, Span, replaced};
use crate::value::{self, Place, Setting};
use crate::whole_file::whole_file_secret;

/// A text without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text, a fingerprint in each secret's place.
    pub bytes: Vec<u8>,
    /// The secrets there were, where they stood.
    pub hits: Vec<Hit>,
    /// Whether it was read as text. In what is none only secrets that show themselves are found.
    pub is_text: bool,
}

/// How often a text is looked through at most. What is replaced never comes back, so this is never reached but by
/// a text made for it.
const MOST_ROUNDS: usize = 8;

/// A file's contents without its secrets. The path says what format to expect; nothing is read from it.
#[must_use]
pub fn redact_file(path: &str, bytes: &[u8], key: &Key) -> Redacted {
    if whole_file_secret(path, bytes) {
        let mut text = key.fingerprint(bytes).to_string().into_bytes();
        text.push(b'\n');
        return Redacted {
            bytes: text,
            hits: vec![Hit { line: 1, column: 1, what: SecretType::WholeFile, by: "whole_file" }],
            is_text: true,
        };
    }
    let is_text = Format::of(path, bytes) != Format::Binary;
    Redacted { is_text, ..rounds(bytes, key, |bytes| find(&Document::file(path, bytes))) }
}

/// One value without its secrets: a property's, a variable's, a command line. The hint is what the value is called.
#[must_use]
pub fn redact_value(name_hint: &str, text: &str, key: &Key) -> (String, Vec<Hit>) {
    let redacted = rounds(text.as_bytes(), key, |bytes| find_in_value(name_hint, bytes));
    // Spans begin and end at ASCII characters or the text's ends, so nothing is lost here.
    (String::from_utf8_lossy(&redacted.bytes).into_owned(), redacted.hits)
}

fn find_in_value(hint: &str, bytes: &[u8]) -> Vec<Span> {
    let document = Document::value(bytes);
    let mut finds = Finds::new(&document);
    finds.detector("named_value");
    let text = scan::trim(bytes, 0..bytes.len());
    if let Some(named) = hint::named(hint).filter(|_| !text.is_empty()) {
        let setting = Setting { strength: named.strength, place: Place::Live, quoted: true };
        if value::is_secret(&bytes[text.clone()], setting) {
            finds.add(named.what, text.clone(), Coding::Plain);
        }
    } else if hint::names_a_value(hint) && is_random(&bytes[text.clone()]) {
        finds.detector("random_literal");
        finds.add(SecretType::Random, text, Coding::Plain);
    }
    let mut spans = finds.joined();
    spans.extend(find(&document));
    joined(spans)
}

/// A whole value that is random, and not a digest by its length alone.
fn is_random(text: &[u8]) -> bool {
    let plain =
        text.len() >= 20 && text.len() <= 512 && text.iter().all(|b| scan::is_base64(*b)) && !value::is_path(text);
    plain && !text.iter().all(u8::is_ascii_hexdigit) && entropy::is_random(text)
}

fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|s| (s.range.start, std::cmp::Reverse(s.range.end)));
    let mut kept: Vec<Span> = Vec::new();
    for span in spans {
        match kept.last_mut() {
            Some(last) if span.range.start < last.range.end => last.range.end = last.range.end.max(span.range.end),
            _ => kept.push(span),
        }
    }
    kept
}

fn rounds(bytes: &[u8], key: &Key, find: impl Fn(&[u8]) -> Vec<Span>) -> Redacted {
    let mut redacted = Redacted { bytes: bytes.to_vec(), hits: Vec::new(), is_text: true };
    for _ in 0..MOST_ROUNDS {
        let spans = find(&redacted.bytes);
        if spans.is_empty() {
            break;
        }
        redacted.hits.extend(hits(&redacted.bytes, &spans));
        redacted.bytes = replaced(&redacted.bytes, &spans, key);
    }
    redacted
}

fn hits(bytes: &[u8], spans: &[Span]) -> Vec<Hit> {
    let (mut line, mut line_start, mut at) = (1_u32, 0, 0);
    let mut hits = Vec::with_capacity(spans.len());
    for span in spans {
        for i in (at..span.range.start).filter(|i| bytes[*i] == b'\n') {
            line = line.saturating_add(1);
            line_start = i + 1;
        }
        at = span.range.start;
        let column = u32::try_from(at - line_start + 1).unwrap_or(u32::MAX);
        hits.push(Hit { line, column, what: span.what, by: span.by });
    }
    hits
}
