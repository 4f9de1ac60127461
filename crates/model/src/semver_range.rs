//! Ranges of semantic versions in Goss's spelling: `>1.0.0 <2.0.0 !=1.5.0 || >=3.0.0`. Spaces join bounds that must all
//! hold, `||` joins alternatives; versions are compared by precedence, prereleases too.

use crate::version::Relation;
use semver::Version;
use std::fmt;

/// A range of semantic versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SemverRange {
    written: String,
    alternatives: Vec<Vec<(Relation, Version)>>,
}

const SIGNS: &[(&str, Relation)] = &[
    (">=", Relation::AtLeast),
    ("<=", Relation::AtMost),
    ("!=", Relation::NotEqual),
    ("==", Relation::Equal),
    (">", Relation::Greater),
    ("<", Relation::Less),
    ("=", Relation::Equal),
    ("!", Relation::NotEqual),
];

impl SemverRange {
    /// Reads a range; the error says which part of it is none.
    pub fn parse(written: &str) -> Result<Self, String> {
        let alternatives = written.split("||").map(bounds).collect::<Result<_, _>>()?;
        Ok(Self { written: written.to_owned(), alternatives })
    }

    /// Whether a version lies within it. `None` when it is no semantic version.
    pub fn covers(&self, version: &str) -> Option<bool> {
        let version = Version::parse(version).ok()?;
        let holds = |(relation, bound): &(Relation, Version)| relation.holds(version.cmp_precedence(bound));
        Some(self.alternatives.iter().any(|bounds| bounds.iter().all(holds)))
    }
}

/// Bounds that must all hold. A comma may stand between them, and a space after a sign.
fn bounds(text: &str) -> Result<Vec<(Relation, Version)>, String> {
    let mut bounds = Vec::new();
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("a bound is missing".to_owned());
    }
    while !rest.is_empty() {
        let (sign, relation) =
            SIGNS.iter().find(|(s, _)| rest.starts_with(s)).copied().unwrap_or(("", Relation::Equal));
        let after = rest[sign.len()..].trim_start();
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, ',' | '<' | '>' | '!')).unwrap_or(after.len());
        bounds.extend(bound(relation, &after[..end])?);
        rest = after[end..].trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    }
    Ok(bounds)
}

/// One bound; with a wildcard (`1.x`, `1.2.*`, `1.2`) the two ends of what it covers.
fn bound(relation: Relation, text: &str) -> Result<Vec<(Relation, Version)>, String> {
    if let Ok(version) = Version::parse(text) {
        return Ok(vec![(relation, version)]);
    }
    let wrong = || format!("`{text}` is no semantic version, such as 1.2.3");
    let mut numbers = Vec::new();
    for part in text.split('.').take_while(|p| !matches!(*p, "x" | "X" | "*")) {
        numbers.push(part.parse::<u64>().map_err(|_bad| wrong())?);
    }
    let (low, high) = match numbers.as_slice() {
        [major] => (Version::new(*major, 0, 0), major.checked_add(1).map(|n| Version::new(n, 0, 0))),
        [major, minor] => (Version::new(*major, *minor, 0), minor.checked_add(1).map(|n| Version::new(*major, n, 0))),
        _ => return Err(wrong()),
    };
    let high = high.ok_or_else(wrong)?;
    Ok(match relation {
        Relation::Equal => vec![(Relation::AtLeast, low), (Relation::Less, high)],
        Relation::AtLeast | Relation::Less => vec![(relation, low)],
        Relation::Greater => vec![(Relation::AtLeast, high)],
        Relation::AtMost => vec![(Relation::Less, high)],
        Relation::NotEqual => return Err(format!("`{text}`: what is excluded is one version, such as 1.2.3")),
    })
}

impl fmt::Display for SemverRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_in_gosss_spelling() {
        for (range, version, covers) in [
            (">1.0.0 <2.0.0 !=1.5.0", "1.9.9", true),
            (">1.0.0 <2.0.0 !=1.5.0", "1.5.0", false),
            (">1.0.0 <2.0.0 !1.5.0", "1.5.0", false),
            (">5.0.0 || < 1.5.0", "1.0.1", true),
            (">5.0.0 || < 1.5.0", "3.0.0", false),
            (">=1.0.0,<2.0.0", "1.0.0", true),
            ("1.2.3", "1.2.3", true),
            ("==1.2.3", "1.2.4", false),
            (">=1.0.0", "1.0.0-rc1", false),
            (">=1.0.0-rc1", "1.0.0-rc2", true),
            ("1.x", "1.9.0", true),
            ("1.2.x", "1.3.0", false),
            (">1.x", "2.0.0", true),
            ("<=1.2", "1.2.9", true),
        ] {
            assert_eq!(SemverRange::parse(range).unwrap().covers(version), Some(covers), "{version} in {range}");
        }
        assert_eq!(SemverRange::parse("1.x").unwrap().covers("2.4-1ubuntu"), None);
    }

    #[test]
    fn what_is_no_range_is_said() {
        for (range, says) in [
            ("", "missing"),
            (">1.0.0 ||", "missing"),
            (">=a.b", "`a.b`"),
            ("1.2.3.4", "no semantic"),
            ("!=1.x", "excluded"),
        ] {
            let said = SemverRange::parse(range).unwrap_err();
            assert!(said.contains(says), "{range}: {said}");
        }
    }
}
