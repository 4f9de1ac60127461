//! The engine that is the user's own `hurl` binary: run once per file, its JSON report read, its complaints kept.

use crate::engine::{Call, Check, Complaint, Engine, Failed, Job, Made, Ran};
use crate::limited::{self, Ended};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use target::trouble::Trouble;

/// The oldest hurl whose report is known to be understood.
const OLDEST: (u32, u32) = (8, 0);

/// How to get it.
const INSTALL: &str = "cargo install hurl --version 8.0.1 --locked   (Debian: apt install libcurl4-openssl-dev \
                       libxml2-dev pkg-config first), or a package from https://hurl.dev/docs/installation.html";

/// The largest body that is kept for comparing, in bytes.
const MOST_BODY: u64 = 4 << 20;

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

    fn command(&self, job: &Job<'_>, scratch: &Path) -> Command {
        let mut words: Vec<OsString> = job.way.through.iter().map(OsString::from).collect();
        words.push(self.program.clone().into());
        let mut command = limited::command(&words, MOST_MEMORY);
        command.args(["--test", "--no-color", "--path-as-is", "--jobs", "1", "--error-format", "short"]);
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
        command.arg("--").arg(job.file);
        command
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
        let ended = limited::run(self.command(job, scratch.path()), job.limits.file)
            .map_err(|e| Trouble::new(format!("{}: {e}", self.program.display())))?;
        let mut ran = report(scratch.path(), job.bodies)?;
        ran.took = begun.elapsed();
        ran.errors = errors(&ended, &ran, job);
        Ok(ran)
    }
}

fn scratch() -> Result<tempfile::TempDir, Trouble> {
    let made = tempfile::Builder::new().prefix("repot-e2e-").tempdir();
    made.map_err(|e| Trouble::new(format!("a temporary directory: {e}")))
}

