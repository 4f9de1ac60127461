//! Names: of resources, as patterns, as text of bytes, and as terminals get them.

use super::parts;
use crate::Target;
use model::id::{ResourceId, glob, is_pattern, literal, unescaped};
use model::pattern::Pattern;
use model::text::{for_terminal, from_bytes, to_bytes, unsafe_on_terminals};

/// What is written can be read back, and no name is taken for another.
pub(super) fn target() -> Target {
    Target::new("names", run, || {
        ["port[tcp6:[::]:80]\0/etc/*", "a\\*b\0a*b", "/^x.*$/\0a\nxx", "!/[/\0b", "\\xff\0\u{1b}[31m"]
            .map(|text| text.as_bytes().to_vec())
            .to_vec()
    })
}

fn run(input: &[u8]) {
    assert_eq!(to_bytes(&from_bytes(input)), input, "bytes come back");
    let Some(parts) = parts(input) else { return };
    let [a, b, ..] = parts.as_slice() else { return };
    assert!(!for_terminal(a).chars().any(unsafe_on_terminals), "{a:?}");
    if let Some(id) = ResourceId::parse(a) {
        assert_eq!(ResourceId::parse(&id.to_string()), Some(id), "{a:?}");
    }
    let pattern = literal(a);
    assert!(!is_pattern(&pattern) && glob(&pattern, a), "{a:?} as {pattern:?}");
    assert_eq!(unescaped(&pattern), *a);
    assert!(a == b || !glob(&pattern, b), "{pattern:?} covers {b:?}");
    assert!(is_pattern(a) || glob(a, b) == (unescaped(a) == *b), "{a:?} and {b:?}");
    // Of what begins with two signs only the first one negates.
    if !a.starts_with("!!")
        && !a.trim_start_matches('!').is_empty()
        && let Ok(pattern) = Pattern::parse(a)
    {
        let opposite = a.strip_prefix('!').map_or_else(|| format!("!{a}"), str::to_owned);
        if let Ok(opposite) = Pattern::parse(&opposite) {
            assert_ne!(pattern.holds(b), opposite.holds(b), "{a:?} and {opposite} of {b:?}");
        }
    }
}
