//! Whether units are enabled, from the links that systemctl makes (systemctl(1)), and whether packages made them so.

use super::unit_file::PLACES;
use crate::read;
use crate::sys::Sys;
use model::answer::Why;
use model::text;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The units that are wanted at boot, and those that packages enabled.
#[derive(Debug, Default)]
pub(crate) struct Enabled {
    wanted: BTreeSet<String>,
    by_packages: BTreeSet<String>,
    shipped: BTreeSet<String>,
    /// Units whose enablement Debian's packages decided once.
    decided: BTreeSet<String>,
}

impl Enabled {
    /// Read once per look.
    pub(crate) fn of(sys: &dyn Sys) -> Arc<Result<Enabled, Why>> {
        sys.memo().get(|| Self::read(sys))
    }

    fn read(sys: &dyn Sys) -> Result<Enabled, Why> {
        let mut enabled = Enabled::default();
        for dir in PLACES {
            let into = if dir.starts_with("/etc") || dir.starts_with("/run") {
                &mut enabled.wanted
            } else {
                &mut enabled.shipped
            };
            links(sys, dir, into)?;
        }
        // deb-systemd-helper(1p) keeps a copy of every link it made.
        let kept = "/var/lib/systemd/deb-systemd-helper-enabled";
        links(sys, kept, &mut enabled.by_packages)?;
        for path in read::files_in(sys, kept, ".dsh-also")? {
            let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".dsh-also").to_owned();
            enabled.decided.insert(name);
        }
        Ok(enabled)
    }

    /// Whether the unit is started at boot or on its event.
    pub(crate) fn is_enabled(&self, name: &str) -> bool {
        self.wanted.contains(name)
    }

    /// The instances of templates that are started: no file has their name.
    pub(crate) fn instances(&self) -> impl Iterator<Item = &String> {
        self.wanted.iter().filter(|name| name.contains('@') && !name.contains("@."))
    }

    /// Whether packages enabled it; none where no package decided.
    pub(crate) fn by_package(&self, name: &str) -> Option<bool> {
        if self.by_packages.contains(name) {
            return Some(true);
        }
        self.decided.contains(name).then_some(false)
    }

    /// Whether a package ships it wanted by another unit, so that nobody can disable it but by masking.
    pub(crate) fn is_static(&self, name: &str) -> bool {
        self.shipped.contains(name)
    }
}

fn links(sys: &dyn Sys, dir: &str, into: &mut BTreeSet<String>) -> Result<(), Why> {
    for name in sys.list(Path::new(dir))?.unwrap_or_default() {
        let name = text::from_bytes(name.as_encoded_bytes());
        if name.ends_with(".wants") || name.ends_with(".requires") {
            for unit in sys.list(Path::new(&format!("{dir}/{name}")))?.unwrap_or_default() {
                into.insert(text::from_bytes(unit.as_encoded_bytes()));
            }
        }
    }
    Ok(())
}
