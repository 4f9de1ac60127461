//! Versions in the order of the packaging system they belong to, and ranges over them.

use crate::facts::VersionOrder;
use std::cmp::Ordering;
use std::fmt;

/// Compares two versions in an order. `None` when one cannot be read in that order.
pub fn compare(order: VersionOrder, a: &str, b: &str) -> Option<Ordering> {
    match order {
        VersionOrder::Deb => {
            let (a, b): (debversion::Version, debversion::Version) = (a.parse().ok()?, b.parse().ok()?);
            Some(a.cmp(&b))
        }
        VersionOrder::Rpm => Some(rpm_version::rpm_evr_compare(a, b)),
        VersionOrder::Semver => {
            let (a, b) = (semver::Version::parse(a).ok()?, semver::Version::parse(b).ok()?);
            Some(a.cmp_precedence(&b))
        }
        VersionOrder::Pep440 | VersionOrder::Gem | VersionOrder::Php | VersionOrder::Plain => Some(ranked(order, a, b)),
    }
}

/// A piece of a version: a number, or a word with its rank around the release (0).
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Number(&'a str),
    Word(&'a str),
}

fn pieces(version: &str) -> Vec<Piece<'_>> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let version = version.split('+').next().unwrap_or(version);
    let mut out = Vec::new();
    let mut rest = version;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit || !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        if end == 0 {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        out.push(if digit { Piece::Number(&rest[..end]) } else { Piece::Word(&rest[..end]) });
        rest = &rest[end..];
    }
    out
}

/// What a word means beside the plain release, which is 0: earlier is negative.
fn rank(order: VersionOrder, word: &str) -> i8 {
    let word = word.to_ascii_lowercase();
    match (order, word.as_str()) {
        (_, "dev") => -5,
        (_, "a" | "alpha") => -4,
        (_, "b" | "beta") => -3,
        (_, "c" | "rc" | "pre" | "preview") => -2,
        (_, "p" | "pl" | "post" | "r" | "rev") => 2,
        // RubyGems: any letter makes a prerelease. PHP: an unknown word comes before dev.
        (VersionOrder::Gem, _) => -1,
        (VersionOrder::Php, _) => -6,
        _ => 1,
    }
}

fn ranked(order: VersionOrder, a: &str, b: &str) -> Ordering {
    let (a, b) = (pieces(a), pieces(b));
    for at in 0..a.len().max(b.len()) {
        let one = match (a.get(at), b.get(at)) {
            (Some(Piece::Number(x)), Some(Piece::Number(y))) => numbers(x, y),
            (Some(Piece::Word(x)), Some(Piece::Word(y))) => rank(order, x).cmp(&rank(order, y)).then_with(|| x.cmp(y)),
            (Some(Piece::Number(x)), None) => numbers(x, "0"),
            (None, Some(Piece::Number(y))) => numbers("0", y),
            (Some(Piece::Word(x)), _) => rank(order, x).cmp(&0),
            (_, Some(Piece::Word(y))) => 0.cmp(&rank(order, y)),
            (None, None) => Ordering::Equal,
        };
        if one != Ordering::Equal {
            return one;
        }
    }
    Ordering::Equal
}

fn numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// How a version stands to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Relation {
    /// Whether an ordering satisfies the relation.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Relation::Equal => ordering.is_eq(),
            Relation::NotEqual => ordering.is_ne(),
            Relation::Less => ordering.is_lt(),
            Relation::AtMost => ordering.is_le(),
            Relation::Greater => ordering.is_gt(),
            Relation::AtLeast => ordering.is_ge(),
        }
    }

    /// How it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Relation::Equal => "=",
            Relation::NotEqual => "!=",
            Relation::Less => "<",
            Relation::AtMost => "<=",
            Relation::Greater => ">",
            Relation::AtLeast => ">=",
        }
    }
}

/// Bounds that must all hold: `>= 8.2, < 8.3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range(pub Vec<(Relation, String)>);

impl Range {
    /// Reads bounds separated by commas; every bound begins with its sign.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bounds = Vec::new();
        for bound in text.split(',') {
            let bound = bound.trim();
            let signs = [
                (">=", Relation::AtLeast),
                ("<=", Relation::AtMost),
                ("!=", Relation::NotEqual),
                (">", Relation::Greater),
                ("<", Relation::Less),
                ("=", Relation::Equal),
            ];
            let (relation, version) =
                signs.iter().find_map(|(sign, relation)| Some((*relation, bound.strip_prefix(sign)?.trim())))?;
            if version.is_empty() {
                return None;
            }
            bounds.push((relation, version.to_owned()));
        }
        Some(Self(bounds))
    }

    /// Whether a version is within the bounds; `None` when it cannot be read in this order.
    pub fn covers(&self, order: VersionOrder, version: &str) -> Option<bool> {
        for (relation, bound) in &self.0 {
            if !relation.holds(compare(order, version, bound)?) {
                return Some(false);
            }
        }
        Some(true)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (relation, version)) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{} {version}", relation.sign())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_own_order() {
        use Ordering::{Equal, Greater, Less};
        use VersionOrder::{Deb, Gem, Pep440, Php, Plain, Rpm, Semver};
        for (order, a, b, want) in [
            (Deb, "2.4.52-1ubuntu4.21", "2.4.52", Greater),
            (Deb, "1:9.0", "10.0", Greater),
            (Deb, "1.0~rc1", "1.0", Less),
            (Deb, "8.2.29-1~deb12u1", "8.2.29-1", Less),
            (Rpm, "1.0~rc1-1", "1.0-1", Less),
            (Rpm, "1:1.0-1", "2.0-1", Greater),
            (Rpm, "1.0a-1", "1.0.1-1", Less),
            (Pep440, "1.0.dev1", "1.0a1", Less),
            (Pep440, "1.0rc1", "1.0", Less),
            (Pep440, "1.0.post1", "1.0", Greater),
            (Pep440, "1.10", "1.9", Greater),
            (Pep440, "1.0", "1.0.0", Equal),
            (Gem, "1.0.b1", "1.0", Less),
            (Gem, "1.10.0", "1.9", Greater),
            (Php, "8.2.0RC1", "8.2.0", Less),
            (Php, "5.3.9", "5.3.10", Less),
            (Semver, "1.0.0-alpha", "1.0.0", Less),
            (Plain, "9e", "9f", Less),
        ] {
            assert_eq!(compare(order, a, b), Some(want), "{a} against {b} as {order:?}");
            assert_eq!(compare(order, b, a), Some(want.reverse()), "{b} against {a} as {order:?}");
        }
    }

    #[test]
    fn ranges() {
        let range = Range::parse(">= 8.2, < 8.3").unwrap();
        assert_eq!(range.covers(VersionOrder::Deb, "8.2.29-1~deb12u1"), Some(true));
        assert_eq!(range.covers(VersionOrder::Deb, "8.3.1"), Some(false));
        assert_eq!(Range::parse("8.2"), None);
        assert_eq!(Range::parse(">="), None);
        assert_eq!(range.to_string(), ">= 8.2, < 8.3");
    }
}
