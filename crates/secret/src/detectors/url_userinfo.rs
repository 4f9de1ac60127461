//! Passwords in addresses: `scheme://user:password@host`.

use crate::detector::Detector;
use crate::document::Document;
use crate::hit::SecretType;
use crate::literal::Coding;
use crate::scan;
use crate::span::Finds;
use crate::value;

pub(super) const DETECTOR: Detector = Detector {
    name: "url_userinfo",
    summary: "passwords in addresses: `scheme://user:password@host`, tokens in their place",
    find,
};

/// How long what stands before the host may be.
const LONGEST: usize = 512;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    for at in scan::occurrences(bytes, b"://") {
        let start = at + 3;
        let limit = bytes.len().min(start + LONGEST);
        let end = scan::skip(&bytes[..limit], start, |b| {
            !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`' | b'|')
        });
        let Some(host) = host_mark(&bytes[start..end]).map(|i| start + i) else { continue };
        let colon = scan::skip(&bytes[..host], start, |b| b != b':');
        let password = (colon + 1).min(host)..host;
        if colon < host && !password.is_empty() {
            let literal = &bytes[password.clone()];
            if !value::is_reference(literal) && !is_spoken_of(literal) {
                finds.add(SecretType::Password, password, Coding::Percent);
            }
        } else if is_token(&bytes[start..host]) {
            finds.add(SecretType::Token, start..host, Coding::Percent);
        }
    }
}

/// The `@` before the host: the last one before the path, unless the path's beginning comes only after another one.
fn host_mark(rest: &[u8]) -> Option<usize> {
    let path = rest.iter().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let before = rest[..path].iter().rposition(|b| *b == b'@');
    // A password with a slash in it: a colon with no port after it, and the `@` further on.
    before.or_else(|| {
        let colon = rest[..path].iter().position(|b| *b == b':')?;
        let port = rest[colon + 1..path].iter().all(u8::is_ascii_digit);
        if port { None } else { rest.iter().rposition(|b| *b == b'@') }
    })
}

/// The word documentation gives where a password would stand.
fn is_spoken_of(password: &[u8]) -> bool {
    let text = scan::lower(password);
    matches!(text.as_str(), "password" | "passwd" | "pass" | "pwd" | "port")
}

/// A name that is itself a token, as Sentry and Git hosts use it.
fn is_token(user: &[u8]) -> bool {
    user.len() >= 16
        && user.iter().all(|b| scan::is_base64(*b))
        && user.iter().any(u8::is_ascii_digit)
        && user.iter().any(u8::is_ascii_alphabetic)
}
