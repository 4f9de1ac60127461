//! What hosts themselves keep of who did what: logs of package managers, shell histories, sudo's log, the histories of
//! checkouts and of etckeeper, copies that editors and package managers left. Only read when an import asks for it.

use crate::accounts::Accounts;
use crate::kind::{Area, Kind, Property, Shape};
use crate::out::{Out, Shown};
use crate::packages::history;
use crate::read;
use crate::sys::{FileType, Sys};
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::plan::Ask;
use model::text;
use std::path::Path;

/// Traces.
pub(super) struct Trace;

const PROPERTIES: &[Property] = &[
    Property::new("text", Shape::Text, "its text, secrets replaced; of a long one the last part").on_request(),
    Property::new("first-line", Shape::Int, "the number of the first line of that part").on_request(),
];

/// The most of a trace that is shown, in bytes: its end says what was done last.
const MOST_SHOWN: usize = 900_000;

/// The most of a trace that is read, in bytes.
const MOST_READ: u64 = 64 << 20;

/// How many traces are shown of a host.
const MOST: usize = 500;

/// Files that are traces as they stand; rotated ones beside them too.
const LOGS: &[&str] = &[
    "/var/log/apt/history.log",
    "/var/log/dpkg.log",
    "/var/log/yum.log",
    "/var/log/dnf.rpm.log",
    "/var/log/zypp/history",
    "/var/log/auth.log",
    "/var/log/secure",
    "/var/log/sudo.log",
    "/var/log/cloud-init.log",
    "/var/lib/cloud/instance/user-data.txt",
    "/var/lib/cloud/instance/vendor-data.txt",
];

/// Where cloud-init keeps the scripts that it ran.
const SCRIPTS: &[&str] = &[
    "/var/lib/cloud/instance/scripts",
    "/var/lib/cloud/scripts/per-once",
    "/var/lib/cloud/scripts/per-instance",
    "/var/lib/cloud/scripts/per-boot",
];

const HISTORIES: &[&str] = &[".bash_history", ".zsh_history", ".sh_history", ".ash_history", ".history"];

/// Where checkouts lie on most hosts, two levels deep.
const CHECKOUTS: &[&str] = &["/opt", "/srv", "/var/www", "/usr/local", "/usr/local/src", "/root", "/home"];

/// The name under which the copies in /etc are listed.
const COPIES: &str = "/etc/*~";

/// The name under which etckeeper's log is shown.
const ETCKEEPER: &str = "/etc/.git";

const ENDINGS: &[&str] = &[
    "~",
    ".bak",
    ".old",
    ".orig",
    ".save",
    ".rpmnew",
    ".rpmsave",
    ".rpmorig",
    ".dpkg-old",
    ".dpkg-dist",
    ".dpkg-new",
    ".ucf-old",
    ".ucf-dist",
];

impl Kind for Trace {
    fn name(&self) -> &'static str {
        "trace"
    }

    fn summary(&self) -> &'static str {
        "what the host keeps of who did what, named by its file: logs of package managers and of sudo, shell histories, histories of checkouts, cloud-init's log; read only by an import"
    }

    fn area(&self) -> Area {
        Area::Checks
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn is_swept(&self) -> bool {
        false
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut blind: Option<Why> = None;
        if ask.sweep {
            let names = match found(sys) {
                Ok(names) => names,
                Err(why) => return Coverage::Unknown(why),
            };
            for name in names {
                match shown(sys, &name, out) {
                    Ok(Some(shown)) => out.show(&name, shown),
                    Ok(None) => {}
                    Err(why) => {
                        out.unknown(&name, &why);
                        blind = Some(why);
                    }
                }
            }
        }
        for name in ask.names.keys() {
            match shown(sys, name, out) {
                Ok(Some(shown)) => out.show(name, shown),
                Ok(None) => out.absent(name),
                Err(why) => out.unknown(name, &why),
            }
        }
        blind.map_or(Coverage::Asked, Coverage::Unknown)
    }
}

/// Every trace that is there, in order.
fn found(sys: &dyn Sys) -> Result<Vec<String>, Why> {
    let mut names = Vec::new();
    for log in LOGS {
        let (dir, file) = log.rsplit_once('/').unwrap_or(("", log));
        let rotated = read::files_in(sys, dir, "")?;
        names.extend(rotated.into_iter().filter(|path| is_rotated(path, dir, file)));
    }
    for dir in SCRIPTS {
        names.extend(read::files_in(sys, dir, "")?);
    }
    for home in homes(sys)? {
        for history in HISTORIES {
            let path = format!("{home}/{history}");
            if is_file(sys, &path)? {
                names.push(path);
            }
        }
    }
    if sys.stat(Path::new(ETCKEEPER))?.is_some() {
        names.push(ETCKEEPER.to_owned());
    }
    names.push(COPIES.to_owned());
    names.extend(history::databases(sys)?);
    names.extend(reflogs(sys)?);
    names.sort();
    names.dedup();
    names.truncate(MOST);
    Ok(names)
}

