//! What hurl says of a run: its JSON report, and its complaints.

use crate::engine::{Call, Check, Complaint, Failed, Made, Ran};
use crate::hurl_binary::INSTALL;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use target::trouble::Trouble;

/// The largest body that is kept for comparing, in bytes.
const MOST_BODY: u64 = 4 << 20;

/// The complaints of hurl's short error format: `error: WHAT`, ` --> FILE:LINE:COLUMN`, and the line with a mark below.
/// Each with its file; none where it names none.
pub(crate) fn complaints(stderr: &str) -> Vec<(Option<String>, Complaint)> {
    let mut found: Vec<(Option<String>, Complaint)> = Vec::new();
    for line in stderr.lines() {
        let text = line.trim();
        if let Some(what) = text.strip_prefix("error: ") {
            found.push((None, Complaint { what: what.to_owned(), ..Complaint::default() }));
            continue;
        }
        let Some((file, last)) = found.last_mut() else { continue };
        if let Some(place) = text.strip_prefix("--> ") {
            let mut parts = place.rsplitn(3, ':');
            let mut number = || parts.next().and_then(|p| p.parse().ok()).unwrap_or(0);
            (last.column, last.line) = (number(), number());
            *file = parts.next().map(str::to_owned);
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
    filename: String,
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

/// What the report in a directory says of each file, with the bodies of the answers.
pub(crate) fn report(dir: &Path) -> Result<Reports, Trouble> {
    let path = dir.join("report.json");
    let Ok(text) = std::fs::read(&path) else { return Ok(Vec::new()) };
    let files: Vec<File> = serde_json::from_slice(&text).map_err(|e| not_understood(&e))?;
    Ok(files.into_iter().map(|file| file.ran(Some(dir))).collect())
}

/// What hurl says of each file that it ran.
pub(crate) type Reports = Vec<(String, Ran)>;

/// What is printed with `--json`, read as it comes: a line with an object for each file, without bodies.
pub(crate) fn printed(stream: &mut dyn Read) -> Result<Reports, Trouble> {
    let mut reports = Reports::new();
    for line in BufReader::new(stream).split(b'\n') {
        let line = line.map_err(|e| not_understood(&e))?;
        if !line.trim_ascii().is_empty() {
            reports.push(serde_json::from_slice::<File>(&line).map_err(|e| not_understood(&e))?.ran(None));
        }
    }
    Ok(reports)
}

fn not_understood(error: &dyn std::error::Error) -> Trouble {
    Trouble::new(format!("hurl's report is not understood: {error}")).hint(INSTALL)
}

impl File {
    fn ran(self, bodies: Option<&Path>) -> (String, Ran) {
        let mut ran = Ran::default();
        for entry in self.entries {
            for capture in entry.captures {
                ran.captured.insert(capture.name, text_of(&capture.value));
            }
            ran.requests.push(Made {
                line: entry.line,
                calls: entry.calls.into_iter().map(|c| call(c, bodies)).collect(),
                checks: checks(entry.asserts),
            });
        }
        (self.filename, ran)
    }
}

fn text_of(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn call(exchange: Exchange, bodies: Option<&Path>) -> Call {
    let fields = |all: Vec<Field>| all.into_iter().map(|f| (f.name.to_ascii_lowercase(), f.value)).collect();
    let body = bodies.zip(exchange.response.body).and_then(|(dir, name)| body(&dir.join(name)));
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
        let (files, found): (Vec<Option<String>>, Vec<Complaint>) = complaints(said).into_iter().unzip();
        assert_eq!(files, [Some("e2e/c:d.hurl".to_owned()), Some("d.hurl".to_owned())]);
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
}
