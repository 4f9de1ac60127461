//! Kernel modules: loaded now, loaded at boot, or kept from loading.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::shipped;
use crate::sys::Sys;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use std::collections::{BTreeMap, BTreeSet};

/// Kernel modules.
pub(super) struct KernelModule;

const PROPERTIES: &[Property] = &[
    Property::new("loaded", Shape::Bool, "whether it is loaded now (proc(5), modules)").live().volatile(),
    Property::new("persisted", Shape::Bool, "whether modules-load.d(5) or /etc/modules loads it at boot"),
    Property::new("blacklisted", Shape::Bool, "whether modprobe.d(5) keeps it from loading by itself"),
    Property::new("disabled", Shape::Bool, "whether modprobe.d(5) has `install MODULE /bin/false` for it"),
];

impl Kind for KernelModule {
    fn name(&self) -> &'static str {
        "kernel-module"
    }

    fn summary(&self) -> &'static str {
        "a kernel module, named with underscores"
    }

    fn area(&self) -> Area {
        Area::System
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let mut found: BTreeMap<String, Shown> = BTreeMap::new();
        let mut paths = vec!["/etc/modules".to_owned()];
        for dir in ["/usr/lib/modules-load.d", "/etc/modules-load.d"] {
            paths.extend(listing.seen(read::files_in(sys, dir, ".conf")));
        }
        for path in paths {
            settings(sys, &path, &mut listing, &mut found, |line| Some((line, "persisted")));
        }
        let mut paths = Vec::new();
        for dir in ["/usr/lib/modprobe.d", "/lib/modprobe.d", "/etc/modprobe.d"] {
            paths.extend(listing.seen(read::files_in(sys, dir, ".conf")));
        }
        for path in paths {
            settings(sys, &path, &mut listing, &mut found, |line| {
                let mut words = line.split_whitespace();
                match (words.next()?, words.next()?, words.next()) {
                    ("blacklist", module, _) => Some((module, "blacklisted")),
                    ("install", module, Some("/bin/false" | "/bin/true" | "/usr/bin/false" | "/usr/bin/true")) => {
                        Some((module, "disabled"))
                    }
                    _ => None,
                }
            });
        }
        let table = if sys.is_live() { listing.known(read::file_or_empty(sys, "/proc/modules")) } else { None };
        if let Some(table) = table {
            let loaded: BTreeSet<String> = table.lines().filter_map(|l| l.split(' ').next()).map(named).collect();
            let asked: Vec<String> = ask.names.keys().map(|n| named(n)).collect();
            for name in
                found.keys().cloned().chain(asked.into_iter().filter(|n| loaded.contains(n))).collect::<BTreeSet<_>>()
            {
                let shown = found.remove(&name).unwrap_or_default();
                found.insert(name.clone(), shown.is("loaded", loaded.contains(&name)));
            }
        }
        for (name, shown) in found {
            listing.add(name, shown);
        }
        listing.show(ask, out)
    }
}

fn named(module: &str) -> String {
    module.replace('-', "_")
}

fn settings(
    sys: &dyn Sys,
    path: &str,
    listing: &mut Listing,
    found: &mut BTreeMap<String, Shown>,
    read_line: impl Fn(&str) -> Option<(&str, &'static str)>,
) {
    let text = listing.seen(read::file_or_empty(sys, path));
    if text.is_empty() {
        return;
    }
    let standing = listing.seen(shipped::standing(sys, path));
    for (line, entry) in read::lines(&text, &['#', ';']) {
        let Some((module, property)) = read_line(entry) else { continue };
        let shown = found.remove(&named(module)).unwrap_or_default();
        let fact = Fact::is(true).standing(standing).at(Place::line(path, line));
        found.insert(named(module), shown.fact(property, fact));
    }
}