/// What hurl complained of that is no failed check, and how it ended when it did not end by itself.
fn errors(ended: &Ended, ran: &Ran, job: &Job<'_>) -> Vec<Complaint> {
    let checked = |line: u32| ran.requests.iter().flat_map(|r| &r.checks).any(|c| c.line == line && c.failed.is_some());
    let mut errors = complaints(&ended.stderr);
    errors.retain(|c| !checked(c.line));
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

/// The complaints of hurl's short error format: `error: WHAT`, ` --> FILE:LINE:COLUMN`, and the line with a mark below.
fn complaints(stderr: &str) -> Vec<Complaint> {
    let mut found: Vec<Complaint> = Vec::new();
    for line in stderr.lines() {
        let text = line.trim();
        if let Some(what) = text.strip_prefix("error: ") {
            found.push(Complaint { what: what.to_owned(), ..Complaint::default() });
            continue;
        }
        let Some(last) = found.last_mut() else { continue };
        if let Some(place) = text.strip_prefix("--> ") {
            let mut parts = place.rsplitn(3, ':').map(|p| p.parse().unwrap_or(0));
            (last.column, last.line) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        } else if let Some(detail) = text.strip_prefix('|').and_then(marked) {
            last.what = format!("{}: {detail}", last.what);
            last.is_unreachable |= is_unreachable(detail);
        }
    }
    found
}

/// What stands after the `^^^` of a line.
fn marked(text: &str) -> Option<&str> {
    let detail = text.trim_start().strip_prefix('^')?.trim_start_matches('^').trim();
    (!detail.is_empty()).then_some(detail)
}

/// Whether a message of curl says that no connection came about: no address, nobody there, no answer, no proxy.
fn is_unreachable(detail: &str) -> bool {
    ["(5) ", "(6) ", "(7) ", "(28) Connection timed out", "(28) Failed to connect", "(97) "]
        .iter()
        .any(|code| detail.starts_with(code))
}

/// The report's `report.json`, as far as it is used.
#[derive(Debug, Deserialize)]
struct File {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    line: u32,
    asserts: Vec<Assert>,
    calls: Vec<Exchange>,
    captures: Vec<Capture>,
}

#[derive(Debug, Deserialize)]
struct Assert {
    line: u32,
    success: bool,
    message: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Capture {
    name: String,
    value: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct Exchange {
    request: Request,
    response: Response,
}

#[derive(Debug, Deserialize)]
struct Request {
    method: String,
    url: String,
    headers: Vec<Field>,
}

#[derive(Debug, Deserialize)]
struct Response {
    status: u16,
    headers: Vec<Field>,
    body: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Field {
    name: String,
    value: String,
}

fn report(dir: &Path, bodies: bool) -> Result<Ran, Trouble> {
    let path = dir.join("report.json");
    let Ok(text) = std::fs::read(&path) else { return Ok(Ran::default()) };
    let files: Vec<File> = serde_json::from_slice(&text)
        .map_err(|e| Trouble::new(format!("hurl's report is not understood: {e}")).hint(INSTALL))?;
    let mut ran = Ran::default();
    for entry in files.into_iter().flat_map(|f| f.entries) {
        for capture in entry.captures {
            ran.captured.insert(capture.name, text_of(&capture.value));
        }
        ran.requests.push(Made {
            line: entry.line,
            calls: entry.calls.into_iter().map(|c| call(c, dir, bodies)).collect(),
            checks: checks(entry.asserts),
        });
    }
    Ok(ran)
}

fn text_of(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn call(exchange: Exchange, dir: &Path, bodies: bool) -> Call {
    let fields = |all: Vec<Field>| all.into_iter().map(|f| (f.name.to_ascii_lowercase(), f.value)).collect();
    let body = exchange.response.body.filter(|_| bodies).and_then(|name| body(&dir.join(name)));
    Call {
        method: exchange.request.method,
        url: exchange.request.url,
        sent: fields(exchange.request.headers),
        status: exchange.response.status,
        headers: fields(exchange.response.headers),
        body,
    }
}

fn body(path: &Path) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(MOST_BODY).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// One check for a line: hurl checks the version and the status of `HTTP 200` one after the other.
fn checks(asserts: Vec<Assert>) -> Vec<Check> {
    let mut by_line: BTreeMap<u32, Option<Failed>> = BTreeMap::new();
    for assert in asserts {
        let failed = (!assert.success).then(|| failed(assert.message.as_deref().unwrap_or_default()));
        let held = by_line.entry(assert.line).or_default();
        *held = held.take().or(failed);
    }
    by_line.into_iter().map(|(line, failed)| Check { line, failed }).collect()
}

/// What hurl says it saw: `actual: …`, or what stands after the mark, or else its first line.
fn failed(message: &str) -> Failed {
    let shown: Vec<&str> = message.lines().filter_map(|l| l.trim().strip_prefix('|')).map(str::trim).collect();
    let actual = shown.iter().position(|l| l.starts_with("actual:"));
    let seen = match actual {
        Some(at) => {
            let end = shown.iter().position(|l| l.starts_with("expected:")).unwrap_or(shown.len()).max(at);
            shown[at..end].join(" ").trim_start_matches("actual:").trim().to_owned()
        }
        None => shown.iter().find_map(|l| marked(l)).map_or_else(|| plain(message, &shown), without_words),
    };
    Failed { seen }
}

/// `actual value is <404>` as `404`.
fn without_words(detail: &str) -> String {
    let value = detail.strip_prefix("actual value is <").and_then(|v| v.strip_suffix('>'));
    value.unwrap_or(detail).to_owned()
}

/// A message of another form: the lines of a difference if it shows one, its first line if not.
fn plain(message: &str, shown: &[&str]) -> String {
    let changed: Vec<&str> = shown.iter().filter(|l| l.starts_with('+')).copied().collect();
    if changed.is_empty() { message.lines().next().unwrap_or_default().to_owned() } else { changed.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_come_with_their_places() {
        let said = "\
error: HTTP connection
  --> e2e/c:d.hurl:7:5
   |
 7 | GET http://chat.example.test/healthz
   |     ^^^^ (7) Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server
   |

error: Undefined variable
  --> d.hurl:1:16
   |
 1 | GET http://x/{{a}}
   |                ^ you must set the variable a
";
        let found = complaints(said);
        assert_eq!((found[0].line, found[0].column, found[0].is_unreachable), (7, 5, true));
        assert!(found[0].what.starts_with("HTTP connection: (7) Failed"), "{:?}", found[0]);
        assert_eq!((found[1].line, found[1].what.as_str()), (1, "Undefined variable: you must set the variable a"));
    }

    #[test]
    fn what_was_seen_is_taken_from_every_form_of_message() {
        let seen = |message: &str| failed(message).seen;
        let status =
            "Assert status code\n  --> g.hurl:4:6\n   |\n 4 | HTTP 200\n   |      ^^^ actual value is <404>\n   |";
        assert_eq!(seen(status), "404");
        let value = "Assert failure\n  --> a:5:0\n   |\n   | GET /\n   | ...\n 5 | x\n   |   actual:   string <a\n   |b>\n   |   expected: none\n   |";
        assert_eq!(seen(value), "string <a b>");
        let body = "Assert body value\n  --> i:9:1\n   |\n   | GET /\n 9 | x\n   |   -a\n   |   +b\n   |";
        assert_eq!(seen(body), "+b");
        assert_eq!(seen("Something new"), "Something new");
    }

    #[test]
    fn checks_of_a_line_are_one() {
        let assert = |success, message: Option<&str>| Assert { line: 2, success, message: message.map(str::to_owned) };
        let all = checks(vec![assert(true, None), assert(false, Some("x"))]);
        assert_eq!(all, [Check { line: 2, failed: Some(Failed { seen: "x".into() }) }]);
    }

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
