//! The project's key and what stands in a secret's place: the same for the same secret, silent about all else.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use std::ops::Range;

/// How every fingerprint begins.
const PREFIX: &[u8] = b"secret:v1:";

/// How many characters follow the prefix: six bits to a character.
const DIGITS: usize = 22;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A project's key. Without it nothing can be guessed from a fingerprint.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bytes, which must come from a source of randomness.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The key written as 64 hexadecimal digits.
    pub fn from_hex(digits: &str) -> Result<Self, KeyError> {
        let digits = digits.as_bytes();
        let mut key = [0; 32];
        if digits.len() != 2 * key.len() {
            return Err(KeyError);
        }
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex(pair[0]).ok_or(KeyError)? << 4 | hex(pair[1]).ok_or(KeyError)?;
        }
        Ok(Self(key))
    }

    /// The fingerprint of a secret.
    #[must_use]
    pub fn fingerprint(&self, secret: &[u8]) -> Fingerprint {
        // HMAC takes keys of any length, so this never fails.
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(&self.0) else { unreachable!("a key of any length") };
        mac.update(secret);
        Fingerprint::of_digest(&mac.finalize().into_bytes())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The digits of a key are not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyError;

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a project's key is 64 hexadecimal digits")
    }
}

impl std::error::Error for KeyError {}

/// What stands in a secret's place: `secret:v1:` and 22 characters of its keyed digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    fn of_digest(digest: &[u8]) -> Self {
        let mut text = String::from_utf8_lossy(PREFIX).into_owned();
        let (mut bits, mut held) = (0_u32, 0_u32);
        for byte in digest {
            bits = bits << 8 | u32::from(*byte);
            held += 8;
            while held >= 6 && text.len() < PREFIX.len() + DIGITS {
                held -= 6;
                text.push(char::from(ALPHABET[(bits >> held & 63) as usize]));
            }
            bits &= (1 << held) - 1;
            if text.len() == PREFIX.len() + DIGITS {
                break;
            }
        }
        Self(text)
    }

    /// The fingerprint as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where fingerprints stand in a text, in order.
pub(crate) fn fingerprints(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = crate::scan::find(bytes, PREFIX, at) {
        let digits = start + PREFIX.len();
        let end = digits + DIGITS;
        if bytes.get(digits..end).is_some_and(|d| d.iter().all(|b| ALPHABET.contains(b))) {
            found.push(start..end);
            at = end;
        } else {
            at = digits;
        }
    }
    found
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_hmac_sha_256_in_base64url() {
        // The figure is another implementation's.
        let key = Key::from_hex(&"0b".repeat(32)).unwrap();
        let text = key.fingerprint(b"Hi There");
        assert_eq!(text.as_str(), "secret:v1:GYpgfrRL-8aZA6Dxzyu9xb");
        assert_eq!(fingerprints(text.as_str().as_bytes()).first(), Some(&(0..32)));
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits_and_never_shown() {
        for wrong in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Key::from_hex(wrong).unwrap_err(), KeyError);
        }
        assert_eq!(format!("{:?}", Key::new([7; 32])), "Key(…)");
    }

    #[test]
    fn what_only_looks_like_a_fingerprint_is_text() {
        assert!(fingerprints(b"secret:v1:short and secret:v1:AAAAAAAAAAAAAAAAAAAAA!").is_empty());
        assert_eq!(fingerprints(b"a secret:v1:secret:v1:AAAAAAAAAAAAAAAAAAAAAA").len(), 1);
    }
}
