//! Debian packages from /var/lib/dpkg/status.

use super::Found;
use super::stanza::{Stanza, stanzas};
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::facts::VersionOrder;
use model::text;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const MOST: u64 = 256 << 20;

/// What dpkg records.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The packages.
    pub(crate) found: BTreeMap<String, Found>,
    /// Why some may be missing.
    pub(crate) trouble: Option<Why>,
}

/// Read once per look: a database of megabytes.
pub(crate) fn read(sys: &dyn Sys) -> Arc<Result<Reading, Why>> {
    sys.memo().get(|| Ok(parse(&status(sys)?)))
}

/// The text of the database.
pub(super) fn status(sys: &dyn Sys) -> Result<String, Why> {
    Ok(text::from_bytes(&sys.read(Path::new("/var/lib/dpkg/status"), MOST)?.unwrap_or_default()))
}

/// A package that is there, in whatever state.
pub(super) struct Entry<'t> {
    pub(super) name: &'t str,
    want: &'t str,
    error: &'t str,
    is: &'t str,
    version: &'t str,
}

/// The package that an entry speaks of: none if it is not there any more, and the entry itself if it was cut.
pub(super) fn entry<'t>(stanza: &Stanza<'t>) -> Result<Option<Entry<'t>>, Why> {
    let (Some(name), Some(state)) = (stanza.get("Package"), stanza.get("Status")) else { return Err(cut(stanza)) };
    let mut words = state.split_whitespace();
    let (Some(want), Some(error), Some(is), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return Err(cut(stanza));
    };
    if matches!(is, "not-installed" | "config-files") {
        return Ok(None);
    }
    let Some(version) = stanza.get("Version") else { return Err(cut(stanza)) };
    Ok(Some(Entry { name, want, error, is, version }))
}

fn parse(status: &str) -> Reading {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let mut trouble = None;
    for stanza in stanzas(status) {
        let entry = match entry(&stanza) {
            Ok(Some(entry)) => entry,
            Ok(None) => continue,
            Err(why) => {
                trouble.get_or_insert(why);
                continue;
            }
        };
        let package =
            found.entry(entry.name.to_owned()).or_insert_with(|| Found::new(entry.version, VersionOrder::Deb));
        package.versions.insert(entry.version.to_owned());
        package.arch.extend(stanza.get("Architecture").map(str::to_owned));
        package.held |= entry.want == "hold";
        if entry.is != "installed" || entry.error != "ok" {
            package.state = Some(format!("{} {}", entry.error, entry.is));
        } else if matches!(entry.want, "deinstall" | "purge") {
            package.state = Some(format!("{} {} {}", entry.want, entry.error, entry.is));
        }
    }
    // A database that does not end with a blank line was cut.
    if !status.is_empty() && !status.ends_with('\n') {
        trouble
            .get_or_insert_with(|| Why::new(WhyCode::Malformed, "/var/lib/dpkg/status ends in the middle of a line"));
    }
    Reading { found, trouble }
}

fn cut(stanza: &Stanza<'_>) -> Why {
    let first = stanza.first_line();
    Why::new(WhyCode::Malformed, format!("/var/lib/dpkg/status: an entry without name, state or version: {first}"))
}
