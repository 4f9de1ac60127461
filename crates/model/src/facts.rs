//! All that one look at one target gave.

use crate::answer::{Why, WhyCode};
use crate::coverage::Coverage;
use crate::event::Event;
use crate::fact::Fact;
use crate::id::ResourceId;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A resource as a probe saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// True when the probe looked for exactly this name and it is not there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
    /// Why it could not be looked at, so that not even its being there is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Why>,
    /// How versions of this resource order, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<VersionOrder>,
    /// Its properties.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Fact>,
}

/// How a packaging system orders its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionOrder {
    /// deb-version(7).
    Deb,
    /// rpmvercmp, with epoch, `~` and `^`.
    Rpm,
    /// Python's PEP 440.
    Pep440,
    /// Semantic versioning (npm).
    Semver,
    /// RubyGems.
    Gem,
    /// PHP's version_compare (pecl, pear, extensions).
    Php,
    /// Numbers compared as numbers, the rest as text.
    Plain,
}

/// What one look gave of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindFacts {
    /// What the silence of this kind means.
    pub coverage: Coverage,
    /// The resources by name.
    pub resources: BTreeMap<String, Resource>,
}

/// All that one look at one target gave, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What was seen, by kind.
    pub kinds: BTreeMap<String, KindFacts>,
    /// The id of the key with which secrets are fingerprinted, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl Facts {
    /// Takes in one event. A kind that began and never ended stays unknown.
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Begin { kind } => {
                self.kinds.entry(kind.clone()).or_insert_with(|| KindFacts {
                    coverage: Coverage::Unknown(Why::new(WhyCode::Cut, format!("the answer on {kind} was cut short"))),
                    resources: BTreeMap::new(),
                });
            }
            Event::Resource { kind, name, resource } => {
                if let Some(seen) = self.kinds.get_mut(&kind) {
                    seen.resources.insert(name, resource);
                }
            }
            Event::End { kind, coverage } => {
                if let Some(seen) = self.kinds.get_mut(&kind) {
                    seen.coverage = coverage;
                }
            }
            Event::Hello { .. } | Event::Look { .. } | Event::Done { .. } => {}
        }
    }

    /// The resource, if it was shown.
    pub fn get(&self, id: &ResourceId) -> Option<&Resource> {
        self.kinds.get(&id.kind)?.resources.get(&id.name)
    }

    /// The value of a property, if it was shown and has one.
    pub fn value(&self, kind: &str, name: &str, property: &str) -> Option<&Value> {
        self.kinds.get(kind)?.resources.get(name)?.facts.get(property)?.value()
    }

    /// Every resource shown, in order.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &str, &Resource)> {
        self.kinds.iter().flat_map(|(kind, seen)| {
            seen.resources.iter().map(move |(name, resource)| (kind.as_str(), name.as_str(), resource))
        })
    }
}

impl FromIterator<Event> for Facts {
    fn from_iter<I: IntoIterator<Item = Event>>(events: I) -> Self {
        let mut facts = Facts::default();
        for event in events {
            facts.take(event);
        }
        facts
    }
}
