//! Literals in quotes: where they end, and what they say, so that one secret has one fingerprint however it is quoted.

use crate::scan;
use std::borrow::Cow;
use std::ops::Range;

/// How a secret is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    /// As it is.
    Plain,
    /// In double quotes: backslashes escape.
    Double,
    /// In single quotes: a backslash escapes a quote and itself, or a quote is doubled.
    Single,
    /// In a URL: `%HH`.
    Percent,
    /// In XML: `&amp;`.
    Xml,
    /// Armoured: white space, written or escaped, means nothing.
    Armour,
}

impl Coding {
    /// What is meant by what is written.
    pub(crate) fn decoded(self, written: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Plain => Cow::Borrowed(written),
            Self::Double => Cow::Owned(unescaped(written)),
            Self::Single => Cow::Owned(single(written)),
            Self::Percent => Cow::Owned(percent(written)),
            Self::Xml => Cow::Owned(xml(written)),
            Self::Armour => Cow::Owned(armour(written)),
        }
    }
}

/// A literal in quotes: what is between them, how it is written, and where the text goes on.
#[derive(Debug, Clone)]
pub(crate) struct Literal {
    /// Between the quotes.
    pub(crate) inner: Range<usize>,
    /// How it is written.
    pub(crate) coding: Coding,
    /// After the closing quote.
    pub(crate) end: usize,
}

/// How far a literal is read before it is known to be wanted: each is read many times in a text that nests them.
const LOOK: usize = 1024;

/// The literal that begins at a position: `"…"`, `'…'`, `` `…` ``, `\"…\"`, `"""…"""`, with a prefix such as `b` or `N`.
pub(crate) fn literal(bytes: &[u8], at: usize) -> Option<Literal> {
    literal_within(bytes, at, LOOK)
}

/// The same, read to its end however far that is.
pub(crate) fn whole_literal(bytes: &[u8], at: usize) -> Option<Literal> {
    literal_within(bytes, at, bytes.len())
}

fn literal_within(bytes: &[u8], at: usize, longest: usize) -> Option<Literal> {
    let at = at
        + usize::from(
            matches!(bytes.get(at), Some(b'r' | b'b' | b'u' | b'f' | b'L' | b'N'))
                && matches!(bytes.get(at + 1), Some(b'"' | b'\'')),
        );
    let quote = *bytes.get(at)?;
    if quote == b'\\' && matches!(bytes.get(at + 1), Some(b'"' | b'\'')) {
        return Some(escaped_literal(bytes, at, longest));
    }
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let triple = [quote; 3];
    if bytes[at..].starts_with(&triple) {
        let inner = at + 3;
        let window = &bytes[..bytes.len().min(inner + longest)];
        let end = scan::find(window, &triple, inner).unwrap_or(window.len());
        return Some(Literal { inner: inner..end, coding: Coding::Plain, end: (end + 3).min(bytes.len()) });
    }
    Some(quoted(bytes, at, quote, longest))
}

fn quoted(bytes: &[u8], at: usize, quote: u8, longest: usize) -> Literal {
    let start = at + 1;
    let limit = bytes.len().min(start + longest);
    let mut i = start;
    while i < limit && !scan::is_line_end(bytes[i]) {
        if bytes[i] == b'\\' && i + 1 < limit && !scan::is_line_end(bytes[i + 1]) {
            i += 2;
        } else if bytes[i] == quote {
            if quote == b'\'' && i > start && bytes.get(i + 1) == Some(&quote) {
                i += 2;
            } else {
                return Literal { inner: start..i, coding: coding_of(quote), end: i + 1 };
            }
        } else {
            i += 1;
        }
    }
    Literal { inner: start..i, coding: coding_of(quote), end: i }
}

fn coding_of(quote: u8) -> Coding {
    if quote == b'\'' { Coding::Single } else { Coding::Double }
}

fn escaped_literal(bytes: &[u8], at: usize, longest: usize) -> Literal {
    let close = &bytes[at..at + 2];
    let start = at + 2;
    let limit = start + scan::skip(&bytes[start..bytes.len().min(start + longest)], 0, |b| !scan::is_line_end(b));
    let end = scan::find(&bytes[..limit], close, start);
    // A literal in a literal: its own escapes are escaped once more, which is rare enough to leave as it stands.
    Literal { inner: start..end.unwrap_or(limit), coding: Coding::Plain, end: end.map_or(limit, |e| e + 2) }
}

