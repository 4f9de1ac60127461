//! The system's time zone.

use crate::kind::{Area, Kind, Property, Shape};
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::Answer;
use model::coverage::Coverage;
use model::fact::Fact;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use std::path::Path;

/// The time zone.
pub(super) struct Timezone;

const PROPERTIES: &[Property] = &[
    Property::new("zone", Shape::Text, "the zone that /etc/localtime leads to (localtime(5)); UTC if there is none"),
    Property::new("configured", Shape::Text, "what /etc/timezone says, which Debian's tools and Java read"),
];

impl Kind for Timezone {
    fn name(&self) -> &'static str {
        "timezone"
    }

    fn summary(&self) -> &'static str {
        "the system's time zone; there is one, named `timezone`"
    }

    fn area(&self) -> Area {
        Area::Host
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, _ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let zone = zone(sys);
        let coverage = zone.as_ref().err().cloned().map_or(Coverage::Complete, Coverage::Unknown);
        let configured = read::file(sys, "/etc/timezone").map(|t| t.map(|t| t.trim().to_owned()));
        let shown = Shown::new().fact("zone", standing(zone)).fact("configured", standing(configured));
        out.show("timezone", shown);
        coverage
    }
}

/// An installation begins with UTC.
fn standing(answer: Answer<String>) -> Fact {
    let is_begin =
        matches!(&answer, Ok(Some(zone)) if matches!(zone.as_str(), "Etc/UTC" | "UTC" | "Universal" | "Etc/UCT"));
    let standing = if is_begin { Standing::Shipped } else { Standing::Local };
    Fact::new(answer.map(|z| z.map(Into::into))).standing(standing)
}

fn zone(sys: &dyn Sys) -> Answer<String> {
    let path = Path::new("/etc/localtime");
    if let Some(target) = sys.link(path)? {
        let target = text::from_bytes(target.as_os_str().as_encoded_bytes());
        return Ok(Some(target.split_once("zoneinfo/").map_or(target.clone(), |(_, zone)| zone.to_owned())));
    }
    let Some(bytes) = sys.read(path, 1 << 20)? else { return Ok(Some("UTC".to_owned())) };
    // A copy: the last line of the file is the rule in POSIX form (tzfile(5)).
    let text = text::from_bytes(&bytes);
    Ok(text.trim_end_matches('\n').rsplit('\n').next().map(str::to_owned))
}
