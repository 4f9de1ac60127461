//! Reading files for the kind `file`: what one path is, what a tree is, and the walk over the whole system.

pub(crate) mod attributes;
mod checkout;
pub(crate) mod look;
pub(crate) mod mode;
pub(crate) mod names;
mod releases;
pub(crate) mod sweep;
pub(crate) mod tree;
