//! What a person has to give, brought from a machine that has it: trees, secrets, data.

use super::account::Source;
use super::{Work, podman, private, values};
use crate::error::CommandError;
use crate::files;
use exchange::generate::ansible::safe_path;
use model::exit::Exit;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use target::address::Address;
use target::fetch::fetch;
use target::observe::Reach;

/// Trees and files that images are built with.
pub(super) fn payload(from: Option<&Address>, reach: &Reach, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let dir = work.code.join("images/payload");
    for (path, is_tree) in &work.account.payload {
        let to = dir.join(format!("{}{}", safe_path(path), if *is_tree { ".tar.gz" } else { "" }));
        match from {
            Some(address) => {
                parents(&to)?;
                fetch(address, reach, path, *is_tree, &to)?;
            }
            None if to.is_file() => {}
            None => {
                return Err(CommandError::usage(format!("{path} is to be given and is not at {}", to.display()))
                    .hint("--payload-from TARGET brings it from a machine that has it"));
            }
        }
    }
    let count = work.account.payload.len();
    work.done("payload", begin, format!("{count} files and trees"), Exit::Same);
    Ok(())
}

fn parents(path: &Path) -> Result<(), CommandError> {
    let Some(parent) = path.parent() else { return Ok(()) };
    std::fs::create_dir_all(parent).map_err(|e| CommandError::file(parent, &e))
}

/// Where the value of a key of a Secret is.
pub(super) fn secret_path(work: &Work<'_>, secret: &str, key: &str) -> PathBuf {
    work.place.join("secrets").join(secret).join(key)
}

/// The values of Secrets: of files, and of variables by where the file on the host has other text than the spec.
pub(super) fn secrets(from: Option<&Address>, reach: &Reach, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let mut count = 0;
    let all = work.account.secrets.clone();
    private(&work.place.join("secrets"))?;
    let mut seen: BTreeMap<String, Both> = BTreeMap::new();
    for (secret, keys) in &all {
        for (key, source) in keys {
            let to = secret_path(work, secret, key);
            if let Some(parent) = to.parent() {
                private(parent)?;
            }
            let Some(address) = from else {
                if to.is_file() {
                    continue;
                }
                return Err(CommandError::usage(format!(
                    "the value of {key} of Secret {secret} is to be given and is not at {}",
                    to.display()
                ))
                .hint("--payload-from TARGET brings it from a machine that has it"));
            };
            match source {
                Source::File(path) => fetch(address, reach, path, false, &to)?,
                Source::Value { text, seen_in } => {
                    let value = match seen_in {
                        Some(path) => {
                            if !seen.contains_key(path) {
                                seen.insert(path.clone(), both(address, reach, path, work)?);
                            }
                            seen.get(path).and_then(|seen| {
                                let by_file = values::real(text, &seen.spec, &seen.host);
                                by_file.or_else(|| values::real(text, &seen.lines, &seen.host))
                            })
                        }
                        None => None,
                    };
                    let value = value.ok_or_else(|| {
                        CommandError::usage(format!(
                            "the value of {key} of Secret {secret} cannot be told from {address}"
                        ))
                        .hint(format!("write it to {} and run it without --payload-from", to.display()))
                    })?;
                    files::write(&to, value.as_bytes())?;
                }
            }
            count += 1;
        }
    }
    work.done("secrets", begin, format!("{count} values of {} Secrets", all.len()), Exit::Same);
    Ok(())
}

/// A file as a spec would keep it, and as the host has it.
struct Both {
    spec: String,
    /// The same with each line taken for a command line, as entries of crontabs and units have it.
    lines: String,
    host: String,
}

/// Brings a file of the host.
fn both(address: &Address, reach: &Reach, path: &str, work: &Work<'_>) -> Result<Both, CommandError> {
    let key = work.project.key()?.ok_or_else(|| {
        CommandError::usage("the project's key is not there, so no fingerprint can be told from another")
            .hint("it is .repot/key of the project that was captured; or set REPOT_KEY")
    })?;
    let key =
        secret::Key::from_hex(key.digits()).map_err(|e| CommandError::usage(format!("the project's key: {e}")))?;
    let to = work.place.join("secrets/.file");
    fetch(address, reach, path, false, &to)?;
    let host = std::fs::read(&to).map_err(|e| CommandError::file(&to, &e))?;
    std::fs::remove_file(&to).ok();
    let redacted = secret::redact_file(path, &host, &key);
    let spec = String::from_utf8_lossy(&redacted.bytes).into_owned();
    let host = String::from_utf8_lossy(&host).into_owned();
    let lines: Vec<String> = host.lines().map(|line| secret::redact_value("command", line, &key).0).collect();
    Ok(Both { spec, lines: lines.join("\n"), host })
}

/// Volumes, with what the host has in these directories.
pub(super) fn volumes(from: Option<&Address>, reach: &Reach, work: &mut Work<'_>) -> Result<(), CommandError> {
    let begin = Instant::now();
    let mut copied = 0;
    for (name, volume) in &work.account.volumes {
        let claim = format!("{}-{name}", work.account.name);
        podman::run(&["volume", "create", &claim])?;
        if let (Some(address), true) = (from, volume.is_copied) {
            let archive = work.place.join("volume.tar.gz");
            fetch(address, reach, &volume.path, true, &archive)?;
            let filled = in_volume(&claim, Some(&archive), FILLS, work);
            std::fs::remove_file(&archive).ok();
            filled?;
            copied += 1;
        }
        if let Some(group) = volume.group {
            in_volume(&claim, None, &format!("chgrp -R {group} /repot-volume && chmod -R g+rwX /repot-volume"), work)?;
        }
    }
    let count = work.account.volumes.len();
    work.done("volumes", begin, format!("{count}, {copied} of them with the host's data"), Exit::Same);
    Ok(())
}

/// Unpacks the archive of a directory, and gives the volume's root that directory's owners and mode.
const FILLS: &str = "tar -C /repot-volume --numeric-owner --strip-components=1 -xzpf /repot-archive && \
    dir=$(tar -tzf /repot-archive | head -n 1) && cd /tmp && \
    tar --numeric-owner --no-recursion -xzpf /repot-archive \"$dir\" && \
    chown --reference=\"$dir\" /repot-volume && chmod --reference=\"$dir\" /repot-volume";

/// Runs a shell's script as root beside a volume, and an archive.
fn in_volume(claim: &str, archive: Option<&Path>, script: &str, work: &Work<'_>) -> Result<(), CommandError> {
    let (mount, image) = (format!("{claim}:/repot-volume"), format!("{}-base:try", work.account.name));
    let read = archive.map(|a| format!("{}:/repot-archive:ro", a.display()));
    let mut args = vec!["run", "--rm", "--network", "none", "--user", "0", "-v", &mount];
    if let Some(read) = &read {
        args.extend(["-v", read]);
    }
    args.extend([&image, "sh", "-c", script]);
    podman::run(&args).map(drop)
}
