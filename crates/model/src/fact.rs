//! One property of one resource as a probe saw it, with who brought it and where it is set.

use crate::answer::{Answer, Why};
use crate::place::Place;
use crate::standing::Standing;
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// One property as a probe saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What looking gave.
    #[serde(flatten)]
    pub seen: Seen,
    /// Who brought this value.
    #[serde(default, skip_serializing_if = "is_shipped")]
    pub standing: Standing,
    /// The file and line on the target that set it, where a probe knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What the OS or the package brought, where that differs and is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped: Option<Value>,
    /// True when this value moves by itself on this resource, though the property is a steady one on others: it is
    /// compared with what a spec claims, never written down, and no news when nobody claims it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moves: bool,
}

/// An [`Answer`] in the form in which it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Looked, and this is the value.
    Value(Value),
    /// Looked, and the resource has no such value.
    Absent(Unit),
    /// Could not look.
    Unknown(Why),
}

/// Written as `true`, because a bare name cannot stand beside other fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit;

impl Serialize for Unit {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        bool::deserialize(d).map(|_| Unit)
    }
}

// serde asks for a reference
fn is_shipped(s: &Standing) -> bool {
    *s == Standing::Shipped
}

impl Fact {
    /// A fact as the OS or a package brought it, or as it follows from that.
    pub fn new(answer: Answer<Value>) -> Self {
        Self { seen: answer.into(), standing: Standing::Shipped, place: None, shipped: None, moves: false }
    }

    /// A value as the OS or a package brought it.
    pub fn is(value: impl Into<Value>) -> Self {
        Self::new(Ok(Some(value.into())))
    }

    /// A property that could not be looked at.
    pub fn unknown(why: Why) -> Self {
        Self::new(Err(why))
    }

    /// The same fact as people's doing.
    #[must_use]
    pub fn local(self) -> Self {
        self.standing(Standing::Local)
    }

    /// The same fact with a standing.
    #[must_use]
    pub fn standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    /// The same fact as one that moves by itself on this resource.
    #[must_use]
    pub fn moving(mut self) -> Self {
        self.moves = true;
        self
    }

    /// The same fact, set at this place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same fact, where the packaged value is known: people's doing if it differs.
    #[must_use]
    pub fn against(mut self, shipped: impl Into<Value>) -> Self {
        let shipped = shipped.into();
        if self.value().is_some_and(|v| *v != shipped) {
            self.standing = Standing::Local;
            self.shipped = Some(shipped);
        }
        self
    }

    /// The value, if there is one.
    pub fn value(&self) -> Option<&Value> {
        match &self.seen {
            Seen::Value(v) => Some(v),
            Seen::Absent(_) | Seen::Unknown(_) => None,
        }
    }

    /// What looking gave.
    pub fn answer(&self) -> Result<Option<&Value>, &Why> {
        match &self.seen {
            Seen::Value(v) => Ok(Some(v)),
            Seen::Absent(_) => Ok(None),
            Seen::Unknown(w) => Err(w),
        }
    }
}

impl From<Answer<Value>> for Seen {
    fn from(answer: Answer<Value>) -> Self {
        match answer {
            Ok(Some(v)) => Seen::Value(v),
            Ok(None) => Seen::Absent(Unit),
            Err(w) => Seen::Unknown(w),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::WhyCode;

    #[test]
    fn every_answer_survives_writing() {
        for fact in [
            Fact::is("x").local().at(Place::line("/etc/php.ini", 3)),
            Fact::new(Ok(None)),
            Fact::unknown(Why::new(WhyCode::Denied, "/etc/shadow")),
            Fact::is(64_i64).against(32_i64),
            Fact::is(true).moving(),
        ] {
            let text = serde_json::to_string(&fact).unwrap();
            assert_eq!(serde_json::from_str::<Fact>(&text).unwrap(), fact, "{text}");
        }
    }

    #[test]
    fn a_value_equal_to_the_packaged_one_is_not_local() {
        assert_eq!(Fact::is("a").against("a").standing, Standing::Shipped);
        assert_eq!(Fact::is("b").against("a").standing, Standing::Local);
    }
}
