//! The list of targets.

use crate::Target;

mod address;
mod decisions;
mod http;
mod import;
mod json;
mod kind;
mod names;
mod page;
mod recording;
mod redaction;
mod report;
mod spec;
mod version;

/// Every target. There is one of each kind, so that a kind that is added is fuzzed without another word.
pub fn all() -> Vec<Target> {
    let mut all: Vec<Target> = kinds::KINDS.iter().map(|kind| kind::target(*kind)).collect();
    all.extend([
        address::target(),
        decisions::files(),
        decisions::rules(),
        http::target(),
        import::target(),
        json::target(),
        names::target(),
        page::pages(),
        page::projects(),
        recording::events(),
        recording::plans(),
        recording::recordings(),
        redaction::files(),
        redaction::planted(),
        redaction::values(),
        report::target(),
        spec::captured_again(),
        spec::gossfiles(),
        spec::specs(),
        version::target(),
    ]);
    all
}

/// An input as text, and nothing when it is none.
fn text(input: &[u8]) -> Option<&str> {
    std::str::from_utf8(input).ok()
}

/// An input in parts of text: what stands before each NUL.
fn parts(input: &[u8]) -> Option<Vec<&str>> {
    text(input).map(|text| text.split('\0').collect())
}
