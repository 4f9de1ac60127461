//! The contents of what people wrote: files below `files/` of a role, secrets replaced.

use crate::error::CommandError;
use crate::files;
use exchange::report::contents::unified;
use kinds::kind::Role;
use model::facts::Facts;
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::spec::Spec;
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

/// The contents that are kept beside the spec, of the resources that it speaks of; where hosts differ, those of the
/// first of them.
pub(crate) fn kept(dir: &Path, spec: &Spec) -> Result<BTreeMap<ResourceId, Vec<u8>>, CommandError> {
    let mut contents = BTreeMap::new();
    let dirs: Vec<PathBuf> = std::iter::once(dir.to_owned()).chain(of_hosts(dir)).collect();
    for id in spec.entries.keys().filter(|id| kinds::kind_named(&id.kind).is_some_and(has_contents)) {
        // What a host names `..` or the like is below the directory all the same, or not there at all.
        let name = safe_path(&id.name);
        let Some(path) = dirs.iter().map(|dir| dir.join(&name)).find(|path| path.is_file()) else { continue };
        let bytes = std::fs::read(&path).map_err(|e| CommandError::file(&path, &e))?;
        contents.insert(id.clone(), bytes);
    }
    Ok(contents)
}

/// The directories of what single hosts have of their own.
fn of_hosts(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let is_host = |path: &PathBuf| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('@'));
    let mut dirs: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(is_host).collect();
    dirs.sort();
    dirs
}

fn has_contents(kind: &dyn kinds::kind::Kind) -> bool {
    kind.properties().iter().any(|p| p.role == Role::Stored)
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
