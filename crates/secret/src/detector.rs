//! What a detector is, and the one list of them that everything is derived from: finding, documentation, laws.

use crate::detectors::ALL;
use crate::document::Document;
use crate::span::{Finds, Span};

/// Finds one sort of secret.
pub(crate) struct Detector {
    /// Its name, which is also that of its file and of its data.
    pub(crate) name: &'static str,
    /// What it finds, in a sentence's half.
    pub(crate) summary: &'static str,
    /// Finds them.
    pub(crate) find: fn(&Document<'_>, &mut Finds<'_>),
}

/// A detector as documentation shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub name: &'static str,
    /// What it finds.
    pub summary: &'static str,
}

/// Every detector: its name and what it finds.
#[must_use]
pub fn detectors() -> Vec<Described> {
    ALL.iter().map(|d| Described { name: d.name, summary: d.summary }).collect()
}

/// The secrets in a document.
pub(crate) fn find(document: &Document<'_>) -> Vec<Span> {
    let mut finds = Finds::new(document);
    for detector in ALL {
        finds.detector(detector.name);
        (detector.find)(document, &mut finds);
    }
    finds.joined()
}
