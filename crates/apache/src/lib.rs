//! Apache's configuration as Apache reads it: which virtual host answers a request, and which `<Location>` sections it
//! comes through. What depends on files and on what other modules do is named, and left to tracing. Pure: files are
//! handed in.

pub mod config;
mod host;
mod lexer;
mod location;
mod modules;
pub mod reach;
mod rewriting;
pub mod route;
pub mod tree;
pub mod uri;
