//! Debian packages from /var/lib/dpkg/status and apt's extended_states.

use super::Found;
use super::needs::Needs;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::facts::VersionOrder;
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const MOST: u64 = 256 << 20;

/// What dpkg and apt record.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The packages.
    pub(crate) found: BTreeMap<String, Found>,
    /// Why some may be missing.
    pub(crate) trouble: Option<Why>,
    /// The packages of the base and what they need.
    pub(super) base: BTreeSet<String>,
}

/// Read once per look: a database of megabytes.
pub(crate) fn read(sys: &dyn Sys) -> Arc<Result<Reading, Why>> {
    sys.memo().get(|| {
        let status = sys.read(Path::new("/var/lib/dpkg/status"), MOST)?.unwrap_or_default();
        let states = sys.read(Path::new("/var/lib/apt/extended_states"), MOST)?;
        let automatic = states.as_deref().map(|s| automatic(&text::from_bytes(s)));
        Ok(parse(&text::from_bytes(&status), automatic.as_ref()))
    })
}

/// Names of packages that apt installed for others.
fn automatic(text: &str) -> BTreeSet<String> {
    stanzas(text)
        .filter(|s| field(s, "Auto-Installed").as_deref() == Some("1"))
        .filter_map(|s| field(&s, "Package"))
        .collect()
}

fn parse(status: &str, automatic: Option<&BTreeSet<String>>) -> Reading {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let mut trouble = None;
    let mut needs = Needs::default();
    for stanza in stanzas(status) {
        let (name, state) = (field(&stanza, "Package"), field(&stanza, "Status"));
        let (Some(name), Some(state)) = (name, state) else {
            trouble.get_or_insert_with(|| cut(&stanza));
            continue;
        };
        let words: Vec<&str> = state.split_whitespace().collect();
        let [want, error, is] = words.as_slice() else {
            trouble.get_or_insert_with(|| cut(&stanza));
            continue;
        };
        if matches!(*is, "not-installed" | "config-files") {
            continue;
        }
        let Some(version) = field(&stanza, "Version") else {
            trouble.get_or_insert_with(|| cut(&stanza));
            continue;
        };
        let package = found.entry(name.clone()).or_insert_with(|| Found::new(&version, VersionOrder::Deb));
        package.versions.insert(version);
        package.arch.extend(field(&stanza, "Architecture"));
        package.held |= *want == "hold";
        if *is != "installed" || *error != "ok" {
            package.state = Some(format!("{error} {is}"));
        }
        package.by_hand = Some(automatic.is_some_and(|a| !a.contains(&name)));
        needs.add(&stanza, &name);
    }
    for name in needs.not_asked_for() {
        if let Some(package) = found.get_mut(name) {
            package.by_hand = Some(false);
        }
    }
    // A database that does not end with a blank line was cut.
    if !status.is_empty() && !status.ends_with('\n') {
        trouble
            .get_or_insert_with(|| Why::new(WhyCode::Malformed, "/var/lib/dpkg/status ends in the middle of a line"));
    }
    let base = needs.base().into_iter().map(str::to_owned).collect();
    Reading { found, trouble, base }
}

fn cut(stanza: &str) -> Why {
    let first = stanza.lines().next().unwrap_or_default();
    Why::new(WhyCode::Malformed, format!("/var/lib/dpkg/status: an entry without name, state or version: {first}"))
}

fn stanzas(text: &str) -> impl Iterator<Item = String> {
    text.split("\n\n").filter(|s| !s.trim().is_empty()).map(str::to_owned)
}

pub(super) fn field(stanza: &str, name: &str) -> Option<String> {
    stanza.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':')).map(|v| v.trim().to_owned())
}
