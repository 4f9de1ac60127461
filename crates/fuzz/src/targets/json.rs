//! Paths into JSON that people write, over JSON that a host prints.

use super::parts;
use crate::Target;
use model::claim::Claim;
use model::value::Value;

/// A path is looked up in whatever was printed, and what is no JSON meets nothing.
pub(super) fn target() -> Target {
    Target::new("json", run, || {
        [
            "a.b\0{\"a\": {\"b\": 1}}",
            "list.#(n>5).n\0{\"list\": [{\"n\": 1}, {\"n\": 22}]}",
            "@this|@pretty\0[1, \"\\u00e9\", null, 1e9]",
            "{a,\"x\":b.0}\0{\"a\": true, \"b\": [\"c\"]}",
            "a\\.b.*\0{\"a.b\": {\"c\": \"\"}}",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    })
}

fn run(input: &[u8]) {
    let Some(parts) = parts(input) else { return };
    let [path, text, ..] = parts.as_slice() else { return };
    let any =
        Claim::Or(vec![Claim::Regexp(every()), Claim::Len(Box::new(Claim::Not(Box::new(Claim::Is(0_i64.into())))))]);
    let claim = Claim::Json([((*path).to_owned(), any)].into());
    let held = claim.holds(Some(&Value::from(*text)), None) == Ok(true);
    let is_json = serde_json::from_str::<serde_json::Value>(text).is_ok();
    assert!(!held || is_json, "{path:?} holds of {text:?}, which is no JSON");
}

/// An expression that matches every text.
fn every() -> regex::Regex {
    regex::Regex::new("").unwrap_or_else(|e| panic!("{e}"))
}
