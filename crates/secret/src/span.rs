//! Ranges of a text that are secrets: collected, joined where they overlap, and replaced.

use crate::document::Document;
use crate::fingerprint::Key;
use crate::hit::SecretType;
use crate::literal::Coding;
use std::ops::Range;

/// A range that is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// What it is.
    pub(crate) what: SecretType,
    /// How it is written there.
    pub(crate) coding: Coding,
    /// The detector that found it.
    pub(crate) by: &'static str,
}

/// What the detectors find in one document.
#[derive(Debug)]
pub(crate) struct Finds<'d> {
    document: &'d Document<'d>,
    by: &'static str,
    spans: Vec<Span>,
}

impl<'d> Finds<'d> {
    /// None yet.
    pub(crate) fn new(document: &'d Document<'d>) -> Self {
        Self { document, by: "", spans: Vec::new() }
    }

    /// From now on it is this detector that finds.
    pub(crate) fn detector(&mut self, name: &'static str) {
        self.by = name;
    }

    /// A secret, as it stands in the text.
    pub(crate) fn plain(&mut self, what: SecretType, range: Range<usize>) {
        self.add(what, range, Coding::Plain);
    }

    /// A secret. What is already a fingerprint is none.
    pub(crate) fn add(&mut self, what: SecretType, range: Range<usize>, coding: Coding) {
        if range.is_empty() {
            return;
        }
        for range in self.document.unprotected(range) {
            if self.document.bytes[range.clone()].iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii())
                || self.document.bytes[range.clone()].iter().filter(|b| b.is_ascii_punctuation()).count() > 3
            {
                self.spans.push(Span { range, what, coding, by: self.by });
            }
        }
    }

    /// The secrets in order, none overlapping another.
    pub(crate) fn joined(mut self) -> Vec<Span> {
        self.spans.sort_by_key(|s| (s.range.start, std::cmp::Reverse(s.range.end)));
        let mut joined: Vec<Span> = Vec::new();
        for span in self.spans {
            match joined.last_mut() {
                Some(last) if span.range.start < last.range.end => last.range.end = last.range.end.max(span.range.end),
                _ => joined.push(span),
            }
        }
        joined
    }
}

/// A text with its secrets replaced.
pub(crate) fn replaced(bytes: &[u8], spans: &[Span], key: &Key) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for span in spans {
        out.extend_from_slice(&bytes[at..span.range.start]);
        let secret = span.coding.decoded(&bytes[span.range.clone()]);
        out.extend_from_slice(key.fingerprint(&secret).as_str().as_bytes());
        at = span.range.end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}
