//! The images, built by podman from their Containerfiles.

use super::{Work, podman};
use crate::error::CommandError;
use crate::files;
use model::exit::Exit;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The moment that all files of the images carry, so that the same files give the same image.
const EPOCH: &str = "1700000000";

/// Builds the base and each of the others.
pub(super) fn build(distribution: Option<&str>, work: &mut Work<'_>) -> Result<(), CommandError> {
    let name = work.account.name.clone();
    let mut args = Vec::new();
    args.extend(distribution.map(|d| format!("DISTRIBUTION={d}")));
    one(&name, "base", &args, work)?;
    let base = podman::run(&["image", "inspect", "-f", "{{.Id}}", &format!("localhost/{name}-base:try")])?;
    for image in work.account.images.clone() {
        one(&name, &image, &[format!("BASE={base}")], work)?;
    }
    Ok(())
}

fn one(name: &str, image: &str, args: &[String], work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let context = work.code.join("images");
    let file = context.join(image).join("Containerfile");
    let tag = format!("localhost/{name}-{image}:try");
    let mut command = Command::new("podman");
    command.args([
        "build",
        "-q",
        "--layers",
        "--timestamp",
        EPOCH,
        "--build-arg",
        &format!("SOURCE_DATE_EPOCH={EPOCH}"),
        "-t",
        &tag,
        "-f",
    ]);
    command.arg(&file);
    command.args(["--build-arg", &format!("FILES={}", files_of(&context, image)?)]);
    for arg in args {
        command.args(["--build-arg", arg]);
    }
    let ended =
        command.arg(&context).stdin(Stdio::null()).output().map_err(|e| CommandError::usage(format!("podman: {e}")))?;
    let log = work.place.join(format!("image-{image}.log"));
    files::write(&log, &[ended.stdout, ended.stderr.clone()].concat())?;
    if !ended.status.success() {
        return Err(failed(&file, &log, &ended.stderr));
    }
    let size: f64 = podman::run(&["image", "inspect", "-f", "{{.Size}}", &tag])?.parse().unwrap_or_default();
    work.done(format!("image {image}"), begin, format!("{:.0} MB", size / 1e6), Exit::Same);
    Ok(())
}

/// A digest of all that an image is filled with: podman itself does not look into what is only mounted while it builds.
fn files_of(context: &Path, image: &str) -> Result<String, CommandError> {
    let mut digest = Sha256::new();
    let mut dirs = vec![context.join(image)];
    let mut paths = Vec::new();
    let fill = files::read(&context.join(image).join("fill.sh"))?.unwrap_or_default();
    if fill.contains("/run/payload/") {
        dirs.push(context.join("payload"));
    }
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(&dir).map_err(|e| CommandError::file(&dir, &e))?.flatten() {
            let path = entry.path();
            if path.is_dir() { dirs.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    for path in paths {
        digest.update(path.display().to_string());
        digest.update(std::fs::read(&path).map_err(|e| CommandError::file(&path, &e))?);
    }
    Ok(digest.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect())
}

fn failed(file: &Path, log: &Path, stderr: &[u8]) -> CommandError {
    let said = String::from_utf8_lossy(stderr);
    let last: Vec<&str> = said.lines().filter(|l| !l.trim().is_empty()).rev().take(6).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    CommandError::usage(format!("{} could not be built:\n{}", file.display(), last.join("\n")))
        .hint(format!("all of it: {}", log.display()))
}
