//! The images, built by podman from their Containerfiles.

use super::{Work, podman};
use crate::error::CommandError;
use crate::files;
use model::exit::Exit;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The moment that all files of the images carry, so that the same files give the same image.
const EPOCH: &str = "1700000000";

/// The tag of the try-out, and that of a second build.
const TAG: &str = "try";
const AGAIN: &str = "again";

/// Builds the base and each of the others.
pub(super) fn build(distribution: Option<&str>, work: &mut Work<'_>) -> Result<(), CommandError> {
    for image in all(work) {
        let begin = Instant::now();
        let tag = one(&image, TAG, distribution, work)?;
        let size: f64 = podman::run(&["image", "inspect", "-f", "{{.Size}}", &tag])?.parse().unwrap_or_default();
        work.done(format!("image {image}"), begin, format!("{:.0} MB", size / 1e6), Exit::Same);
    }
    Ok(())
}

/// Builds all of them a second time, from nothing, and says which are not the same to the byte.
pub(super) fn build_again(distribution: Option<&str>, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let mut other = Vec::new();
    let images = all(work);
    for image in &images {
        let tag = one(image, AGAIN, distribution, work)?;
        if content(&tag)? != content(&tag_of(work, image, TAG))? {
            other.push(image.clone());
        }
    }
    for image in &images {
        if !other.contains(image) {
            podman::try_run(&["rmi", &tag_of(work, image, AGAIN)]);
        }
    }
    let said = match other.len() {
        0 => format!("{} built twice, all the same", images.len()),
        n => format!("{} built twice, {n} not the same: {}", images.len(), other.join(", ")),
    };
    work.done("images again", begin, said, if other.is_empty() { Exit::Same } else { Exit::Differs });
    Ok(())
}

/// What an image is: its layers by their digests, and how it is run. Its id also tells the tag of the one it began with.
fn content(tag: &str) -> Result<[Value; 2], CommandError> {
    let said = podman::run(&["image", "inspect", tag])?;
    let mut all: Value = serde_json::from_str(&said).map_err(|e| CommandError::usage(format!("podman: {tag}: {e}")))?;
    let mut config = all[0]["Config"].take();
    if let Some(config) = config.as_object_mut() {
        config.remove("Labels");
    }
    Ok([all[0]["RootFS"]["Layers"].take(), config])
}

/// Every image, the base first.
fn all(work: &Work<'_>) -> Vec<String> {
    ["base".to_owned()].into_iter().chain(work.account.images.iter().cloned()).collect()
}

fn tag_of(work: &Work<'_>, image: &str, tag: &str) -> String {
    format!("localhost/{}-{image}:{tag}", work.account.name)
}

/// Builds one of them; its tag.
fn one(image: &str, tag: &str, distribution: Option<&str>, work: &Work<'_>) -> Result<String, CommandError> {
    let context = work.code.join("images");
    let file = context.join(image).join("Containerfile");
    let full = tag_of(work, image, tag);
    let mut command = Command::new("podman");
    command.args([
        "build",
        "-q",
        "--timestamp",
        EPOCH,
        "--build-arg",
        &format!("SOURCE_DATE_EPOCH={EPOCH}"),
        "-t",
        &full,
    ]);
    command.args([if tag == AGAIN { "--no-cache" } else { "--layers" }, "-f"]).arg(&file);
    command.args(["--build-arg", &format!("FILES={}", files_of(&context, image)?)]);
    if image == "base" {
        command.args(distribution.map(|d| format!("--build-arg=DISTRIBUTION={d}")));
    } else {
        let base = podman::run(&["image", "inspect", "-f", "{{.Id}}", &tag_of(work, "base", tag)])?;
        command.args(["--build-arg", &format!("BASE={base}")]);
    }
    let ended =
        command.arg(&context).stdin(Stdio::null()).output().map_err(|e| CommandError::usage(format!("podman: {e}")))?;
    let log = work.place.join(format!("image-{image}.log"));
    files::write(&log, &[ended.stdout, ended.stderr.clone()].concat())?;
    if !ended.status.success() {
        return Err(failed(&file, &log, &ended.stderr));
    }
    Ok(full)
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
