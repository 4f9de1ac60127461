//! The host's own name. Always people's doing: no package brings one.

use crate::kind::{Area, Kind, Property, Shape};
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::Answer;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;

/// The host's own name.
pub(super) struct Hostname;

const PROPERTIES: &[Property] = &[
    Property::new("configured", Shape::Text, "the name given at boot, from /etc/hostname (hostname(5))"),
    Property::new("running", Shape::Text, "the name the kernel has now, from /proc/sys/kernel/hostname").live(),
];

impl Kind for Hostname {
    fn name(&self) -> &'static str {
        "hostname"
    }

    fn summary(&self) -> &'static str {
        "the host's own name; there is one, named `hostname`"
    }

    fn area(&self) -> Area {
        Area::Host
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, _ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let configured = configured(sys);
        let coverage = configured.as_ref().err().cloned().map_or(Coverage::Complete, Coverage::Unknown);
        let configured = Fact::new(configured.map(|n| n.map(Into::into))).local();
        let mut shown = Shown::new().fact("configured", configured.at(Place::file("/etc/hostname")));
        if sys.is_live() {
            let running = first_line(sys, "/proc/sys/kernel/hostname");
            shown = shown.fact("running", Fact::new(running.map(|n| n.map(Into::into))).local());
        }
        out.show("hostname", shown);
        coverage
    }
}

/// hostname(5): the first line that is neither blank nor a comment.
fn configured(sys: &dyn Sys) -> Answer<String> {
    let Some(text) = read::file(sys, "/etc/hostname")? else { return Ok(None) };
    Ok(read::lines(&text, &['#']).next().map(|(_, name)| name.to_owned()))
}

fn first_line(sys: &dyn Sys, path: &str) -> Answer<String> {
    Ok(read::file(sys, path)?.and_then(|t| t.lines().next().map(str::to_owned)))
}
