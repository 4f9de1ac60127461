//! A kind's name as it was typed.

use crate::error::CommandError;
use exchange::spec_file::problem::meant;
use kinds::KINDS;
use kinds::kind::Kind;

/// The kind of a name, or what was probably meant.
pub(crate) fn known_kind(name: &str) -> Result<&'static dyn Kind, CommandError> {
    kinds::kind_named(name).ok_or_else(|| {
        let error = CommandError::usage(format!("there is no kind `{name}`"));
        match meant(name, KINDS.iter().map(|k| k.name())) {
            Some(meant) => error.hint(format!("did you mean `{meant}`? `repot kinds` lists them")),
            None => error.hint("`repot kinds` lists them"),
        }
    })
}
