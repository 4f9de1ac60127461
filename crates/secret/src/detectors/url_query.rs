//! Tokens in the query of an address: `?token=x`, `&signature=x`.

use crate::detector::Detector;
use crate::document::Document;
use crate::hit::SecretType;
use crate::literal::Coding;
use crate::name::{self, Strength};
use crate::scan;
use crate::span::Finds;
use crate::value;

pub(super) const DETECTOR: Detector = Detector {
    name: "url_query",
    summary: "tokens in the query of an address: `?token=x`, `&api_key=x`, `&signature=x`",
    find,
};

/// Parameters that carry a token though their name alone would not say so.
const SHORT: &[&str] = &[
    "key",
    "sig",
    "signature",
    "auth",
    "t",
    "apikey",
    "hash",
    "code",
    "sas",
    "x-amz-signature",
    "x-amz-security-token",
    "access",
    "k",
];

/// How far a value is read before it is decided on.
const LONGEST: usize = 1024;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let mut next = 0;
    while next < bytes.len() {
        let at = scan::skip(bytes, next, |b| !matches!(b, b'?' | b'&'));
        next = at + 1;
        if at >= bytes.len() {
            break;
        }
        let start = at + 1 + if bytes[at + 1..].starts_with(b"amp;") { 4 } else { 0 };
        let end = scan::skip(&bytes[..bytes.len().min(start + 64)], start, |b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']')
        });
        if end == start || bytes.get(end) != Some(&b'=') {
            continue;
        }
        let name = &bytes[start..end];
        let value = end + 1;
        let in_value = |b: u8| {
            b.is_ascii_graphic() && !matches!(b, b'&' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'#' | b';' | b')' | b'|')
        };
        let look = scan::skip(&bytes[..bytes.len().min(value + LONGEST)], value, in_value);
        if is_secret(name, &bytes[value..look]) {
            next = scan::skip(bytes, look, in_value);
            finds.add(SecretType::Token, value..next, Coding::Percent);
        }
    }
}

fn is_secret(name: &[u8], value: &[u8]) -> bool {
    if value.len() < 3 || value::is_reference(value) {
        return false;
    }
    let strength = name::named(name).map(|n| n.strength);
    let short = SHORT.contains(&scan::lower(name).as_str());
    strength == Some(Strength::Strong)
        || strength == Some(Strength::Medium)
        || (short || strength.is_some()) && value.len() >= 8 && value::looks_random(value)
}
