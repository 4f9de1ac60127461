//! What comparing gave, one compared property at a time.

use crate::answer::Why;
use crate::id::ResourceId;
use crate::origin::Origin;
use crate::place::Place;
use crate::value::Value;

/// What comparing one property gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As claimed.
    Same,
    /// Looked, and it is otherwise.
    Differs,
    /// Looked, and the resource is not there.
    Missing,
    /// There, and nobody claimed it, in a kind of which the spec is complete.
    Extra,
    /// Could not look.
    Undecided(Why),
    /// Not as claimed, and accepted for this reason.
    Waived(String),
}

impl Verdict {
    /// The name used in every machine-readable output.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Differs => "differs",
            Verdict::Missing => "missing",
            Verdict::Extra => "extra",
            Verdict::Undecided(_) => "undecided",
            Verdict::Waived(_) => "waived",
        }
    }

    /// Whether this is news: not as claimed, or not decided.
    pub fn is_news(&self) -> bool {
        !matches!(self, Verdict::Same | Verdict::Waived(_))
    }
}

/// One compared property, or one resource as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The resource.
    pub id: ResourceId,
    /// The property; none where the resource as a whole is missing or extra.
    pub property: Option<String>,
    /// What comparing gave.
    pub verdict: Verdict,
    /// What was expected, in one line.
    pub expected: Option<String>,
    /// What was seen.
    pub seen: Option<Value>,
    /// Where the claim is written.
    pub claimed_at: Option<Place>,
    /// Where on the target the value is set.
    pub set_at: Option<Place>,
    /// Where the claim comes from.
    pub from: Option<Origin>,
    /// Why it is claimed.
    pub why: Option<String>,
}

impl Finding {
    /// A finding on a resource as a whole.
    pub fn whole(id: ResourceId, verdict: Verdict) -> Self {
        Self {
            id,
            property: None,
            verdict,
            expected: None,
            seen: None,
            claimed_at: None,
            set_at: None,
            from: None,
            why: None,
        }
    }

    /// `kind[name]` or `kind[name].property`.
    pub fn subject(&self) -> String {
        match &self.property {
            Some(property) => format!("{}.{property}", self.id),
            None => self.id.to_string(),
        }
    }
}
