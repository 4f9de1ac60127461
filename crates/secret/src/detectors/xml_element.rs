//! Elements of XML whose name calls their text a secret: `<password>x</password>`, `<string name="api_key">x</string>`.

use crate::detector::Detector;
use crate::document::Document;
use crate::format::Format;
use crate::literal::Coding;
use crate::name::{self, Named, Strength};
use crate::scan;
use crate::span::Finds;
use crate::value::{self, Place, Setting};
use std::ops::Range;

pub(super) const DETECTOR: Detector = Detector {
    name: "xml_element",
    summary: "elements named like a secret: `<password>x</password>`, `<string name=\"api_key\">x</string>`",
    find,
};

/// How long a tag, and how long its text may be.
const LONGEST_TAG: usize = 256;
const LONGEST_TEXT: usize = 1024;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    if matches!(document.format, Format::Binary | Format::Prose) {
        return;
    }
    for at in scan::occurrences(bytes, b"<") {
        let Some((named, close)) = tag(bytes, at + 1) else { continue };
        let text = close + 1;
        let end = scan::skip(&bytes[..bytes.len().min(text + LONGEST_TEXT)], text, |b| b != b'<');
        if bytes.get(end + 1) != Some(&b'/') && !bytes[text..].starts_with(b"<![CDATA[") {
            continue;
        }
        let text = unwrapped(bytes, scan::trim(bytes, text..end));
        let setting = Setting { strength: named.strength, place: Place::Live, quoted: true };
        if !text.is_empty() && value::is_secret(&bytes[text.clone()], setting) {
            finds.add(named.what, text, Coding::Xml);
        }
    }
}

/// The tag that begins here, if it is named like a secret: what it says, and where it closes.
fn tag(bytes: &[u8], start: usize) -> Option<(Named, usize)> {
    let window = &bytes[..bytes.len().min(start + LONGEST_TAG)];
    let end = scan::skip(window, start, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':' | b'.'));
    let close = scan::skip(window, end, |b| !matches!(b, b'>' | b'<') && !scan::is_line_end(b));
    if end == start || window.get(close) != Some(&b'>') || window[close - 1] == b'/' {
        return None;
    }
    let local = window[start..end].rsplit(|b| *b == b':').next()?;
    let by_tag = name::named(local);
    let by_name = attribute(window, end..close).and_then(|a| name::named(&window[a]));
    let named = by_tag.into_iter().chain(by_name).max_by_key(|n| n.strength)?;
    (named.strength >= Strength::Medium || by_name.is_some()).then_some((named, close))
}

/// What the attribute `name` or `key` says.
fn attribute(bytes: &[u8], tag: Range<usize>) -> Option<Range<usize>> {
    let start = [&b" name=\""[..], b" key=\"", b" name='", b" key='"]
        .iter()
        .find_map(|a| scan::find(&bytes[..tag.end], a, tag.start).map(|i| i + a.len()))?;
    Some(start..scan::skip(&bytes[..tag.end], start, |b| !matches!(b, b'"' | b'\'')))
}

/// What stands in `<![CDATA[…]]>`.
fn unwrapped(bytes: &[u8], text: Range<usize>) -> Range<usize> {
    let inner = &bytes[text.clone()];
    if inner.is_empty() && bytes[text.start..].starts_with(b"<![CDATA[") {
        let start = text.start + 9;
        let window = &bytes[..bytes.len().min(start + LONGEST_TEXT)];
        return scan::find(window, b"]]>", start).map_or(text, |end| start..end);
    }
    text
}
