//! Headers that authenticate: `Authorization: Bearer x`, `X-Api-Key: x`, `Cookie: session=x`, and the AUTH of mail and Redis.

use crate::detector::Detector;
use crate::document::Document;
use crate::format::Format;
use crate::hit::SecretType;
use crate::scan;
use crate::span::Finds;
use crate::value;

pub(super) const DETECTOR: Detector = Detector {
    name: "http_header",
    summary: "headers that authenticate: `Authorization: Basic x`, `Bearer x`, `X-Api-Key: x`, and `AUTH x`",
    find,
};

/// Schemes of authentication that a credential follows.
const SCHEMES: &[&[u8]] = &[
    b"Basic ",
    b"Bearer ",
    b"bearer ",
    b"Token ",
    b"ApiKey ",
    b"Digest ",
    b"AWS ",
    b"GenieKey ",
    b"Splunk ",
    b"DeepL-Auth-Key ",
    b"SSWS ",
];

/// Commands that authenticate at the beginning of a line or of a literal.
const COMMANDS: &[&[u8]] = &[b"AUTH PLAIN ", b"AUTH LOGIN ", b"AUTH ", b"PASS "];

/// How long a header's value is read.
const LONGEST: usize = 1024;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    for at in 0..bytes.len() {
        let free = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if !free || !matches!(bytes[at], b'A' | b'B' | b'D' | b'G' | b'P' | b'S' | b'T' | b'X' | b'b' | b'x') {
            continue;
        }
        let rest = &bytes[at..];
        let begins = |starts: &[&'static [u8]]| starts.iter().find(|s| rest.starts_with(s)).copied();
        if let Some(scheme) = begins(SCHEMES) {
            credential(document, at, scheme, finds);
        }
        if let Some(command) =
            begins(COMMANDS).filter(|_| at == 0 || matches!(bytes[at - 1], b'\n' | b'"' | b'\'' | b'^'))
        {
            login(document, at + command.len(), finds);
        }
        if rest.starts_with(b"X-") || rest.starts_with(b"x-") {
            header(document, at, finds);
        }
    }
}

fn credential(document: &Document<'_>, at: usize, scheme: &[u8], finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let start = at + scheme.len();
    let end = scan::skip(bytes, start, |b| scan::is_base64(b) || matches!(b, b'.' | b'~' | b':'));
    if end >= start + 6 && is_credential(document, scheme, &bytes[start..end]) {
        finds.plain(SecretType::Token, start..end);
    }
}

/// What follows AUTH or PASS, if nothing else does.
fn login(document: &Document<'_>, start: usize, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let end = scan::skip(bytes, start, |b| {
        b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'\\' | b'`' | b'|' | b'<' | b'>')
    });
    let alone = bytes.get(end).is_none_or(|b| !scan::is_blank(*b));
    if alone && end >= start + 3 && document.format != Format::Prose && !value::is_reference(&bytes[start..end]) {
        finds.plain(SecretType::Password, start..end);
    }
}

fn is_credential(document: &Document<'_>, scheme: &[u8], credential: &[u8]) -> bool {
    let digits = credential.iter().any(u8::is_ascii_digit);
    let mixed = credential.iter().any(u8::is_ascii_lowercase) && credential.iter().any(u8::is_ascii_uppercase);
    let padded = credential.ends_with(b"=") && credential.len().is_multiple_of(4);
    let prose = document.format == Format::Prose;
    let spoken = matches!(scheme, b"Basic " | b"Token " | b"AWS ");
    padded || digits && (mixed || credential.len() >= 16) || mixed && credential.len() >= 16 && !spoken && !prose
}

/// `X-Api-Key: x`, `X-Auth-Token x`, `"X-Vault-Token" => "x"` and the like.
fn header(document: &Document<'_>, at: usize, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let end = scan::skip(&bytes[..bytes.len().min(at + 64)], at, |b| b.is_ascii_alphanumeric() || b == b'-');
    let name = scan::lower(&bytes[at..end]);
    let secret = ["key", "token", "secret", "auth", "signature", "password"].iter().any(|w| name.ends_with(w));
    if !secret || at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
        return;
    }
    let start =
        scan::skip(&bytes[..bytes.len().min(end + 16)], end, |b| matches!(b, b':' | b' ' | b'"' | b'\'' | b'=' | b'>'));
    let stop = scan::skip(&bytes[..bytes.len().min(start + LONGEST)], start, |b| {
        b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'\\' | b'`' | b';' | b'<' | b',')
    });
    let value = &bytes[start..stop];
    if start > end && value.len() >= 6 && !value::is_reference(value) && value::looks_random(value) {
        finds.plain(SecretType::Token, start..stop);
    }
}
