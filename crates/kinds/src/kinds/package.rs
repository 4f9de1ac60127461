//! Packages: of the operating system, and of the languages that bring their own (pip, npm, gem, pecl and pear).

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::packages::{Found, dpkg, language, rpm};
use crate::sys::Sys;
use model::coverage::Coverage;
use model::fact::Fact;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;

/// Packages.
pub(super) struct Package;

const PROPERTIES: &[Property] = &[
    Property::new("versions", Shape::Versions, "the versions installed; several where several may be (kernels, gems)")
        .aliases(&["version"]),
    Property::new("arch", Shape::Set, "the architectures it is installed for"),
    Property::new("held", Shape::Bool, "whether an upgrade leaves it alone: apt-mark hold, versionlock"),
    Property::new(
        "asked-for",
        Shape::Text,
        "`hand` if a person asked for it, `dependency` if another package did, from apt's records",
    ),
    Property::new("state", Shape::Text, "the state dpkg has it in, where it is not plainly installed"),
];

impl Kind for Package {
    fn name(&self) -> &'static str {
        "package"
    }

    fn summary(&self) -> &'static str {
        "a package of the operating system, or with a prefix one of a language: `pip:requests`, `npm:pm2`, `gem:rake`, `pecl:redis`"
    }

    fn area(&self) -> Area {
        Area::Packages
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn presence(&self) -> &'static str {
        "installed"
    }

    fn has_globs(&self) -> bool {
        true
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        match sys.stat(std::path::Path::new("/var/lib/dpkg/status")) {
            Ok(Some(_)) => match &*dpkg::read(sys) {
                Ok(reading) => {
                    reading.found.iter().for_each(|(name, package)| listing.add(name, shown(package)));
                    reading.trouble.iter().cloned().for_each(|why| listing.blind(why));
                }
                Err(why) => listing.blind(why.clone()),
            },
            Ok(None) => {
                for (name, package) in listing.seen(rpm::read(sys)) {
                    listing.add(name, shown(&package));
                }
            }
            Err(why) => return Coverage::Unknown(why),
        }
        // The names of a language's packages begin with its prefix.
        if ask.sweep || ask.names.keys().any(|n| n.contains([':', '*'])) {
            for (name, package) in listing.seen(language::read(sys)) {
                listing.add(name, shown(&package));
            }
        }
        listing.show(ask, out)
    }
}

fn shown(package: &Found) -> Shown {
    let by_hand = package.by_hand.unwrap_or_default();
    let asked = if by_hand { Standing::Local } else { Standing::Shipped };
    let mut shown = Shown::new().versions(package.order).fact(
        "versions",
        // Outside the operating system's packaging nothing else says that it was asked for.
        Fact::is(Value::set(package.versions.iter().cloned())).standing(package.standing),
    );
    if !package.arch.is_empty() {
        shown = shown.is("arch", Value::set(package.arch.iter().cloned()));
    }
    if let Some(by_hand) = package.by_hand {
        shown = shown.stands("asked-for", if by_hand { "hand" } else { "dependency" }, asked);
    }
    if package.held {
        shown = shown.local("held", true);
    }
    if let Some(state) = &package.state {
        shown = shown.local("state", state.as_str());
    }
    shown
}
