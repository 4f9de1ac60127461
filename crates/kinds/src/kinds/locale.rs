//! The system's language settings, and the locales that programs can use.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;

/// Language settings and locales.
pub(super) struct Locale;

const PROPERTIES: &[Property] = &[
    Property::new(
        "value",
        Shape::Text,
        "a variable's value, from /etc/default/locale or /etc/locale.conf (locale.conf(5))",
    ),
    Property::new("configured", Shape::Bool, "whether /etc/locale.gen asks for the locale (locale.gen(5))"),
    Property::new("generated", Shape::Bool, "whether programs can use it: `locale -a` lists it").live(),
];

impl Kind for Locale {
    fn name(&self) -> &'static str {
        "locale"
    }

    fn summary(&self) -> &'static str {
        "a language setting (`LANG`, `LC_TIME`) or a locale (`de_DE.UTF-8`)"
    }

    fn area(&self) -> Area {
        Area::Host
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        for path in ["/etc/default/locale", "/etc/locale.conf"] {
            let text = listing.seen(read::file_or_empty(sys, path));
            for (line, name, value) in variables(&text) {
                // An installation sets LANG at most.
                let is_begin = name == "LANG" && matches!(value, "C" | "C.UTF-8" | "POSIX" | "en_US.UTF-8");
                let standing = if is_begin { Standing::Shipped } else { Standing::Local };
                listing.add(
                    name,
                    Shown::new().fact("value", Fact::is(value).standing(standing).at(Place::line(path, line))),
                );
            }
        }
        if !sys.is_live() {
            listing.only_files();
        }
        let generated = if sys.is_live() { listing.known(generated(sys)) } else { None };
        let text = listing.seen(read::file_or_empty(sys, "/etc/locale.gen"));
        let origin = Origin::of(sys, "/etc/locale.gen", &text, &["/usr/share/i18n/SUPPORTED".to_owned()]);
        let mut names = Vec::new();
        for (line, entry) in read::lines(&text, &['#']) {
            let name = entry.split_whitespace().next().unwrap_or_default().to_owned();
            let standing = if origin.standing == Standing::Shipped { Standing::Shipped } else { Standing::Local };
            let place = Place::line("/etc/locale.gen", line);
            let mut shown = Shown::new().fact("configured", Fact::is(true).standing(standing).at(place));
            if let Some(generated) = &generated {
                let there = generated.iter().any(|g| plain(g) == plain(&name));
                shown = shown.is("generated", there);
            }
            names.push(plain(&name));
            listing.add(name, shown);
        }
        for name in generated.unwrap_or_default() {
            if !names.contains(&plain(&name)) {
                listing.add(name, Shown::new().is("generated", true));
            }
        }
        listing.show(ask, out)
    }
}

/// `NAME=value`, quotes taken off.
fn variables(text: &str) -> impl Iterator<Item = (u32, &str, &str)> {
    read::lines(text, &['#']).filter_map(|(n, l)| {
        let (name, value) = l.split_once('=')?;
        let name = name.trim().trim_start_matches("export ").trim();
        (!name.is_empty()).then(|| (n, name, value.trim().trim_matches(['"', '\''])))
    })
}

fn generated(sys: &dyn Sys) -> Result<Vec<String>, Why> {
    let out = read::output(sys, &["locale", "-a"])?.unwrap_or_default();
    Ok(out.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect())
}

/// `de_DE.utf8` and `de_DE.UTF-8` are one.
fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "")
}
