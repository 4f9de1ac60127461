//! Versions as packaging systems write them, and ranges as people do.

use super::parts;
use crate::Target;
use model::facts::VersionOrder;
use model::version::{Range, compare};
use std::cmp::Ordering;

const ORDERS: &[VersionOrder] = &[
    VersionOrder::Deb,
    VersionOrder::Rpm,
    VersionOrder::Pep440,
    VersionOrder::Semver,
    VersionOrder::Gem,
    VersionOrder::Php,
    VersionOrder::Plain,
];

/// Versions are in one order, whichever way they are compared; a range is written as it was read.
pub(super) fn target() -> Target {
    Target::new("version", run, || {
        [
            "1:2.4.52-1ubuntu4.21\x002.4.52~rc1\x002.4.52",
            "1.0rc1\x001.0.post1\x001.0.dev1",
            "8.2.0RC1\x008.2.0-dev\x008.2",
            ">= 8.2, < 8.3\x008.2.1\x00= 1",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    })
}

fn run(input: &[u8]) {
    let Some(parts) = parts(input) else { return };
    let [a, b, c, ..] = parts.as_slice() else { return };
    for order in ORDERS {
        one_order(*order, a, b, c);
    }
    if let Some(range) = Range::parse(a) {
        let written = range.to_string();
        let again = Range::parse(&written).map(|r| r.to_string());
        assert_eq!(again.as_ref(), Some(&written), "{a:?}");
    }
}

fn one_order(order: VersionOrder, a: &str, b: &str, c: &str) {
    assert!(matches!(compare(order, a, a), None | Some(Ordering::Equal)), "{a:?} is not itself as {order:?}");
    let (ab, ba) = (compare(order, a, b), compare(order, b, a));
    assert_eq!(ab, ba.map(Ordering::reverse), "{a:?} and {b:?} as {order:?}");
    let (Some(ab), Some(bc), Some(ac)) = (ab, compare(order, b, c), compare(order, a, c)) else { return };
    if ab == bc || bc == Ordering::Equal {
        assert_eq!(ac, ab, "{a:?}, {b:?}, {c:?} as {order:?}");
    }
}
