//! Packages: of the operating system, and of the languages that bring their own (pip, npm, gem, pecl and pear).

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::packages::needs::Askers;
use crate::packages::{Found, dpkg, language, rpm};
use crate::selection::Selection;
use crate::sys::Sys;
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::plan::Ask;
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
        "`hand` if a person asked for it, `dependency` if another package did, from the records of apt, yum or dnf",
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
        let selection = Selection::of(ask, self.has_globs());
        match sys.stat(std::path::Path::new("/var/lib/dpkg/status")) {
            Ok(Some(_)) => match &*dpkg::read(sys) {
                Ok(reading) => {
                    let askers = asks_for_askers(ask).then(|| Askers::of(sys));
                    for (name, package) in reading.found.iter().filter(|(name, _)| selection.may_cover(name)) {
                        listing.add(name, asked_for(name, shown(package), askers.as_deref()));
                    }
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
        if asks_for_languages(ask) {
            for (name, package) in listing.seen(language::read(sys)) {
                listing.add(name, shown(&package));
            }
        }
        listing.show(ask, out)
    }
}

/// Who asked for a package follows from what all others need, and is worked out only for who wants to know it.
fn asks_for_askers(ask: &Ask) -> bool {
    ask.asks_who() || ask.names.values().any(|wanted| wanted.properties.contains("asked-for"))
}

/// The names of a language's packages begin with its prefix.
fn asks_for_languages(ask: &Ask) -> bool {
    let is_one = |name: &str| {
        let fixed = name.split(['*', '?']).next().unwrap_or_default();
        let is_pattern = fixed.len() < name.len();
        language::PREFIXES.iter().any(|prefix| name.starts_with(prefix) || is_pattern && prefix.starts_with(fixed))
    };
    ask.sweep || ask.names.keys().any(|name| is_one(name))
}

fn shown(package: &Found) -> Shown {
    let mut shown = Shown::new().versions(package.order).fact(
        "versions",
        // Outside the operating system's packaging nothing else says that it was asked for.
        Fact::is(Value::set(package.versions.iter().cloned())).standing(package.standing),
    );
    if !package.arch.is_empty() {
        shown = shown.is("arch", Value::set(package.arch.iter().cloned()));
    }
    if package.held {
        shown = shown.local("held", true);
    }
    shown = match package.asked_for {
        Some("hand") => shown.local("asked-for", "hand"),
        Some(other) => shown.is("asked-for", other),
        None => shown,
    };
    if let Some(state) = &package.state {
        shown = shown.local("state", state.as_str());
    }
    shown
}

fn asked_for(name: &str, shown: Shown, askers: Option<&Result<Askers, Why>>) -> Shown {
    match askers {
        Some(Ok(askers)) if askers.is_by_hand(name) => shown.local("asked-for", "hand"),
        Some(Ok(_)) => shown.is("asked-for", "dependency"),
        Some(Err(why)) => shown.fact("asked-for", Fact::unknown(why.clone())),
        None => shown,
    }
}
