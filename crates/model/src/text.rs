//! Bytes of a target as text, and back.
//!
//! A target's names and values are bytes; everything repot writes is UTF-8. Bytes that are not UTF-8 are written as
//! `\xHH`; so that this can be read back, a backslash that stands before an `x` is itself written as `\x5c`.

use std::borrow::Cow;

/// How the fingerprint of a secret begins, wherever one stands in a text.
pub const SECRET: &str = "secret:v1:";

/// Bytes as text, without loss.
pub fn from_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push_valid(&mut out, chunk.valid());
        for byte in chunk.invalid() {
            push_hex(&mut out, *byte);
        }
    }
    out
}

fn push_valid(out: &mut String, valid: &str) {
    let mut rest = valid;
    while let Some(at) = rest.find("\\x") {
        out.push_str(&rest[..at]);
        push_hex(out, b'\\');
        out.push('x');
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
}

fn push_hex(out: &mut String, byte: u8) {
    out.push_str("\\x");
    for nibble in [byte >> 4, byte & 15] {
        out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
    }
}

/// The bytes that `from_bytes` made this text of. Text that it cannot have made is taken as it stands.
pub fn to_bytes(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match hex_at(bytes, at) {
            Some(byte) => {
                out.push(byte);
                at += 4;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

fn hex_at(bytes: &[u8], at: usize) -> Option<u8> {
    let piece = bytes.get(at..at + 4)?;
    if piece[0] != b'\\' || piece[1] != b'x' {
        return None;
    }
    let high = (piece[2] as char).to_digit(16)?;
    let low = (piece[3] as char).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

/// Text for a terminal: control characters, bidirectional overrides and escapes are shown, not sent.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(unsafe_on_terminals) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if unsafe_on_terminals(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a character may move the cursor, hide text or turn its direction.
pub fn unsafe_on_terminals(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_backslash_x_of_the_target_is_not_taken_for_an_escape() {
        assert_eq!(from_bytes(b"a\\x41"), "a\\x5cx41");
        assert_eq!(to_bytes("a\\x5cx41"), b"a\\x41");
    }

    #[test]
    fn terminals_get_no_escape() {
        assert_eq!(for_terminal("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m\\nb\\u{202e}");
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(to_bytes(&from_bytes(&bytes)), bytes);
        }

        #[test]
        fn text_that_looks_like_escapes_comes_back(text in "[\\\\x0-9a-fz]{0,12}") {
            prop_assert_eq!(to_bytes(&from_bytes(text.as_bytes())), text.as_bytes());
        }
    }
}
