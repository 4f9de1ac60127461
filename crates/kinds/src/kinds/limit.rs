//! Limits of users' sessions, from limits.conf and limits.d.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;

/// Limits.
pub(super) struct Limit;

const PROPERTIES: &[Property] =
    &[Property::new("value", Shape::Text, "the limit, from the last line that sets it (limits.conf(5))")];

impl Kind for Limit {
    fn name(&self) -> &'static str {
        "limit"
    }

    fn summary(&self) -> &'static str {
        "a limit of sessions, named `domain/type/item`: `www-data/soft/nofile`"
    }

    fn area(&self) -> Area {
        Area::System
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let mut paths = vec!["/etc/security/limits.conf".to_owned()];
        paths.extend(listing.seen(read::files_in(sys, "/etc/security/limits.d", ".conf")));
        for path in paths {
            let text = listing.seen(read::file_or_empty(sys, &path));
            let origin = Origin::of(sys, &path, &text, &[]);
            for (number, line) in read::lines(&text, &['#']) {
                let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
                let [domain, kind, item, value] = words.as_slice() else { continue };
                let fact = Fact::is(*value).standing(origin.line(line)).at(Place::line(&path, number));
                listing.add(format!("{domain}/{kind}/{item}"), Shown::new().fact("value", fact));
            }
        }
        listing.show(ask, out)
    }
}
