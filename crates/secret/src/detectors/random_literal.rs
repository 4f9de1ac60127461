//! Literals too random to be anything but a secret, though nothing names them so; not digests, revisions, identifiers or paths.

use crate::detector::Detector;
use crate::document::Document;
use crate::entropy;
use crate::format::Format;
use crate::hit::SecretType;
use crate::scan;
use crate::span::Finds;
use std::ops::Range;

pub(super) const DETECTOR: Detector = Detector {
    name: "random_literal",
    summary: "literals of 20 and more random characters that are no digest, revision, identifier or path",
    find,
};

/// How long a random literal is at least and at most; longer ones are data.
const SHORTEST: usize = 20;
const LONGEST: usize = 512;

/// Words near a literal that say it is a digest, a revision or an identifier.
const HARMLESS: &[&str] = &[
    "sha1",
    "sha2",
    "sha256",
    "sha384",
    "sha512",
    "md5",
    "digest",
    "checksum",
    "integrity",
    "commit",
    "revision",
    "rev",
    "etag",
    "fingerprint",
    "uuid",
    "guid",
    "sum",
    "signed-off",
    "hash",
    "blake",
    "build-id",
    "buildid",
    "machine-id",
    "boot_id",
    "boot-id",
    "git",
    "image",
    "layer",
    "serial",
    "crc",
    "keyid",
    "pubkey",
    "public",
    "ssh-rsa",
    "ssh-ed25519",
    "ecdsa-sha2",
    "certificate",
    "dkim",
    "nonce-",
    "integrity",
    "tag",
    "version",
    "sri",
    "thumbprint",
    "msgid",
    "message-id",
    "keygrip",
    "subject",
    "issuer",
    "ref",
    "oid",
    "charset",
    "alphabet",
    "sig=",
    "hardware",
    "device",
    "model",
];

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    if matches!(document.format, Format::Binary | Format::Prose) || is_list_of_digests(document) {
        return;
    }
    let mut at = 0;
    while at < bytes.len() {
        let start = scan::skip(bytes, at, |b| !scan::is_base64(b) || b == b'=');
        let end = scan::skip(bytes, start, scan::is_base64);
        at = end.max(start + 1);
        for part in parts(bytes, start..end) {
            if is_given(bytes, &part) && is_secret(bytes, &part) {
                finds.plain(SecretType::Random, part);
            }
        }
    }
}

/// Files that hold digests by the hundred.
fn is_list_of_digests(document: &Document<'_>) -> bool {
    let base = document.base();
    base.ends_with("sums")
        || base.ends_with(".lock")
        || base.ends_with("-lock.json")
        || base == "go.sum"
        || base == "revision"
        || base == "known_hosts"
        || base == "authorized_keys"
        || base.ends_with(".pub")
        || base.ends_with(".map")
        || base.ends_with(".svg")
        || base.ends_with(".pem")
        || base.ends_with(".crt")
        || base == "machine-id"
        || base.ends_with(".css")
        || base.ends_with(".min.js")
        || base.ends_with(".sha256")
        || base.ends_with(".list")
        || document.path.contains("/.git/")
        || base == "ssh_known_hosts"
}

/// What a run of characters is made of: the two sides of an equals sign that is no padding.
fn parts(bytes: &[u8], run: Range<usize>) -> Vec<Range<usize>> {
    let padding = bytes[run.clone()].iter().rev().take_while(|b| **b == b'=').count();
    let body = run.start..run.end - padding;
    let mut start = body.start;
    let mut parts = Vec::new();
    for i in body.clone() {
        if bytes[i] == b'=' {
            parts.push(start..i);
            start = i + 1;
        }
    }
    parts.push(start..if padding <= 2 { run.end } else { body.end });
    parts.retain(|p| p.len() >= SHORTEST && p.len() <= LONGEST);
    parts
}

/// It stands in quotes, or to the right of an equals sign or a colon.
fn is_given(bytes: &[u8], part: &Range<usize>) -> bool {
    let before = part.start.checked_sub(1).map(|i| bytes[i]);
    let after = bytes.get(part.end).copied();
    let ends = after.is_none_or(|b| {
        b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b',' | b';' | b')' | b'}' | b']' | b'<' | b'&' | b'`')
    });
    let spaces = bytes[..part.start].iter().rev().take(8).take_while(|b| scan::is_blank(**b)).count();
    let mark = part.start.checked_sub(1 + spaces).map(|i| bytes[i]);
    let quoted = matches!(before, Some(b'"' | b'\'')) && matches!(after, Some(b'"' | b'\''));
    ends && (quoted || matches!(mark, Some(b'=' | b':')) || before == Some(b'='))
}

fn is_secret(bytes: &[u8], part: &Range<usize>) -> bool {
    let text = &bytes[part.clone()];
    let hex = text.iter().all(u8::is_ascii_hexdigit);
    let random =
        if hex { entropy::is_random_hex(text) } else { entropy::is_random(text) && !is_path(text) && !is_words(text) };
    random && !is_uuid(text) && !is_algorithm(text) && !is_harmless(bytes, part)
}

/// It has the parts of a path: several, and short.
fn is_path(text: &[u8]) -> bool {
    let parts = text.split(|b| *b == b'/').count();
    parts > 1 && text.len() / parts < 14 && !text.contains(&b'+') && !text.ends_with(b"=")
}

/// It is words and numbers joined by dashes, as names and versions are.
fn is_words(text: &[u8]) -> bool {
    let parts: Vec<&[u8]> = text.split(|b| matches!(b, b'-' | b'_')).filter(|p| !p.is_empty()).collect();
    let plain = |p: &&[u8]| p.iter().all(u8::is_ascii_digit) || p.iter().all(u8::is_ascii_alphabetic) || p.len() < 8;
    parts.len() > 2 && parts.iter().filter(|p| plain(p)).count() * 10 >= parts.len() * 7
}

/// It names algorithms: `PBEWithHmacSHA256AndAES_256`.
fn is_algorithm(text: &[u8]) -> bool {
    let text = scan::lower(text);
    ["hmac", "sha256", "sha384", "sha512", "aes128", "aes256", "aes_", "withrsa", "ecdsa"]
        .iter()
        .any(|a| text.contains(a))
        && text.len() < 64
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text
            .iter()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

/// What stands before it in its line says that it is no secret.
fn is_harmless(bytes: &[u8], part: &Range<usize>) -> bool {
    let before = &bytes[part.start.saturating_sub(96)..part.start];
    let line = before.iter().rev().take_while(|b| !scan::is_line_end(**b)).count();
    let line = scan::lower(&before[before.len() - line..]);
    let text = &bytes[part.clone()];
    let public = [&b"AAAAB3NzaC1"[..], b"AAAAC3NzaC1", b"AAAAE2VjZHNh", b"sha256-", b"sha384-", b"sha512-"]
        .iter()
        .any(|s| text.starts_with(s));
    let hex = text.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    let identifier = hex && line.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).ends_with("id");
    public || identifier || HARMLESS.iter().any(|w| line.contains(w)) || line.contains("base64,")
}
