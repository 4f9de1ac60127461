//! Swap space in use, from the kernel's own table.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::Why;
use model::coverage::Coverage;
use model::plan::Ask;

/// Swap space.
pub(super) struct Swap;

const PROPERTIES: &[Property] = &[
    Property::new("type", Shape::Text, "file or partition (proc(5), swaps)").live(),
    Property::new("size", Shape::Int, "its size").unit("KiB").live(),
    Property::new("priority", Shape::Int, "higher ones are used first").live(),
];

impl Kind for Swap {
    fn name(&self) -> &'static str {
        "swap"
    }

    fn summary(&self) -> &'static str {
        "swap space in use, named by its file or device"
    }

    fn area(&self) -> Area {
        Area::System
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        if !sys.is_live() {
            return Coverage::Unknown(Why::not_running());
        }
        let mut listing = Listing::default();
        let table = listing.seen(read::file_or_empty(sys, "/proc/swaps"));
        for line in table.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [name, kind, size, _used, priority] = words.as_slice() else { continue };
            let number = |text: &str| text.parse::<i64>().unwrap_or_default();
            let shown = Shown::new().is("type", *kind).is("size", number(size)).is("priority", number(priority));
            listing.add(*name, shown);
        }
        listing.show(ask, out)
    }
}
