//! What is known of a value without running anything.
#![expect(clippy::wildcard_enum_match_arm, reason = "what a question is not about is not known")]

use super::super::shell::word::Word;
use super::super::statement::Confidence;
use super::Block;

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// A text, or a symbol; parts of it may lack.
    Text(Word),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A list.
    List(Vec<Known>),
    /// A map, in its order.
    Map(Vec<(Known, Known)>),
    /// A regular expression.
    Pattern(String),
    /// A block that may be called.
    Block(Block),
    /// Nothing: `None`, `nil`.
    Nothing,
    /// A value that only a run could tell, and what it is.
    Unknown(String),
}

impl Known {
    /// A text as it is written.
    pub fn text(text: impl Into<String>) -> Self {
        Known::Text(Word::literal(text))
    }

    /// Its text as a command or a path holds it; what is not known stands there as a variable without a value.
    pub fn word(&self) -> Word {
        match self {
            Known::Text(word) => word.clone(),
            Known::Number(n) => Word::literal(n.to_string()),
            Known::Flag(flag) => Word::literal(flag.to_string()),
            Known::Pattern(pattern) => Word::literal(pattern.clone()),
            Known::Nothing => Word::literal(""),
            Known::List(_) | Known::Map(_) | Known::Block(_) => Word::unknown("${list}", "a list as a text"),
            Known::Unknown(what) => Word::unknown(format!("${{{}}}", name(what)), what.clone()),
        }
    }

    /// Its text, where that is known as a whole.
    pub fn plain(&self) -> Option<String> {
        let word = self.word();
        word.lacks.is_none().then_some(word.text)
    }

    /// Its items: a list's, or itself as the only one.
    pub fn items(&self) -> Vec<Known> {
        match self {
            Known::List(items) => items.clone(),
            Known::Map(pairs) => pairs.iter().map(|(k, v)| Known::List(vec![k.clone(), v.clone()])).collect(),
            Known::Nothing => Vec::new(),
            other => vec![other.clone()],
        }
    }

    /// Its items as texts, where all of them are known.
    pub fn texts(&self) -> Option<Vec<String>> {
        self.items().iter().map(Known::plain).collect()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Known> {
        match self {
            Known::Map(pairs) => pairs.iter().find(|(k, _)| k.plain().as_deref() == Some(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Whether it holds in a condition; `None` where that is not known.
    pub fn holds(&self) -> Option<bool> {
        match self {
            Known::Flag(flag) => Some(*flag),
            Known::Nothing => Some(false),
            Known::Text(word) if word.lacks.is_none() => Some(!word.text.is_empty()),
            Known::Number(n) => Some(*n != 0),
            Known::List(items) => Some(!items.is_empty()),
            Known::Map(items) => Some(!items.is_empty()),
            Known::Text(_) | Known::Pattern(_) | Known::Block(_) | Known::Unknown(_) => None,
        }
    }

    /// How it came to be known, at least this.
    #[must_use]
    pub fn at_most(self, confidence: Confidence) -> Self {
        match self {
            Known::Text(word) => Known::Text(Word { confidence: word.confidence.max(confidence), ..word }),
            Known::List(items) => Known::List(items.into_iter().map(|i| i.at_most(confidence)).collect()),
            other => other,
        }
    }
}

/// A description as the name of a variable.
fn name(what: &str) -> String {
    let name: String = what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(40).collect();
    let name = name.trim_matches('_');
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("x_{name}")
    } else {
        name.to_owned()
    }
}

/// Texts one after the other.
pub fn joined(parts: impl IntoIterator<Item = Word>) -> Known {
    let mut all = Word::literal("");
    for part in parts {
        all.push(part);
    }
    Known::Text(all)
}
