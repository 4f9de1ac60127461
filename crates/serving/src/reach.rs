//! How a part of a configuration is reached.

use crate::request::Asked;

/// How a block is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// By these requests.
    By(Vec<Asked>),
    /// Perhaps by this request, or by one that nobody thought of: why that cannot be told.
    Perhaps(Option<Box<Asked>>, String),
    /// By no request alone: the server itself leads there.
    Inside(String),
    /// By nothing.
    Never(String),
    /// By what only the running server knows: tracing shows it.
    Traced(String),
}
