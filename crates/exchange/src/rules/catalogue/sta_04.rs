//! STA-04: compiled caches.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-04",
    severity: Severity::Low,
    summary: "something compiled or fetched is kept in files, and can be made again",
    verdict: Fate::Adapt,
    mechanism: "an emptyDir, or made when the image is built",
    person: "Say whether the start gets slower without it.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/volumes/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("php-ini").filter(|one| one.name().ends_with(":opcache.file_cache")) {
        if let Some(path) = one.text("value").filter(|v| v.starts_with('/')) {
            out.propose(one, format!("opcache.file_cache = {path}"));
        }
    }
    for one in host.of("nginx").filter(|one| one.is_site()) {
        let directive = one.name().rsplit('/').next().unwrap_or_default();
        if directive.contains("_cache_path") || one.name().contains("_cache_path ") {
            out.propose(one, one.text("value").unwrap_or_default());
        }
    }
    for one in ["mount", "fstab"].into_iter().flat_map(|kind| host.of(kind)) {
        let is_tmpfs = one.text("filesystem").as_deref() == Some("tmpfs");
        if is_tmpfs && one.is_site() && one.name().contains("cache") {
            let by = "an emptyDir with medium Memory and a sizeLimit";
            out.propose(one, format!("{} with {}", one.name(), one.texts("opts").join(","))).by(by);
        }
    }
    for one in host.of("file").filter(|one| one.is_site()) {
        let is_cache = one.name().starts_with("/var/cache/") || one.name().ends_with("/cache");
        if is_cache && one.text("filetype").as_deref() == Some("directory") {
            out.propose(one, one.name());
        }
    }
}
