//! What people wrote that configures something: values of settings, and lines of files, each with its place.

use crate::rules::{Host, One};
use model::place::Place;
use std::borrow::Cow;

/// Something people wrote.
#[derive(Debug, Clone)]
pub(super) struct Statement<'s> {
    /// The entry it stands in.
    pub(super) one: One<'s>,
    /// What it says.
    pub(super) text: Cow<'s, str>,
    /// Where.
    pub(super) place: Option<Place>,
}

/// Kinds whose values configure something.
const KINDS: &[&str] = &["nginx", "php-ini", "php-pool", "env", "postfix", "cron", "service"];

/// All that people wrote: values that are not as shipped, and the lines of their files without comments.
pub(super) fn statements<'s>(host: &'s Host<'s>) -> impl Iterator<Item = Statement<'s>> {
    let of_kind = |kind: &&str| host.of(kind).filter(|one| one.is_site());
    let values = KINDS.iter().flat_map(of_kind).flat_map(|one| {
        let set = one.entry.claims.keys().filter(move |property| one.is_set(property));
        set.flat_map(move |property| one.texts(property)).map(move |text| Statement {
            one,
            text: Cow::Owned(text),
            place: one.place(),
        })
    });
    let lines = host.lines().filter(|line| line.file.is_site() && !line.is_comment());
    values.chain(lines.map(|line| Statement {
        one: line.file,
        text: Cow::Borrowed(line.text),
        place: Some(line.place()),
    }))
}

impl Statement<'_> {
    /// What it says, short enough for a line.
    pub(super) fn short(&self) -> String {
        let short: String = self.text.chars().take(100).collect();
        if short.len() < self.text.len() { format!("{short}…") } else { short }
    }
}
