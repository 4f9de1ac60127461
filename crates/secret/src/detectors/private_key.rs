//! Private keys in armour, in files of their own or inside another file's strings with their line ends escaped.

use crate::detector::Detector;
use crate::document::Document;
use crate::hit::SecretType;
use crate::literal::Coding;
use crate::scan;
use crate::span::Finds;
use std::ops::Range;

pub(super) const DETECTOR: Detector = Detector {
    name: "private_key",
    summary: "private keys in armour (PEM, OpenSSH, PGP, PuTTY), also inside strings with escaped line ends",
    find,
};

/// How long an armoured key may be: beyond that it is cut off, and the rest is no key.
const LONGEST: usize = 1 << 17;

/// The private key blocks of a text: the base64 between their marks.
pub(crate) fn blocks(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for begin in scan::occurrences(bytes, b"-----BEGIN ") {
        if found.last().is_none_or(|last| begin >= last.end) {
            found.extend(block(bytes, begin + 11));
        }
    }
    found
}

fn block(bytes: &[u8], label: usize) -> Option<Range<usize>> {
    let label_end = scan::skip(&bytes[..bytes.len().min(label + 48)], label, |b| b != b'-' && !scan::is_line_end(b));
    let private = scan::find(&bytes[label..label_end], b"PRIVATE KEY", 0).is_some();
    if !private || !bytes[label_end..].starts_with(b"-----") {
        return None;
    }
    let start = label_end + 5;
    let window = &bytes[..bytes.len().min(start + LONGEST)];
    let end = scan::find(window, b"-----END ", start).unwrap_or_else(|| armour_end(window, start));
    let start = content_start(bytes, start, end);
    let end = content_end(bytes, start, end);
    (start < end).then_some(start..end)
}

/// Where armour without its closing mark ends: at what cannot stand in it.
fn armour_end(bytes: &[u8], start: usize) -> usize {
    scan::skip(bytes, start, |b| {
        scan::is_base64(b) || b.is_ascii_whitespace() || matches!(b, b'\\' | b':' | b',' | b'.')
    })
}

fn content_start(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
        } else if bytes[at] == b'\\' && at + 1 < end && matches!(bytes[at + 1], b'n' | b'r') {
            at += 2;
        } else {
            break;
        }
    }
    at
}

fn content_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut end = end;
    while end > start {
        if bytes[end - 1].is_ascii_whitespace() {
            end -= 1;
        } else if end >= start + 2 && bytes[end - 2] == b'\\' && matches!(bytes[end - 1], b'n' | b'r') {
            end -= 2;
        } else {
            break;
        }
    }
    end
}

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    for inner in blocks(document.bytes) {
        finds.add(SecretType::PrivateKey, inner, Coding::Armour);
    }
    for at in scan::occurrences(document.bytes, b"Private-Lines: ") {
        let digits = scan::skip(document.bytes, at + 15, |b| b.is_ascii_digit());
        let start = scan::skip(document.bytes, digits, |b| b.is_ascii_whitespace());
        let end = scan::skip(document.bytes, start, |b| scan::is_base64(b) || scan::is_line_end(b));
        let end = scan::find(&document.bytes[..end], b"Private-", start).unwrap_or(end);
        finds.add(SecretType::PrivateKey, scan::trim(document.bytes, start..end), Coding::Armour);
    }
}
