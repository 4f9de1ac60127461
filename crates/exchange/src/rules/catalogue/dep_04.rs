//! DEP-04: code that was edited where it is installed.
//!
//! What it does not see: edits inside of a deployed tree: it is captured as one digest, its lock file is not compared with what is installed.

use super::family::is_one_of;
use crate::rules::{Host, One, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "DEP-04",
    severity: Severity::High,
    summary: "code that a package or a library brought was edited on the host",
    verdict: Fate::Block,
    mechanism: "a patch in the build of the image, or a copy kept with the application",
    person: "Find the change with `repot explain`, and whether a newer version has it already.",
    source: Source::Convention,
    unseen: Some(
        "edits inside of a deployed tree: it is captured as one digest, its lock file is not compared with what is installed",
    ),
    apply,
};

/// Files of packages that are settings.
const UNITS: &[&str] = &["/usr/lib/systemd/*", "/usr/lib/sysctl.d/*", "/usr/lib/tmpfiles.d/*", "/usr/lib/udev/*"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("file").filter(|one| one.is_set("sha256") || one.is_set("fingerprint")) {
        let is_code =
            one.name().starts_with("/usr/") && !one.name().starts_with("/usr/local/") && !is_one_of(UNITS, one.name());
        // Of a file that a package brought, the rest is in the baseline; of one by hand, nothing is shipped.
        let is_shipped = one.entry.claims.iter().any(|(property, _)| !one.is_set(property));
        let is_vendor = one.name().contains("/vendor/") || one.name().contains("/node_modules/");
        if ((is_code && is_shipped) || is_vendor) && !is_of_library(host, one.name()) {
            out.propose(one, format!("{} is not as it was brought", one.name()));
        }
    }
    for one in host.of("file").filter(|one| one.is_set("diverted-from")) {
        let from = one.text("diverted-from").unwrap_or_default();
        out.propose(one, format!("{} was diverted from {from}", one.name()));
    }
}

/// Whether a library of a language brought it: the registry of PEAR is its own, and names the files of each library.
fn is_of_library(host: &Host<'_>, path: &str) -> bool {
    const PEAR: &str = "/usr/share/php/";
    let Some(rest) = path.strip_prefix(PEAR) else { return path.contains("-packages/") };
    let is_listed = |one: One<'_>| host.text(one.name()).is_some_and(|text| text.contains(rest));
    let mut registries = host.of("file").filter(|f| f.is_site() && f.name().starts_with("/usr/share/php/.registry/"));
    rest.starts_with('.') || registries.any(is_listed)
}
