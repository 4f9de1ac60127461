//! End-to-end tests over HTTP: `.hurl` files run against any form of a system, what they found, and which
//! locations of the web server they proved.

pub mod access_log;
mod apache_configuration;
pub mod compare;
pub mod configuration;
pub mod coverage;
pub mod engine;
pub mod environment;
pub mod expected;
pub mod findings;
pub mod hurl_binary;
#[cfg(feature = "embedded")]
pub mod hurl_embedded;
pub mod hurl_file;
pub mod hurl_quoting;
mod hurl_report;
mod limited;
pub mod locating;
pub mod looking;
mod reading;
pub mod redaction;
pub mod replay;
pub mod run;
pub mod sent;
pub mod served;
pub mod suite;
pub mod trace;
pub mod traffic;
pub mod wanted;
pub mod way;
pub mod web;
mod web_apache;
mod web_nginx;
pub mod world;
pub mod written;
