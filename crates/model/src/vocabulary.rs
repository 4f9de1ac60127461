//! What the model must know of kinds without knowing any by name.

use crate::answer::Answer;
use crate::value::Value;

/// What comparing must know of a property.
pub trait Vocabulary {
    /// Whether capture writes this property down, so that its appearing or changing is news.
    fn pins(&self, kind: &str, property: &str) -> bool;

    /// What it means that a probe which could look at everything shows a resource without this property.
    fn unshown(&self, kind: &str, property: &str) -> Answer<Value>;
}
