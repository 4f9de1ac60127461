//! What is stored to check a password against, known by its shape.

use crate::by_first::ByFirst;
use crate::detector::Detector;
use crate::document::Document;
use crate::hit::SecretType;
use crate::scan;
use crate::span::Finds;
use std::sync::LazyLock;

pub(super) const DETECTOR: Detector = Detector {
    name: "crypt_hash",
    summary: "password hashes by their shape: `$6$…`, `$2y$…`, `$apr1$…`, `{SSHA}…`, MySQL's `*…`, GRUB's, Django's",
    find,
};

/// Beginnings of hashes, and how long what follows is at least.
const SHAPES: &[(&[u8], usize)] = &[
    (b"$1$", 22),
    (b"$2a$", 50),
    (b"$2b$", 50),
    (b"$2x$", 50),
    (b"$2y$", 50),
    (b"$5$", 40),
    (b"$6$", 80),
    (b"$y$", 40),
    (b"$7$", 40),
    (b"$gy$", 40),
    (b"$apr1$", 22),
    (b"$md5$", 22),
    (b"$sha1$", 28),
    (b"$argon2", 40),
    (b"$P$", 31),
    (b"$H$", 31),
    (b"$S$", 50),
    (b"$pbkdf2", 30),
    (b"$scrypt$", 40),
    (b"{SHA}", 20),
    (b"{SSHA}", 20),
    (b"{SHA256}", 30),
    (b"{SSHA256}", 30),
    (b"{SHA512}", 60),
    (b"{SSHA512}", 60),
    (b"{SMD5}", 20),
    (b"{MD5}", 20),
    (b"{CRYPT}", 11),
    (b"{BLF-CRYPT}", 40),
    (b"{SHA512-CRYPT}", 60),
    (b"{SHA256-CRYPT}", 40),
    (b"{ARGON2}", 40),
    (b"{ARGON2ID}", 40),
    (b"{PLAIN}", 3),
    (b"{CRAM-MD5}", 30),
    (b"grub.pbkdf2.sha512.", 60),
    (b"pbkdf2_sha256$", 40),
    (b"pbkdf2_sha1$", 30),
    (b"bcrypt_sha256$", 40),
    (b"scram-sha-256$", 40),
    (b"SCRAM-SHA-256$", 40),
    (b"pbkdf2:sha256:", 40),
    (b"scrypt:", 60),
    (b"$$apr1$$", 22),
    (b"$$2y$$", 50),
    (b"$$6$$", 80),
    (b"$8$", 40),
    (b"$9$", 40),
];

static BY_FIRST: LazyLock<ByFirst<(&[u8], usize)>> = LazyLock::new(|| ByFirst::of(SHAPES, |(start, _)| start));

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let mut at = 0;
    while at < bytes.len() {
        let hash = match bytes[at] {
            b'$' | b'{' | b'g' | b'p' | b'b' | b's' | b'S' => shaped(bytes, at),
            b'*' => mysql(bytes, at),
            _ => None,
        };
        if let Some(end) = hash {
            finds.plain(SecretType::PasswordHash, at..end);
        }
        at = hash.unwrap_or(at + 1);
    }
}

fn shaped(bytes: &[u8], at: usize) -> Option<usize> {
    let (start, least) = BY_FIRST.at(bytes[at]).find(|(start, _)| bytes[at..].starts_with(start))?;
    let colon = start.contains(&b':') || start.eq_ignore_ascii_case(b"scram-sha-256$");
    let end = scan::skip(bytes, at + start.len(), |b| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b'/' | b'$' | b'+' | b'=' | b',' | b'-' | b'_')
            || b == b':' && colon
    });
    (end >= at + start.len() + least).then_some(end)
}

/// A star and forty capital hexadecimal digits.
fn mysql(bytes: &[u8], at: usize) -> Option<usize> {
    let end = scan::skip(bytes, at + 1, |b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    (end == at + 41).then_some(end)
}
