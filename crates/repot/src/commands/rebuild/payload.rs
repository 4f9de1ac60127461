//! What the spec knows only by its digest: brought from a machine that has it, or named by a person.

use super::Work;
use crate::error::CommandError;
use crate::observing::addresses;
use exchange::generate::ansible::safe_path;
use model::exit::Exit;
use model::id::ResourceId;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Instant;
use target::fetch::fetch;
use target::observe::Reach;

/// Brings it; the directory that it is in, if that is not the project's own.
pub(super) fn bring(from: Option<&str>, reach: &Reach, work: &mut Work<'_>) -> Result<Option<PathBuf>, CommandError> {
    let paths = wanted(&work.code)?;
    let begin = Instant::now();
    let Some(from) = from.filter(|_| !paths.is_empty()) else { return missing(&paths, work).map(|()| None) };
    if Path::new(from).is_dir() {
        return Ok(Some(super::absolute(Path::new(from))));
    }
    let address = addresses(&[from.to_owned()])?.remove(0);
    let dir = work.code.join("payload");
    for path in &paths {
        let claims = work.spec.entries.get(&ResourceId::new("file", path)).map(|e| &e.claims);
        let is_tree = claims.is_some_and(|c| c.contains_key("tree-digest"));
        let to = place(&dir, path, is_tree);
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent).map_err(|e| CommandError::file(parent, &e))?;
        }
        fetch(&address, reach, path, is_tree, &to)?;
    }
    work.done("payload", begin, format!("{} files and trees from {address}", paths.len()), Exit::Same);
    Ok(None)
}

fn place(dir: &Path, path: &str, is_tree: bool) -> PathBuf {
    dir.join(format!("{}{}", safe_path(path), if is_tree { ".tar.gz" } else { "" }))
}

/// What the map of the code says is to be given.
fn wanted(code: &Path) -> Result<Vec<String>, CommandError> {
    let map = super::playbook::map(code)?;
    let paths = map["payload"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Ok(paths.map(str::to_owned).collect())
}

/// That something which is to be given is not there, before half of the playbook ran.
fn missing(paths: &[String], work: &Work<'_>) -> Result<(), CommandError> {
    let dir = work.code.join("payload");
    let lacks = |p: &&String| !place(&dir, p, false).is_file() && !place(&dir, p, true).is_file();
    match paths.iter().find(lacks) {
        None => Ok(()),
        Some(path) => Err(CommandError::usage(format!("{path} is to be given and is not in {}", dir.display()))
            .hint("--payload-from TARGET brings it from a machine that has it; PAYLOAD.md lists all of them")),
    }
}