/// `history.log`, `history.log.1`, `history.log.2.gz`, `auth.log-20170301`.
fn is_rotated(path: &str, dir: &str, file: &str) -> bool {
    let Some(rest) = path.strip_prefix(dir).and_then(|p| p.strip_prefix('/')).and_then(|p| p.strip_prefix(file)) else {
        return false;
    };
    let number = rest.trim_end_matches(".gz");
    number.is_empty() || (number.starts_with(['.', '-']) && number[1..].bytes().all(|b| b.is_ascii_digit()))
}

/// The homes of users, root's first.
fn homes(sys: &dyn Sys) -> Result<Vec<String>, Why> {
    let passwd = read::file_or_empty(sys, "/etc/passwd")?;
    let mut homes = vec!["/root".to_owned()];
    for line in passwd.lines() {
        if let Some(home) = line.split(':').nth(5).filter(|h| h.starts_with('/') && h.len() > 1) {
            let home = home.trim_end_matches('/').to_owned();
            if !homes.contains(&home) {
                homes.push(home);
            }
        }
    }
    Ok(homes)
}

fn is_file(sys: &dyn Sys, path: &str) -> Result<bool, Why> {
    Ok(sys.stat(Path::new(path))?.is_some_and(|s| s.kind == FileType::File))
}

/// What git wrote down of what was checked out where.
fn reflogs(sys: &dyn Sys) -> Result<Vec<String>, Why> {
    let mut found = Vec::new();
    let mut todo: Vec<(String, usize)> = CHECKOUTS.iter().map(|d| ((*d).to_owned(), 0)).collect();
    while let Some((dir, depth)) = todo.pop() {
        // A directory that cannot be listed hides its own checkouts only.
        for path in read::files_in(sys, &dir, "").unwrap_or_default().into_iter().take(200) {
            let Ok(Some(stat)) = sys.stat(Path::new(&path)) else { continue };
            if stat.kind != FileType::Directory || found.len() >= MOST {
                continue;
            }
            let log = format!("{path}/.git/logs/HEAD");
            if is_file(sys, &log).unwrap_or(false) {
                found.push(log);
            } else if depth < 1 {
                todo.push((path, depth + 1));
            }
        }
    }
    Ok(found)
}

fn shown(sys: &dyn Sys, name: &str, out: &Out<'_>) -> Answer<Shown> {
    let mut before = 0;
    let bytes = match name {
        name if history::is_database(name) => transactions(sys, name)?.map(|(text, first)| {
            before = first - 1;
            text.into_bytes()
        }),
        COPIES => Some(copies(sys)?.into_bytes()),
        ETCKEEPER => etckeeper(sys)?.map(String::into_bytes),
        name if name.ends_with(".gz") => unpacked(sys, name)?,
        name => sys.read(Path::new(name), MOST_READ)?,
    };
    let Some(bytes) = bytes else { return Ok(None) };
    let bytes = if is_shared(name) { of_sudo(&bytes) } else { bytes };
    let (bytes, first) = ending(bytes);
    let Some(redacted) = out.redact().file(name.trim_end_matches(".gz"), &bytes) else { return Ok(None) };
    let shown = Shown::new().is("text", text::from_bytes(&redacted.bytes));
    Ok(Some(shown.is("first-line", i64::try_from(first).unwrap_or(i64::MAX).saturating_add(before))))
}

/// The history of dnf or yum, line N of which is transaction N, and the number of its first line.
fn transactions(sys: &dyn Sys, name: &str) -> Answer<(String, i64)> {
    let Some(transactions) = history::transactions(sys, name)? else { return Ok(None) };
    let accounts = Accounts::of(sys);
    Ok(Some(history::page(&transactions, accounts.as_ref().as_ref().ok())))
}

/// Whether a log holds much else than what sudo ran.
fn is_shared(name: &str) -> bool {
    name.starts_with("/var/log/auth.log") || name.starts_with("/var/log/secure")
}

