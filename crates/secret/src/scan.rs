//! Small steps over bytes that every detector takes: find, skip, words and lines. All linear.

use std::ops::Range;

/// Where a needle stands at or after a position.
pub(crate) fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    if needle.is_empty() {
        return None;
    }
    memchr::memmem::find(bytes.get(from..)?, needle).map(|at| from + at)
}

/// Where each occurrence of a needle begins.
pub(crate) fn occurrences<'a>(bytes: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = find(bytes, needle, from)?;
        from = at + needle.len();
        Some(at)
    })
}

/// The first position at or after one that does not satisfy.
pub(crate) fn skip(bytes: &[u8], from: usize, satisfies: impl Fn(u8) -> bool) -> usize {
    bytes.get(from..).map_or(from, |rest| from + rest.iter().take_while(|b| satisfies(**b)).count())
}

/// Whether a byte is a space or a tab.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether a byte ends a line.
pub(crate) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether a byte stands in base64, base64url or hexadecimal text.
pub(crate) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

/// A range without the white space around it.
pub(crate) fn trim(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let lead = bytes[range.clone()].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let start = range.start + lead;
    let trail = bytes[start..range.end].iter().rev().take_while(|b| b.is_ascii_whitespace()).count();
    start..range.end - trail
}

/// The words of a range: what stands between white space.
pub(crate) fn words(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let start = skip(&bytes[..range.end], at, |b| b.is_ascii_whitespace());
        at = skip(&bytes[..range.end], start, |b| !b.is_ascii_whitespace());
        (start < at).then_some(start..at)
    })
}

/// The fields of a range, as many at most; the last holds the rest. A backslash keeps a separator within its field.
pub(crate) fn fields(bytes: &[u8], range: Range<usize>, separator: u8, most: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut at) = (range.start, range.start);
    while at < range.end && found.len() + 1 < most {
        if bytes[at] == b'\\' {
            at += 1;
        } else if bytes[at] == separator {
            found.push(start..at);
            start = at + 1;
        }
        at += 1;
    }
    found.push(start.min(range.end)..range.end);
    found
}

/// Bytes in lower case as text, what is not UTF-8 replaced.
pub(crate) fn lower(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_ascii_lowercase()
}
