//! What the model must know of kinds without knowing any by name.

/// What comparing must know of a property.
pub trait Vocabulary {
    /// Whether capture writes this property down, so that its appearing or changing is news.
    fn pins(&self, kind: &str, property: &str) -> bool;
}
