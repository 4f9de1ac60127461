//! What captures wrote, one short digest a claim: so that the next capture tells a value that people edited from one
//! that was captured and may follow the host. Kept beside the spec, in version control.

use model::id::ResourceId;
use model::value::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt;

/// The file's name in a role's directory.
pub const NAME: &str = ".captured";

/// Its first line; the number is its version.
const HEAD: &str = "repot captured 1";

/// Digests of claims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeSet<String>);

/// A claim, or what stands beside one: in which file, of what, which property, and its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Captured<'a> {
    pub(crate) file: &'a str,
    pub(crate) id: &'a ResourceId,
    pub(crate) what: &'a str,
    pub(crate) value: &'a Value,
}

impl Sums {
    /// Reads them. `None` when a newer repot wrote them.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        match lines.next() {
            None => Some(Self::default()),
            Some(HEAD) => Some(Self(lines.filter(|l| !l.is_empty()).map(str::to_owned).collect())),
            Some(_) => None,
        }
    }

    pub(crate) fn has(&self, captured: Captured<'_>) -> bool {
        self.0.contains(&captured.digest())
    }

    pub(crate) fn put(&mut self, captured: Captured<'_>) {
        self.0.insert(captured.digest());
    }

    pub(crate) fn extend(&mut self, other: Sums) {
        self.0.extend(other.0);
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Captured<'_> {
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for part in [self.file, &self.id.kind, &self.id.name, self.what] {
            feed(&mut hash, part);
        }
        feed_value(&mut hash, self.value);
        // Five bytes: a chance of one in a million million that an edit looks captured.
        hash.finalize().iter().take(5).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A part with its length before it, so that two parts are never taken for one.
fn feed(hash: &mut Sha256, part: &str) {
    hash.update(part.len().to_le_bytes());
    hash.update(part);
}

/// A number is its text: which of the two a file shows depends on quotes only.
fn feed_value(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Bool(b) => feed(hash, if *b { "b1" } else { "b0" }),
        Value::Int(n) => feed(hash, &format!("t{n}")),
        Value::Text(text) => feed(hash, &format!("t{text}")),
        Value::List(items) => {
            feed(hash, &format!("l{}", items.len()));
            items.iter().for_each(|item| feed_value(hash, item));
        }
        Value::Map(map) => {
            feed(hash, &format!("m{}", map.len()));
            for (key, value) in map {
                feed(hash, key);
                feed_value(hash, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_back_and_a_newer_version_is_refused() {
        let id = ResourceId::new("k", "n");
        let (one, two) = (Value::from("1440"), Value::from("1441"));
        let captured = |value| Captured { file: "f", id: &id, what: "p", value };
        let mut sums = Sums::default();
        sums.put(captured(&one));
        let back = Sums::parse(&sums.to_string()).unwrap();
        assert_eq!(back, sums);
        assert!(back.has(captured(&Value::Int(1440))) && !back.has(captured(&two)));
        assert!(!back.has(Captured { file: "g", ..captured(&one) }));
        assert_eq!(Sums::parse("repot captured 2\n"), None);
        assert_eq!(Sums::parse(""), Some(Sums::default()));
    }
}
