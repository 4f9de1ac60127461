//! What /etc/fstab mounts.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use model::value::Value;

/// Entries of /etc/fstab.
pub(super) struct Fstab;

const PROPERTIES: &[Property] = &[
    Property::new("source", Shape::Text, "what is mounted: a device, a label, a share (fstab(5))"),
    Property::new("filesystem", Shape::Text, "the type of the file system"),
    Property::new("opts", Shape::Set, "mount options").aliases(&["options"]),
    Property::new("dump", Shape::Int, "whether dump(8) saves it"),
    Property::new("pass", Shape::Int, "when fsck(8) checks it at boot"),
];

impl Kind for Fstab {
    fn name(&self) -> &'static str {
        "fstab"
    }

    fn summary(&self) -> &'static str {
        "an entry of /etc/fstab, named by its mount point; swap by `swap SOURCE`"
    }

    fn area(&self) -> Area {
        Area::System
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let content = listing.seen(read::file_or_empty(sys, "/etc/fstab"));
        for (line, entry) in read::lines(&content, &['#']) {
            let words: Vec<String> = entry.split_whitespace().map(unescaped).collect();
            let [source, point, filesystem, rest @ ..] = words.as_slice() else { continue };
            let name = if filesystem == "swap" { format!("swap {source}") } else { point.clone() };
            let installed = match filesystem.as_str() {
                "swap" => is_installers_swap(sys, source),
                _ => is_installers(point),
            };
            let standing = if installed { Standing::Shipped } else { Standing::Local };
            let place = Place::line("/etc/fstab", line);
            let fact = |value: Value| Fact::is(value).standing(standing).at(place.clone());
            let number = |at: usize| rest.get(at).and_then(|w| w.parse::<i64>().ok()).unwrap_or(0);
            let opts = rest.first().map_or("defaults", String::as_str);
            let shown = Shown::new()
                .fact("source", fact(source.as_str().into()))
                .fact("filesystem", fact(filesystem.as_str().into()))
                .fact("opts", fact(Value::set(opts.split(','))))
                .fact("dump", Fact::is(number(1)))
                .fact("pass", Fact::is(number(2)));
            listing.add(name, shown);
        }
        listing.show(ask, out)
    }
}

/// The mount points that an installer writes down.
pub(super) fn is_installers(point: &str) -> bool {
    matches!(point, "/" | "/boot" | "/boot/efi")
}

/// Installers write down a partition, or a file that they made.
fn is_installers_swap(sys: &dyn Sys, source: &str) -> bool {
    let is_file = source.starts_with('/') && !source.starts_with("/dev/");
    let is_there = || matches!(sys.stat(std::path::Path::new(source)), Ok(Some(_)));
    !is_file || matches!(source, "/swapfile" | "/swap.img") && is_there()
}

/// `\040` is a blank (fstab(5)).
pub(super) fn unescaped(word: &str) -> String {
    let bytes = word.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 4).filter(|_| bytes[at] == b'\\').and_then(|d| std::str::from_utf8(d).ok());
        if let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 8).ok()) {
            out.push(byte);
            at += 4;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    text::from_bytes(&out)
}
