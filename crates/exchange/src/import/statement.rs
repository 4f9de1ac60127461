//! A statement: what one place of one source says of a host.

use super::effect::Effect;
use model::place::Place;
use serde::{Deserialize, Serialize};

/// What one place of a source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Where it is written.
    pub place: Place,
    /// Its words, as they are written there, in one line.
    pub said: String,
    /// What sort of source it stands in.
    pub rank: Rank,
    /// When it was done or written, as far as known: a date or a time, in the order of text (`2019-03-04T10:11:12Z`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Who did it, as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The role, stage or host that it is for, where a source speaks of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The hosts that it is for, as far as its source names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// How sure it is that it says so.
    pub confidence: Confidence,
    /// What it says.
    pub says: Says,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// What is so afterwards.
    Effects(Vec<Effect>),
    /// Nothing that lasts: it looks at something, or starts it again.
    Nothing,
    /// A step that depends on what only a run could tell, and on what.
    Unresolved(String),
    /// A step that no reader understands, and why.
    NotUnderstood(String),
    /// Words for people: a step without a command.
    Prose,
}

/// What sort of source a statement stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// It says how the host is to be made: a runbook, a fabfile, a playbook.
    Declared,
    /// It says how the host is to be: a gossfile, a ServerSpec spec.
    Checked,
    /// It says what was done: logs and histories of the host itself.
    Trace,
}

/// How sure it is that a statement says what was read out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// It stands there, word for word.
    Exact,
    /// It follows from what stands there: a loop, a variable or a condition was worked out.
    Folded,
    /// It is likely: a condition could not be worked out, or only part of it is known.
    Guessed,
}

impl Rank {
    /// The name used in every output.
    pub fn name(self) -> &'static str {
        match self {
            Rank::Declared => "declared",
            Rank::Checked => "checked",
            Rank::Trace => "trace",
        }
    }
}

impl Confidence {
    /// The name used in every output.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Exact => "exact",
            Confidence::Folded => "folded",
            Confidence::Guessed => "guessed",
        }
    }
}

impl Statement {
    /// A statement of a declaring source that says nothing yet.
    pub fn new(place: Place, said: &str) -> Self {
        Self {
            place,
            said: one_line(said),
            rank: Rank::Declared,
            when: None,
            who: None,
            scope: None,
            hosts: Vec::new(),
            confidence: Confidence::Exact,
            says: Says::Nothing,
        }
    }

    /// The same, saying these effects.
    #[must_use]
    pub fn effects(mut self, effects: Vec<Effect>) -> Self {
        self.says = Says::Effects(effects);
        self
    }

    /// The same, saying this.
    #[must_use]
    pub fn says(mut self, says: Says) -> Self {
        self.says = says;
        self
    }

    /// The same, in a source of this sort.
    #[must_use]
    pub fn rank(mut self, rank: Rank) -> Self {
        self.rank = rank;
        self
    }

    /// The same, at most this sure.
    #[must_use]
    pub fn at_most(mut self, confidence: Confidence) -> Self {
        self.confidence = self.confidence.max(confidence);
        self
    }

    /// The same, of the role, stage or hosts that another one is for.
    #[must_use]
    pub fn for_whom(mut self, like: &Statement) -> Self {
        self.scope.clone_from(&like.scope);
        self.hosts.clone_from(&like.hosts);
        self
    }

    /// Whether a reader understood it: it is neither unresolved nor in words that no reader knows.
    pub fn is_understood(&self) -> bool {
        match self.says {
            Says::Effects(_) | Says::Nothing | Says::Prose => true,
            Says::Unresolved(_) | Says::NotUnderstood(_) => false,
        }
    }

    /// What it says is so afterwards.
    pub fn what(&self) -> &[Effect] {
        match &self.says {
            Says::Effects(effects) => effects,
            Says::Nothing | Says::Unresolved(_) | Says::NotUnderstood(_) | Says::Prose => &[],
        }
    }
}

/// The longest words of a statement that are kept, in characters.
const LONGEST: usize = 300;

/// Words in one line, blanks folded, shortened where they are long.
pub fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * LONGEST {
            break;
        }
    }
    if line.chars().count() > LONGEST {
        return line.chars().take(LONGEST - 1).chain("…".chars()).collect();
    }
    line
}
