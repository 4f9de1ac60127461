//! nginx's configuration as nginx reads it: which server and location answers a request, and how it gets there. Pure:
//! files are handed in.

pub mod config;
pub mod find;
pub mod lexer;
pub mod listen;
pub mod names;
pub mod pattern;
pub mod reach;
pub mod request;
pub mod sample;
pub mod shadow;
pub mod tree;
pub mod uri;
mod variables;
pub mod walk;
