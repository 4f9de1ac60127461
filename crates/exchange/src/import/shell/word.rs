//! A word of a command: its text after folding, and how far that is known.

use super::super::statement::Confidence;

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its text; where a part is not known, that part as it is written.
    pub text: String,
    /// What it needs that is not known; none where it is known as a whole.
    pub lacks: Option<String>,
    /// How it came to be known.
    pub confidence: Confidence,
    /// Whether a shell would take it as a pattern over file names.
    pub is_pattern: bool,
}

impl Word {
    /// A word as it is written.
    pub fn literal(text: impl Into<String>) -> Self {
        Self { text: text.into(), lacks: None, confidence: Confidence::Exact, is_pattern: false }
    }

    /// A word that is not known.
    pub fn unknown(text: impl Into<String>, lacks: impl Into<String>) -> Self {
        Self { lacks: Some(lacks.into()), ..Self::literal(text) }
    }

    /// Puts another part behind it.
    pub fn push(&mut self, part: Word) {
        self.text.push_str(&part.text);
        self.confidence = self.confidence.max(part.confidence);
        self.is_pattern |= part.is_pattern;
        if self.lacks.is_none() {
            self.lacks = part.lacks;
        }
    }
}
