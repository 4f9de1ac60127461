//! Files repot writes here: whole or not at all, and never outside the directory that was named.

use crate::error::CommandError;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use tempfile::TempPath;

/// Writes a file, whole or not at all. What is there and the same is left alone. Says whether it was written.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<bool, CommandError> {
    write_all([(path, bytes)]).map(|written| !written.is_empty())
}

/// Writes files in their order, none of them before there is room for all. Says which were not there as they are, by
/// their place in the list.
pub(crate) fn write_all<'a>(files: impl IntoIterator<Item = (&'a Path, &'a [u8])>) -> Result<Vec<usize>, CommandError> {
    let mut staged = Vec::new();
    for (at, (path, bytes)) in files.into_iter().enumerate() {
        if fs::read(path).is_ok_and(|old| old == bytes) {
            continue;
        }
        staged.push((at, path, stage(path, bytes).map_err(|e| failed(path, e))?));
    }
    let mut written = Vec::new();
    for (at, path, file) in staged {
        file.persist(path).map_err(|e| failed(path, e.error))?;
        written.push(at);
    }
    Ok(written)
}

/// Writes what is to be a file beside it.
fn stage(path: &Path, bytes: &[u8]) -> io::Result<TempPath> {
    let dir = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(bytes)?;
    readable(file.as_file(), path)?;
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}

fn failed(path: &Path, error: io::Error) -> CommandError {
    // The name of a temporary file says nothing to anybody.
    let inner = error.get_ref().and_then(|e| e.source()).map(ToString::to_string);
    let said = inner.unwrap_or_else(|| error.to_string());
    let failed = CommandError::file(path, &format!("it cannot be written: {said}"));
    #[expect(clippy::wildcard_enum_match_arm, reason = "for what else there is nothing to do")]
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            failed.hint("make room and do it again; nothing was overwritten")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            failed.hint("work in a directory of yours, or name one: --project DIR")
        }
        _ => failed,
    }
}

/// A temporary file is its owner's only; what takes its place keeps the mode of what was there.
fn readable(file: &fs::File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0o644, |meta| meta.permissions().mode() & 0o777);
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// A file's text; `None` if there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<String>, CommandError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CommandError::file(path, &error)),
    };
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default()).into_owned();
        let line = before.split('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let what = format!("{}:{line}:{column}: this is not text in UTF-8", path.display());
        CommandError::usage(what).hint("is it the right file? an older text is converted by iconv -f latin1 -t utf-8")
    })
}
