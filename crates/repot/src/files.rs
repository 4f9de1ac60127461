//! Files repot writes here: whole or not at all, and never outside the directory that was named.

use crate::error::CommandError;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes a file, whole or not at all. What is there and the same is left alone. Says whether it was written.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<bool, CommandError> {
    let failed = |e: &dyn std::fmt::Display| CommandError::file(path, e);
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    let dir = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(|e| failed(&e))?;
    let mut file = tempfile::NamedTempFile::new_in(dir).map_err(|e| failed(&e))?;
    file.write_all(bytes).map_err(|e| failed(&e))?;
    readable(file.as_file(), path).map_err(|e| failed(&e))?;
    file.as_file().sync_all().map_err(|e| failed(&e))?;
    file.persist(path).map_err(|e| failed(&e))?;
    Ok(true)
}

/// A temporary file is its owner's only; what takes its place keeps the mode of what was there.
fn readable(file: &fs::File, path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0o644, |meta| meta.permissions().mode() & 0o777);
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// A file's text; `None` if there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<String>, CommandError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CommandError::file(path, &error)),
    }
}
