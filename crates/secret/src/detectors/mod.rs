//! The detectors: one file each, its positive and negative data beside it in a text file of the same name.

mod call_argument;
mod command_line;
mod crypt_hash;
mod http_header;
mod known_token;
mod named_pair;
mod named_value;
mod positional;
mod private_key;
mod random_literal;
mod sql_statement;
mod url_query;
mod url_userinfo;
mod webhook;
mod xml_element;

#[cfg(test)]
mod laws;

use crate::detector::Detector;

pub(crate) use private_key::blocks as private_key_blocks;

/// All of them, by name.
pub(crate) const ALL: &[Detector] = &[
    call_argument::DETECTOR,
    command_line::DETECTOR,
    crypt_hash::DETECTOR,
    http_header::DETECTOR,
    known_token::DETECTOR,
    named_pair::DETECTOR,
    named_value::DETECTOR,
    positional::DETECTOR,
    private_key::DETECTOR,
    random_literal::DETECTOR,
    sql_statement::DETECTOR,
    url_query::DETECTOR,
    url_userinfo::DETECTOR,
    webhook::DETECTOR,
    xml_element::DETECTOR,
];
