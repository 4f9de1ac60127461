//! The engine that is the user's own `hurl` binary: its JSON report read, its complaints kept. Files that only read share a process.

use crate::engine::{Complaint, Engine, Job, Ran};
use crate::hurl_report::{complaints, report};
use crate::limited::{self, Ended};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use target::side_by_side::side_by_side;
use target::trouble::Trouble;

/// The oldest hurl whose report is known to be understood.
const OLDEST: (u32, u32) = (8, 0);

/// How to get it.
pub(crate) const INSTALL: &str = "cargo install hurl --version 8.0.1 --locked   (Debian: apt install libcurl4-openssl-dev \
                       libxml2-dev pkg-config first), or a package from https://hurl.dev/docs/installation.html";

/// The address space one hurl may take, in KiB: an answer without end ends there.
const MOST_MEMORY: u64 = 4 << 20;

/// The `hurl` binary.
#[derive(Debug)]
pub struct HurlBinary {
    program: PathBuf,
    /// Its version, for reports.
    pub version: String,
}

impl HurlBinary {
    /// Finds it, and sees that it is new enough.
    pub fn find(wanted: Option<&Path>) -> Result<Self, Trouble> {
        let program = wanted.unwrap_or(Path::new("hurl")).to_owned();
        let shown = program.display();
        let output = Command::new(&program)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .map_err(|e| Trouble::new(format!("{shown}: {e}; hurl runs the .hurl files")).hint(INSTALL))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.split_whitespace().nth(1).unwrap_or_default().to_owned();
        match numbers(&version) {
            Some(is) if text.starts_with("hurl ") && is >= OLDEST => Ok(Self { program, version }),
            Some(_) if text.starts_with("hurl ") => {
                let what = format!("{shown} is {version}; repot needs {}.{} or later", OLDEST.0, OLDEST.1);
                Err(Trouble::new(what).hint(INSTALL))
            }
            _ => Err(Trouble::new(format!("{shown} is no hurl that tells its version")).hint(INSTALL)),
        }
    }

    fn command(&self, job: &Job<'_>, files: &[&Path], at_once: usize, scratch: &Path) -> Command {
        let mut words: Vec<OsString> = job.way.through.iter().map(OsString::from).collect();
        words.push(self.program.clone().into());
        let mut command = limited::command(&words, MOST_MEMORY);
        command.args(["--test", "--no-color", "--path-as-is", "--error-format", "short"]);
        command.arg("--jobs").arg(at_once.max(1).to_string());
        command.arg("--report-json").arg(scratch);
        command.arg("--max-time").arg(job.limits.request.as_secs().max(1).to_string());
        command.arg("--connect-timeout").arg(job.limits.request.as_secs().clamp(1, 10).to_string());
        for rule in job.environment.beside.iter().chain(&job.way.rules) {
            command.arg("--connect-to").arg(rule.spelled());
        }
        if let Some(port) = job.way.socks {
            command.arg("--proxy").arg(format!("socks5h://127.0.0.1:{port}"));
            let beside: Vec<&str> = job.environment.beside.iter().filter_map(|r| r.host.as_deref()).collect();
            command.arg("--no-proxy").arg(beside.join(","));
        }
        if job.goes_on {
            command.arg("--continue-on-error");
        }
        for header in job.headers {
            command.arg("--header").arg(header);
        }
        if let Some(cookies) = job.cookies {
            command.arg("--cookie").arg(cookies);
        }
        if let Some(cookies) = job.cookies_after {
            command.arg("--cookie-jar").arg(cookies);
        }
        // Neither variables nor secrets are arguments: those anybody on this machine can read.
        for (name, value) in job.environment.variables.iter().chain(job.captured) {
            command.env(format!("HURL_VARIABLE_{name}"), value);
        }
        for (name, value) in &job.environment.secrets {
            command.env(format!("HURL_SECRET_{name}"), value);
        }
        command.arg("--").args(files);
        command
    }

