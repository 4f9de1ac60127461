//! The one way out of a probe: what is shown is checked against the kind's description and freed of secrets.

use crate::kind::{Kind, Property};
use crate::redact::Redact;
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::event::Event;
use model::fact::{Fact, Seen};
use model::facts::{Resource, VersionOrder};
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::BTreeMap;

/// The longest text that is shown as a value, in bytes.
pub const LONGEST_VALUE: usize = 1 << 20;

/// Where a probe shows what it sees.
pub struct Out<'a> {
    kind: &'a dyn Kind,
    ask: &'a Ask,
    redact: &'a dyn Redact,
    sink: &'a mut dyn FnMut(Event),
}

/// A resource being put together.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    resource: Resource,
}

impl Shown {
    /// A resource with no property yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a property's fact.
    #[must_use]
    pub fn fact(mut self, property: &str, fact: Fact) -> Self {
        self.resource.facts.insert(property.to_owned(), fact);
        self
    }

    /// With a value as it was shipped.
    #[must_use]
    pub fn is(self, property: &str, value: impl Into<Value>) -> Self {
        self.fact(property, Fact::is(value))
    }

    /// With a value of a standing.
    #[must_use]
    pub fn stands(self, property: &str, value: impl Into<Value>, standing: Standing) -> Self {
        self.fact(property, Fact::is(value).standing(standing))
    }

    /// With a value that people gave.
    #[must_use]
    pub fn local(self, property: &str, value: impl Into<Value>) -> Self {
        self.stands(property, value, Standing::Local)
    }

    /// With what looking gave.
    #[must_use]
    pub fn answer(self, property: &str, answer: Answer<impl Into<Value>>) -> Self {
        self.fact(property, Fact::new(answer.map(|v| v.map(Into::into))))
    }

    /// With an order of its versions.
    #[must_use]
    pub fn versions(mut self, order: VersionOrder) -> Self {
        self.resource.versions = Some(order);
        self
    }

    /// Whether a property has a fact.
    pub fn has(&self, property: &str) -> bool {
        self.resource.facts.contains_key(property)
    }

    /// A property's value, where it is known.
    pub fn value(&self, property: &str) -> Option<&Value> {
        match &self.resource.facts.get(property)?.seen {
            Seen::Value(value) => Some(value),
            Seen::Absent(_) | Seen::Unknown(_) => None,
        }
    }

    /// One property's fact as shipped.
    #[must_use]
    pub fn as_shipped(mut self, property: &str) -> Self {
        if let Some(fact) = self.resource.facts.get_mut(property) {
            fact.standing = Standing::Shipped;
        }
        self
    }

    /// Every fact as people's doing.
    #[must_use]
    pub fn all_local(mut self) -> Self {
        for fact in self.resource.facts.values_mut() {
            fact.standing = Standing::Local;
        }
        self
    }
}

impl<'a> Out<'a> {
    /// A way out for one kind.
    pub fn new(kind: &'a dyn Kind, ask: &'a Ask, redact: &'a dyn Redact, sink: &'a mut dyn FnMut(Event)) -> Self {
        Self { kind, ask, redact, sink }
    }

    /// The kind whose resources are shown.
    pub fn kind(&self) -> &'static str {
        self.kind.name()
    }

    /// Whether names of the kind may be patterns.
    pub fn has_globs(&self) -> bool {
        self.kind.has_globs()
    }

    /// The means to redact a file's contents.
    pub fn redact(&self) -> &'a dyn Redact {
        self.redact
    }

    /// Shows a resource.
    pub fn show(&mut self, name: &str, shown: Shown) {
        let mut resource = shown.resource;
        resource.facts = std::mem::take(&mut resource.facts)
            .into_iter()
            .filter_map(|(property, fact)| Some((property.clone(), self.checked(name, &property, fact)?)))
            .collect::<BTreeMap<_, _>>();
        self.send(name, resource);
    }

    /// Answers each name asked for, and nothing else: for kinds that are looked at only when asked.
    pub fn answer_each(&mut self, answer: impl Fn(&str) -> Answer<Shown>) -> Coverage {
        for name in self.ask.names.keys() {
            match answer(name) {
                Ok(Some(shown)) => self.show(name, shown),
                Ok(None) => self.absent(name),
                Err(why) => self.unknown(name, &why),
            }
        }
        Coverage::Asked
    }

    /// Shows that a resource was looked for, or was shipped, and is not there.
    pub fn absent(&mut self, name: &str) {
        self.send(name, Resource { absent: true, ..Resource::default() });
    }

    /// Shows that a resource could not be looked at: every property asked for is unknown.
    pub fn unknown(&mut self, name: &str, why: &Why) {
        let asked = self.ask.names.get(name).map(|w| &w.properties);
        let mut shown = Shown::new();
        shown.resource.unknown = Some(self.safe(why.clone()));
        for property in self.kind.properties() {
            let wanted = asked.is_some_and(|a| a.contains(property.name)) || property.is_pinned();
            if wanted {
                shown = shown.fact(property.name, Fact::unknown(why.clone()));
            }
        }
        self.show(name, shown);
    }

    /// A reason repeats what was asked, and that may hold a secret.
    fn safe(&self, mut why: Why) -> Why {
        why.detail = self.redact.value(self.kind.name(), &why.detail);
        why
    }

    fn send(&mut self, name: &str, resource: Resource) {
        let name = self.redact.value(self.kind.name(), name);
        (self.sink)(Event::Resource { kind: self.kind.name().to_owned(), name, resource });
    }

    fn checked(&self, name: &str, property: &str, mut fact: Fact) -> Option<Fact> {
        let described = self.kind.property(property);
        debug_assert!(described.is_some(), "{} shows {property}, which it does not describe", self.kind.name());
        let described = described?;
        if let Seen::Value(value) = &mut fact.seen {
            self.free_of_secrets(described, name, value);
            if !described.takes(value) {
                // A spec could not claim it: a bug here, and not a reason to lose the rest of a capture.
                let detail = format!("{name}: {property} cannot be this {}: a bug in repot", value.shape());
                fact.seen = Seen::Unknown(Why::new(WhyCode::Malformed, detail));
            } else if size(value) > LONGEST_VALUE {
                let detail = format!("{name}: {property} is longer than {LONGEST_VALUE} bytes");
                fact.seen = Seen::Unknown(Why::new(WhyCode::TooLarge, detail));
            }
        }
        if let Seen::Unknown(why) = &mut fact.seen {
            *why = self.safe(why.clone());
        }
        if let Some(shipped) = &mut fact.shipped {
            self.free_of_secrets(described, name, shipped);
        }
        Some(fact)
    }

    fn free_of_secrets(&self, property: &Property, name: &str, value: &mut Value) {
        match value {
            Value::Text(text) if property.secret => *text = self.redact.whole(&model::text::to_bytes(text)),
            Value::Text(text) => {
                let hint = format!("{}[{name}].{}", self.kind.name(), property.name);
                *text = self.redact.value(&hint, text);
            }
            Value::List(items) => items.iter_mut().for_each(|v| self.free_of_secrets(property, name, v)),
            Value::Map(map) => {
                for (key, value) in map {
                    // In a map the key says what the value is.
                    if let (Value::Text(text), false) = (&mut *value, property.secret) {
                        *text = self.redact.value(key, text);
                    } else {
                        self.free_of_secrets(property, key, value);
                    }
                }
            }
            Value::Bool(_) | Value::Int(_) => {}
        }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(map) => map.iter().map(|(k, v)| k.len() + size(v)).sum(),
        Value::Bool(_) | Value::Int(_) => 8,
    }
}
