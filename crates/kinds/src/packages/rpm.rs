//! RPM packages through one process; versions with epoch and release, as `rpm -q` orders them.

use super::history::{self, Reason};
use super::{Found, yum};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::facts::VersionOrder;
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn read(sys: &dyn Sys) -> Result<BTreeMap<String, Found>, Why> {
    let mut is_used = false;
    for path in ["/var/lib/rpm", "/usr/lib/sysimage/rpm"] {
        is_used |= sys.stat(Path::new(path))?.is_some();
    }
    if !is_used {
        return Ok(BTreeMap::new());
    }
    let out = read::output(sys, &["rpm", "-qa", "--qf", "%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\n"])?;
    // Its records are there, and nothing that reads them: that is no system without packages.
    let out = out.ok_or_else(|| Why::new(WhyCode::NoTool, "rpm's records are there, and rpm is not installed"))?;
    let mut found = parse(&out);
    for (name, reason) in yum::reasons(sys)? {
        if let Some(package) = found.get_mut(&name) {
            package.asked_for = Some(if reason == "user" { "hand" } else { "dependency" });
        }
    }
    for (name, reason) in history::reasons(sys)? {
        let Some(package) = found.get_mut(&name) else { continue };
        match reason {
            Reason::Asked => package.asked_for = Some("hand"),
            Reason::Brought => package.asked_for = Some("dependency"),
            Reason::Unknown => {}
        }
    }
    for name in yum::locked(sys)? {
        if let Some(package) = found.get_mut(&name) {
            package.held = true;
        }
    }
    Ok(found)
}

fn parse(out: &str) -> BTreeMap<String, Found> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for line in out.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, epoch, version, arch] = fields.as_slice() else { continue };
        // Imported keys are recorded as packages.
        if *name == "gpg-pubkey" {
            continue;
        }
        let version = if *epoch == "0" { (*version).to_owned() } else { format!("{epoch}:{version}") };
        let package = found.entry((*name).to_owned()).or_insert_with(|| Found::new(&version, VersionOrder::Rpm));
        package.versions.insert(version);
        package.arch.insert((*arch).to_owned());
    }
    found
}