/// The lines on what sudo ran, every other one left empty so that the lines keep their numbers.
fn of_sudo(bytes: &[u8]) -> Vec<u8> {
    let is_sudo =
        |line: &[u8]| line.windows(9).any(|w| w == b" COMMAND=") || line.windows(9).any(|w| w == b";COMMAND=");
    let mut kept: Vec<u8> = Vec::new();
    for line in bytes.split(|b| *b == b'\n') {
        if is_sudo(line) {
            kept.extend(line);
        }
        kept.push(b'\n');
    }
    while kept.ends_with(b"\n\n") {
        kept.pop();
    }
    kept
}

/// The last part of a long text, and the number of its first line.
fn ending(bytes: Vec<u8>) -> (Vec<u8>, usize) {
    if bytes.len() <= MOST_SHOWN {
        return (bytes, 1);
    }
    let from = bytes.len() - MOST_SHOWN;
    let from = bytes[from..].iter().position(|b| *b == b'\n').map_or(from, |at| from + at + 1);
    let before = bytes[..from].iter().filter(|b| **b == b'\n').count();
    (bytes[from..].to_vec(), before + 1)
}

fn unpacked(sys: &dyn Sys, name: &str) -> Answer<Vec<u8>> {
    if !is_file(sys, name)? {
        return Ok(None);
    }
    match read::run(sys, &["gzip", "-dc", name])? {
        None => Err(Why::new(WhyCode::NoTool, format!("{name}: gzip is not installed"))),
        Some(out) if out.status == 0 => Ok(Some(out.stdout)),
        Some(out) => Err(Why::new(WhyCode::Failed, format!("gzip -dc {name} ended with {}", out.status))),
    }
}

/// What etckeeper committed: who, when, why, and the files. Nothing that the repository configures is run.
fn etckeeper(sys: &dyn Sys) -> Answer<String> {
    if sys.stat(Path::new(ETCKEEPER))?.is_none() {
        return Ok(None);
    }
    read::output(
        sys,
        &[
            "git",
            "--no-pager",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "log.showSignature=false",
            "--git-dir=/etc/.git",
            "log",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--max-count=2000",
            "--reverse",
            "--name-status",
            "--format=commit %H%nAuthor: %an%nDate: %aI%nSubject: %s",
        ],
    )
}

/// The copies beside files in /etc, with the time of each: `MTIME PATH` a line.
fn copies(sys: &dyn Sys) -> Result<String, Why> {
    const DEEPEST: usize = 6;
    let mut lines = Vec::new();
    let mut todo = vec![("/etc".to_owned(), 0_usize)];
    let mut count = 0_usize;
    while let Some((dir, depth)) = todo.pop() {
        for path in read::files_in(sys, &dir, "")? {
            count += 1;
            if count > 50_000 {
                return Err(Why::new(WhyCode::TooLarge, "/etc holds more than 50000 files"));
            }
            let Ok(Some(stat)) = sys.stat(Path::new(&path)) else { continue };
            match stat.kind {
                FileType::Directory if depth < DEEPEST && !path.ends_with("/.git") => todo.push((path, depth + 1)),
                FileType::File if ENDINGS.iter().any(|e| path.ends_with(e)) => {
                    lines.push(format!("{} {path}", stat.mtime))
                }
                FileType::File
                | FileType::Directory
                | FileType::Link
                | FileType::Socket
                | FileType::Pipe
                | FileType::CharDevice
                | FileType::BlockDevice => {}
            }
        }
    }
    lines.sort();
    Ok(lines.iter().map(|l| format!("{l}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_logs_are_known() {
        for path in ["/var/log/auth.log", "/var/log/auth.log.1", "/var/log/auth.log.2.gz", "/var/log/auth.log-20170301"]
        {
            assert!(is_rotated(path, "/var/log", "auth.log"), "{path}");
        }
        assert!(!is_rotated("/var/log/auth.log.old", "/var/log", "auth.log"));
    }

    #[test]
    fn of_a_long_text_the_end_is_shown_with_its_number() {
        let text: Vec<u8> = (1..=200_000).flat_map(|n| format!("line {n}\n").into_bytes()).collect();
        let (end, first) = ending(text);
        assert!(end.starts_with(format!("line {first}\n").as_bytes()) && end.ends_with(b"line 200000\n"));
    }

    #[test]
    fn of_a_shared_log_only_what_sudo_ran_is_shown() {
        let log = b"a sshd: x\nb sudo: anna : TTY=p ; PWD=/ ; USER=root ; COMMAND=/bin/ls\nc\n";
        assert_eq!(of_sudo(log), b"\nb sudo: anna : TTY=p ; PWD=/ ; USER=root ; COMMAND=/bin/ls\n".to_vec());
    }
}
