//! What an agent is asked to look at: the first half of the protocol.

use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What to look at, in one round trip.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The protocol's version, [`crate::event::PROTOCOL`].
    pub protocol: u32,
    /// The project's key for secrets, 64 hexadecimal digits.
    pub key: String,
    /// What to ask of each kind.
    pub kinds: BTreeMap<String, Ask>,
    /// How long one kind may take, in seconds.
    pub seconds_per_kind: u64,
    /// Look a second time after this many seconds, to see what moves by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_after: Option<u64>,
    /// Paths that are not the machine's: what repot itself keeps on it, where its project lies there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<PathBuf>,
}

/// What is asked of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Look at everything of the kind that capture would write down.
    #[serde(default)]
    pub sweep: bool,
    /// Also bring the contents of what people wrote.
    #[serde(default)]
    pub contents: bool,
    /// Names (or globs) that somebody wants to know of.
    #[serde(default)]
    pub names: BTreeMap<String, Wanted>,
}

/// What is wanted of one name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The properties; empty means the ones that capture would write down.
    #[serde(default)]
    pub properties: BTreeSet<String>,
    /// What the question needs to be asked: a command line, a time limit.
    #[serde(default)]
    pub inputs: BTreeMap<String, Value>,
}

impl Ask {
    /// A question for everything.
    pub fn everything() -> Self {
        Self { sweep: true, ..Self::default() }
    }

    /// A question for one more name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.names.entry(name.into()).or_default();
        self
    }

    /// Whether it matters who brought a value: to a sweep, and where a name was asked for without its properties.
    pub fn asks_who(&self) -> bool {
        self.sweep || self.names.values().any(|w| w.properties.is_empty())
    }

    /// Whether a property of a name was asked for expressly.
    pub fn wants(&self, name: &str, property: &str) -> bool {
        self.names.get(name).is_some_and(|w| w.properties.contains(property))
    }

    /// An input of a name, if given.
    pub fn input(&self, name: &str, input: &str) -> Option<&Value> {
        self.names.get(name)?.inputs.get(input)
    }
}
