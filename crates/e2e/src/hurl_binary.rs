//! The engine that is the user's own `hurl` binary: its JSON report read, its complaints kept. Files that only read share a process.

use crate::engine::{Complaint, Engine, Job, Ran};
use crate::hurl_file::HurlFile;
use crate::hurl_report::{Reports, complaints, printed, report};
use crate::limited::{self, Ended, MOST_COMPLAINED, Most};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use target::side_by_side::side_by_side;
use target::trouble::Trouble;

/// The oldest hurl whose report is known to be understood.
const OLDEST: (u32, u32) = (8, 0);

/// How to get it.
pub(crate) const INSTALL: &str = "cargo install hurl --version 8.0.1 --locked   (Debian: apt install libcurl4-openssl-dev \
                       libxml2-dev pkg-config first), or a package from https://hurl.dev/docs/installation.html";

/// The address space that hurl may take, in bytes: an answer that has no end ends there. Each file at once takes more.
const MOST_MEMORY: u64 = 1 << 30;
const MOST_MEMORY_EACH: u64 = 256 << 20;

/// The largest answer that is taken, in bytes, where libcurl is new enough to stop one that does not tell its length.
pub(crate) const MOST_ANSWER: u64 = 256 << 20;

/// The `hurl` binary.
#[derive(Debug)]
pub struct HurlBinary {
    program: PathBuf,
    /// Whether it is new enough, once that is known.
    fit: OnceLock<Result<(), Trouble>>,
}

impl HurlBinary {
    /// Finds it.
    pub fn find(wanted: Option<&Path>) -> Result<Self, Trouble> {
        let program = wanted.unwrap_or(Path::new("hurl")).to_owned();
        if !is_there(&program) {
            let what = format!("{}: there is no such program; hurl runs the .hurl files", program.display());
            return Err(Trouble::new(what).hint(INSTALL));
        }
        Ok(Self { program, fit: OnceLock::new() })
    }

    /// Asks it for its version.
    fn asked(&self) -> Result<(), Trouble> {
        let shown = self.program.display();
        let output = Command::new(&self.program)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .map_err(|e| Trouble::new(format!("{shown}: {e}; hurl runs the .hurl files")).hint(INSTALL))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.strip_prefix("hurl ").and_then(|rest| rest.split_whitespace().next());
        match version {
            Some(version) => self.judged(version),
            None => Err(Trouble::new(format!("{shown} is no hurl that tells its version")).hint(INSTALL)),
        }
    }

    fn judged(&self, version: &str) -> Result<(), Trouble> {
        let shown = self.program.display();
        match numbers(version) {
            Some(is) if is >= OLDEST => Ok(()),
            Some(_) => {
                let what = format!("{shown} is {version}; repot needs {}.{} or later", OLDEST.0, OLDEST.1);
                Err(Trouble::new(what).hint(INSTALL))
            }
            None => Err(Trouble::new(format!("{shown} is no hurl that tells its version")).hint(INSTALL)),
        }
    }

