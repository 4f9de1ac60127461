//! nginx's configuration as nginx reads it: which server and location answers a request, and how it gets there. Pure:
//! files are handed in.

#[cfg(feature = "follow")]
pub mod config;
#[cfg(feature = "follow")]
pub mod find;
pub mod lexer;
#[cfg(feature = "follow")]
pub mod listen;
#[cfg(feature = "follow")]
pub mod names;
#[cfg(feature = "follow")]
pub mod reach;
#[cfg(feature = "follow")]
pub mod shadow;
pub mod tree;
#[cfg(feature = "follow")]
pub mod uri;
#[cfg(feature = "follow")]
mod variables;
#[cfg(feature = "follow")]
pub mod walk;
