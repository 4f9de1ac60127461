//! A text as the detectors see it: its bytes, what it is written in, its lines, and the fingerprints already in it.

use crate::fingerprint::fingerprints;
use crate::format::Format;
use crate::scan;
use crate::value::Place;
use std::ops::Range;

/// A text to look for secrets in.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    /// Where it is from, in lower case; empty for a single value.
    pub(crate) path: String,
    /// What it is written in.
    pub(crate) format: Format,
    /// The text.
    pub(crate) bytes: &'a [u8],
    protected: Vec<Range<usize>>,
}

impl<'a> Document<'a> {
    /// A file's contents.
    pub(crate) fn file(path: &str, bytes: &'a [u8]) -> Self {
        let format = Format::of(path, bytes);
        Self { path: path.to_ascii_lowercase(), format, bytes, protected: fingerprints(bytes) }
    }

    /// A single value, such as a command line or an environment variable's.
    pub(crate) fn value(bytes: &'a [u8]) -> Self {
        Self { path: String::new(), format: Format::Shell, bytes, protected: fingerprints(bytes) }
    }

    /// In what surroundings its values stand, comments aside.
    pub(crate) fn place(&self) -> Place {
        if self.format == Format::Prose { Place::Prose } else { Place::Live }
    }

    /// The last part of its path.
    pub(crate) fn base(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Its lines, without what ends them.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            if at >= self.bytes.len() {
                return None;
            }
            let end = scan::skip(self.bytes, at, |b| b != b'\n');
            let line = at..end - usize::from(end > at && self.bytes[end - 1] == b'\r');
            at = end + 1;
            Some(line)
        })
    }

    /// A range without the fingerprints in it.
    pub(crate) fn unprotected(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let first = self.protected.partition_point(|p| p.end <= range.start);
        let mut left = Vec::new();
        let mut at = range.start;
        for p in self.protected[first..].iter().take_while(|p| p.start < range.end) {
            if at < p.start {
                left.push(at..p.start);
            }
            at = p.end;
        }
        if at < range.end {
            left.push(at..range.end);
        }
        left
    }

    /// How many bytes of white space and comment marks a position is away from the beginning of its line, if nothing
    /// else stands between, and whether a comment mark is among them.
    pub(crate) fn line_start(&self, at: usize) -> Lead {
        let before = &self.bytes[at.saturating_sub(LONGEST_LEAD)..at];
        let lead = before.iter().rev().take_while(|b| !scan::is_line_end(**b)).count();
        let lead = &before[before.len() - lead..];
        let comment = lead.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'#' | b';' | b'*'))
            || lead.windows(2).any(|w| w == b"//" || w == b"/*") && !lead.windows(3).any(|w| w == b"://");
        let blank = lead
            .iter()
            .all(|b| b.is_ascii_whitespace() || matches!(b, b'#' | b';' | b'*' | b'-' | b'$' | b'"' | b'\''));
        Lead { comment, blank, long: lead.len() == LONGEST_LEAD }
    }
}

/// How far back the beginning of a line is looked for.
const LONGEST_LEAD: usize = 256;

/// What stands in a line before a position.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lead {
    /// It begins with a comment mark.
    pub(crate) comment: bool,
    /// There is nothing but white space, marks and quotes.
    pub(crate) blank: bool,
    /// The line begins too far away to say.
    pub(crate) long: bool,
}