    /// It names its version in every request that names no other client.
    fn overheard<'a>(&self, all: impl Iterator<Item = &'a Ran>) {
        let calls = all.flat_map(|ran| &ran.requests).flat_map(|made| &made.calls);
        let mut fields = calls.flat_map(|call| &call.sent).filter(|(name, _)| name == "user-agent");
        if let Some(version) = fields.find_map(|(_, value)| value.strip_prefix("hurl/")) {
            self.fit.get_or_init(|| self.judged(version));
        }
    }

    fn command(&self, job: &Job<'_>, bodies: Option<&Path>) -> Command {
        let mut words: Vec<OsString> = job.way.through.iter().map(OsString::from).collect();
        words.push(self.program.clone().into());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(["--no-color", "--path-as-is", "--error-format", "short"]);
        // Bodies come as files only, one each, which takes longer than all the rest.
        match bodies {
            Some(scratch) => command.arg("--no-output").arg("--report-json").arg(scratch),
            None => command.arg("--json"),
        };
        command.arg("--max-filesize").arg(MOST_ANSWER.to_string());
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
        command
    }

    /// Runs files by one process, so many at once: how it ended, and what it reports of each. Of one alone it says what it
    /// is at; where it runs several for their tests it keeps silent until the end.
    fn process(&self, job: &Job<'_>, files: &[&Path], at_once: usize, time: Duration) -> Result<Reported, Trouble> {
        let scratch = job.bodies.then(scratch).transpose()?;
        let dir = scratch.as_ref().map(tempfile::TempDir::path);
        let mut command = self.command(job, dir);
        match files {
            [_] => command.arg("--verbose"),
            _ => command.arg("--test").arg("--jobs").arg(at_once.max(1).to_string()),
        };
        command.arg("--").args(files);
        let most = Most { time, memory: memory(at_once) };
        let mut ended = limited::run(command, most, printed)
            .map_err(|e| Trouble::new(format!("{}: {e}", self.program.display())))?;
        let reports = match (dir, ended.printed.take()) {
            (Some(dir), _) => report(dir)?,
            (None, Some(reports)) if !ended.is_late && ended.status.is_some() => reports?,
            (None, _) => Reports::new(),
        };
        self.overheard(reports.iter().map(|(_, ran)| ran));
        Ok((ended, reports))
    }

    /// Runs files by one process; none if it did not come to its end.
    fn together(&self, job: &Job<'_>, files: &[&Path], at_once: usize) -> Option<Vec<Ran>> {
        let begun = Instant::now();
        let rounds = u32::try_from(files.len().div_ceil(at_once.max(1))).ok()?;
        let (ended, mut reports) = self.process(job, files, at_once, job.limits.file.saturating_mul(rounds)).ok()?;
        if ended.is_late || !matches!(ended.status, Some(0 | 3 | 4)) {
            return None;
        }
        let said = complaints(&ended.stderr);
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

/// The address space for so many files at once.
fn memory(at_once: usize) -> u64 {
    MOST_MEMORY.saturating_add(MOST_MEMORY_EACH.saturating_mul(u64::try_from(at_once).unwrap_or(u64::MAX)))
}

/// What a process printed of its files.
type Printed = Result<Reports, Trouble>;

/// How a process ended, and what it reports of each file.
type Reported = (Ended<Printed>, Reports);

/// Whether a program is there: by its path, or by its name in one of the directories of PATH.
fn is_there(program: &Path) -> bool {
    if program.components().count() > 1 {
        return program.is_file();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map_while(|p| p.parse().ok());
    Some((parts.next()?, parts.next()?))
}

impl Engine for HurlBinary {
    fn run(&self, job: &Job<'_>) -> Result<Ran, Trouble> {
        let begun = Instant::now();
        let (ended, reports) = self.process(job, &[job.file], 1, job.limits.file)?;
        let mut ran = reports.into_iter().next().map(|(_, ran)| ran).unwrap_or_default();
        ran.took = begun.elapsed();
        let is_killed = ended.status.is_none() && !ended.is_late;
        let fatal = is_killed.then(|| fatal(&ended.stderr, job.file)).flatten();
        ran.errors = errors(&ended, &ran, job, fatal);
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

    fn fit(&self) -> Result<(), Trouble> {
        self.fit.get_or_init(|| self.asked()).clone()
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

/// The line of the request that hurl was at, by what it says of itself; none where not all of that was kept.
fn fatal(stderr: &str, file: &Path) -> Option<u32> {
    if u64::try_from(stderr.len()).is_ok_and(|kept| kept >= MOST_COMPLAINED) {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    let file = HurlFile::read(&file.display().to_string(), &text).ok()?;
    let begun = stderr.lines().rev().find_map(|line| line.strip_prefix("* Executing entry "));
    let number: usize = begun.map_or(Some(1), |number| number.trim().parse().ok())?;
    file.requests.get(number.checked_sub(1)?).map(|request| request.line)
}

/// Whether hurl says in a line what it does, sends or gets.
fn is_told(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with(['*', '>', '<'])
}

/// What hurl complained of that is no failed check, and how it ended when it did not end by itself.
fn errors(ended: &Ended<Printed>, ran: &Ran, job: &Job<'_>, fatal: Option<u32>) -> Vec<Complaint> {
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
        None => {
            let what = "hurl was ended by a signal, as by an answer without end that fills its memory".to_owned();
            errors.push(Complaint { line: fatal.unwrap_or(0), what, ..Complaint::default() });
        }
        // 3 and 4: a request or a check failed, which is told above.
        Some(0 | 3 | 4) => {}
        Some(_) if !errors.is_empty() => {}
        Some(status) => {
            let said = ended.stderr.lines().rfind(|l| !is_told(l)).unwrap_or_default();
            errors.push(whole(format!("hurl ended with status {status}: {said}")));
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Call, Made};

    #[test]
    fn an_old_hurl_and_none_are_refused_with_what_to_do() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hurl");
        std::fs::write(&path, "#!/bin/sh\necho 'hurl 4.3.0 libcurl'\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let old = HurlBinary::find(Some(&path)).unwrap().fit().unwrap_err();
        assert!(
            old.what.contains("is 4.3.0; repot needs 8.0") && old.hints[0].contains("cargo install hurl"),
            "{old:?}"
        );
        let none = HurlBinary::find(Some(&dir.path().join("none"))).unwrap_err();
        assert!(none.hints[0].contains("cargo install hurl"), "{none:?}");
    }

    #[test]
    fn its_version_is_overheard_from_its_requests() {
        let call = |agent: &str| Call { sent: vec![("user-agent".into(), agent.into())], ..Call::default() };
        let ran = |agents: &[&str]| Ran {
            requests: vec![Made { calls: agents.iter().map(|a| call(a)).collect(), ..Made::default() }],
            ..Ran::default()
        };
        let fit = |agents: &[&str]| {
            let hurl = HurlBinary { program: "/nonexistent/hurl".into(), fit: OnceLock::new() };
            hurl.overheard([ran(agents)].iter());
            hurl.fit()
        };
        assert_eq!(fit(&["curl/7.0.0", "hurl/8.0.1"]), Ok(()));
        assert!(fit(&["hurl/7.1.0"]).unwrap_err().what.contains("is 7.1.0; repot needs 8.0"));
        // Nothing was overheard: it is asked.
        assert!(fit(&["curl/7.0.0"]).unwrap_err().what.contains("/nonexistent/hurl: "));
    }
}