    /// Runs files by one process, several at once; none if it did not come to its end.
    fn together(&self, job: &Job<'_>, files: &[&Path], at_once: usize) -> Option<Vec<Ran>> {
        let scratch = scratch().ok()?;
        let begun = Instant::now();
        let rounds = u32::try_from(files.len().div_ceil(at_once.max(1))).ok()?;
        let most = job.limits.file.saturating_mul(rounds);
        let ended = limited::run(self.command(job, files, at_once, scratch.path()), most).ok()?;
        if ended.is_late || !matches!(ended.status, Some(0 | 3 | 4)) {
            return None;
        }
        let said = complaints(&ended.stderr);
        let mut reports = report(scratch.path(), job.bodies).ok()?;
        let took = begun.elapsed();
        let one = |file: &&Path| {
            let name = file.display().to_string();
            let at = reports.iter().position(|(of, _)| *of == name)?;
            let (_, mut ran) = reports.swap_remove(at);
            let own = said.iter().filter(|(of, _)| of.as_ref() == Some(&name)).map(|(_, complaint)| complaint.clone());
            ran.errors = own.filter(|c| !is_checked(&ran, c.line)).collect();
            ran.took = took;
            Some(ran)
        };
        files.iter().map(one).collect()
    }
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map_while(|p| p.parse().ok());
    Some((parts.next()?, parts.next()?))
}

impl Engine for HurlBinary {
    fn run(&self, job: &Job<'_>) -> Result<Ran, Trouble> {
        let scratch = scratch()?;
        let begun = Instant::now();
        let ended = limited::run(self.command(job, &[job.file], 1, scratch.path()), job.limits.file)
            .map_err(|e| Trouble::new(format!("{}: {e}", self.program.display())))?;
        let mut ran = report(scratch.path(), job.bodies)?.into_iter().next().map(|(_, ran)| ran).unwrap_or_default();
        ran.took = begun.elapsed();
        ran.errors = errors(&ended, &ran, job);
        Ok(ran)
    }

    /// By one process, whose start is most of what a short file costs. If it does not come to its end, because one of them
    /// cannot be read or has no end, each by itself, which harms nobody: their requests only read.
    fn run_all(&self, job: &Job<'_>, files: &[&Path], at_once: usize) -> Vec<Result<Ran, Trouble>> {
        let together = (files.len() > 1).then(|| self.together(job, files, at_once)).flatten();
        match together {
            Some(all) => all.into_iter().map(Ok).collect(),
            None => side_by_side(files, at_once, |_, file| self.run(&Job { file, ..job.clone() })),
        }
    }
}

pub(crate) fn scratch() -> Result<tempfile::TempDir, Trouble> {
    let made = tempfile::Builder::new().prefix("repot-e2e-").tempdir();
    made.map_err(|e| Trouble::new(format!("a temporary directory: {e}")))
}

/// Whether a complaint about a line is one of a check, which the report has.
fn is_checked(ran: &Ran, line: u32) -> bool {
    ran.requests.iter().flat_map(|r| &r.checks).any(|c| c.line == line && c.failed.is_some())
}

/// What hurl complained of that is no failed check, and how it ended when it did not end by itself.
fn errors(ended: &Ended, ran: &Ran, job: &Job<'_>) -> Vec<Complaint> {
    let mut errors: Vec<Complaint> = complaints(&ended.stderr).into_iter().map(|(_, complaint)| complaint).collect();
    errors.retain(|c| !is_checked(ran, c.line));
    for error in &mut errors {
        error.is_syntax = ended.status == Some(2);
    }
    let whole = |what: String| Complaint { what, ..Complaint::default() };
    match ended.status {
        _ if ended.is_late => {
            errors.push(whole(format!("it took longer than {} s and was ended", job.limits.file.as_secs())));
        }
        None => errors.push(whole("hurl was ended by a signal; an answer without end?".to_owned())),
        // 3 and 4: a request or a check failed, which is told above.
        Some(0 | 3 | 4) => {}
        Some(_) if !errors.is_empty() => {}
        Some(status) => {
            let said = ended.stderr.lines().rfind(|l| !l.trim().is_empty()).unwrap_or_default();
            errors.push(whole(format!("hurl ended with status {status}: {said}")));
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_hurl_and_none_are_refused_with_what_to_do() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hurl");
        std::fs::write(&path, "#!/bin/sh\necho 'hurl 4.3.0 libcurl'\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let old = HurlBinary::find(Some(&path)).unwrap_err();
        assert!(
            old.what.contains("is 4.3.0; repot needs 8.0") && old.hints[0].contains("cargo install hurl"),
            "{old:?}"
        );
        let none = HurlBinary::find(Some(&dir.path().join("none"))).unwrap_err();
        assert!(none.hints[0].contains("cargo install hurl"), "{none:?}");
    }
}
