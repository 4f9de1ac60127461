//! The contents of what people wrote: files below `files/` of a role, secrets replaced.

use crate::files;
use exchange::report::contents::unified;
use kinds::kind::Role;
use model::facts::Facts;
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is kept as a file beside the spec.
pub(crate) fn stored(facts: &Facts) -> impl Iterator<Item = (ResourceId, Vec<u8>)> {
    facts.resources().flat_map(|(kind, name, resource)| {
        let known = kinds::kind_named(kind);
        resource.facts.iter().filter_map(move |(property, fact)| {
            known?.property(property).filter(|p| p.role == Role::Stored)?;
            let text = fact.value()?.as_text()?;
            Some((ResourceId::new(kind, name), model::text::to_bytes(text)))
        })
    })
}

/// A name as a path below a directory, whatever the host calls it: no `..`, nothing absolute, no odd characters.
pub(crate) fn safe_path(name: &str) -> PathBuf {
    let part = |p: &str| -> String {
        let p: String = p
            .chars()
            .map(|c| if c.is_control() || model::text::unsafe_on_terminals(c) || c == '\\' { '_' } else { c })
            .take(200)
            .collect();
        if p.starts_with("..") || p == "." { p.replace('.', "_") } else { p }
    };
    name.split('/').filter(|p| !p.is_empty()).map(part).collect()
}

/// What changed in the contents of resources that differ, by the subject of the finding, where both sides are known.
pub(crate) fn differing(dir: &Path, host: &str, facts: &Facts, findings: &[Finding]) -> BTreeMap<String, String> {
    let differs = |f: &&Finding| f.verdict == Verdict::Differs;
    // The last of a resource's findings bears it.
    let last: BTreeMap<&ResourceId, &Finding> = findings.iter().filter(differs).map(|f| (&f.id, f)).collect();
    let mut contents = BTreeMap::new();
    for (id, bytes) in stored(facts) {
        let Some(finding) = last.get(&id) else { continue };
        let path = safe_path(&id.name);
        let kept = [dir.join(format!("@{host}")).join(&path), dir.join(&path)];
        let Some(expected) = kept.iter().find_map(|path| files::read(path).ok().flatten()) else { continue };
        let lines = unified(&expected, &String::from_utf8_lossy(&bytes));
        if !lines.is_empty() {
            contents.insert(finding.subject(), lines);
        }
    }
    contents
}