fn unescaped(written: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(written.len());
    let mut at = 0;
    while at < written.len() {
        let pair = (written[at], written.get(at + 1).copied());
        at += 2;
        match pair {
            (b'\\', Some(b'n')) => out.push(b'\n'),
            (b'\\', Some(b't')) => out.push(b'\t'),
            (b'\\', Some(b'r')) => out.push(b'\r'),
            (b'\\', Some(b'u')) if unicode(written, at).is_some() => {
                let text = unicode(written, at).unwrap_or_default();
                out.extend_from_slice(text.encode_utf8(&mut [0; 4]).as_bytes());
                at += 4;
            }
            (b'\\', Some(c @ (b'"' | b'\\' | b'/' | b'$' | b'`' | b'\''))) => out.push(c),
            (byte, _) => {
                out.push(byte);
                at -= 1;
            }
        }
    }
    out
}

fn unicode(written: &[u8], at: usize) -> Option<char> {
    let digits = std::str::from_utf8(written.get(at..at + 4)?).ok()?;
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
        .and_then(char::from_u32)
}

fn single(written: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(written.len());
    let mut at = 0;
    while at < written.len() {
        let pair = written.get(at..at + 2).unwrap_or_default();
        at += usize::from(pair == b"\\'" || pair == b"\\\\" || pair == b"''");
        out.push(written[at]);
        at += 1;
    }
    out
}

fn percent(written: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(written.len());
    let mut at = 0;
    while at < written.len() {
        let hex = written.get(at + 1..at + 3).filter(|h| written[at] == b'%' && h.iter().all(u8::is_ascii_hexdigit));
        let byte = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        out.push(byte.unwrap_or(written[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    out
}

fn xml(written: &[u8]) -> Vec<u8> {
    const ENTITIES: [(&[u8], u8); 5] =
        [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\'')];
    let mut out = Vec::with_capacity(written.len());
    let mut at = 0;
    while at < written.len() {
        let entity = ENTITIES.iter().find(|(name, _)| written[at..].starts_with(name));
        out.push(entity.map_or(written[at], |(_, byte)| *byte));
        at += entity.map_or(1, |(name, _)| name.len());
    }
    out
}

fn armour(written: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(written.len());
    let mut at = 0;
    while at < written.len() {
        let escape = written[at] == b'\\' && matches!(written.get(at + 1), Some(b'n' | b'r' | b't'));
        if escape {
            at += 1;
        } else if !written[at].is_ascii_whitespace() && written[at] != b'\\' {
            out.push(written[at]);
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_secret_has_one_meaning_in_every_quoting() {
        let secret = "a'b\"c\\d&e".as_bytes();
        for (coding, written) in [
            (Coding::Plain, r#"a'b"c\d&e"#),
            (Coding::Double, r#"a'b\"c\\d&e"#),
            (Coding::Single, r#"a\'b"c\\d&e"#),
            (Coding::Single, r#"a''b"c\d&e"#),
            (Coding::Percent, "a%27b%22c%5Cd%26e"),
            (Coding::Xml, r"a&apos;b&quot;c\d&amp;e"),
        ] {
            assert_eq!(coding.decoded(written.as_bytes()).as_ref(), secret, "{written}");
        }
        assert_eq!(Coding::Double.decoded(br"\u00e9\/\n").as_ref(), "é/\n".as_bytes());
        assert_eq!(Coding::Armour.decoded(b"a\\nb\n  c\r\n").as_ref(), b"abc");
    }

    #[test]
    fn a_literal_ends_where_its_quote_closes() {
        for (text, inner) in [
            ("'it''s' x", "it''s"),
            (r#""a\"b" c"#, r#"a\"b"#),
            ("'' 'x'", ""),
            ("\"open\nnext", "open"),
            ("b'x'", "x"),
            (r#"\"x\" y"#, "x"),
            ("\"\"\"a\nb\"\"\" c", "a\nb"),
        ] {
            let found = literal(text.as_bytes(), 0).unwrap();
            assert_eq!(&text[found.inner], inner, "{text}");
        }
        assert!(literal(b"bare", 0).is_none());
    }
}
