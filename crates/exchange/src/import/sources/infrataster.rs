//! Infrataster: specs over HTTP become `.hurl` files.

#![expect(clippy::wildcard_enum_match_arm, reason = "a language has more than specs need")]

use super::super::code::known::Known;
use super::super::code::walk::{Called, State, Walk};
use super::super::code::{At, Call, Code, ruby};
use super::super::conversion::Construct;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::source::Source;
use super::super::statement::{Rank, Says, Statement};
use std::fmt::Write;

/// The reader.
pub(super) struct Infrataster;

const CONSTRUCTS: &[Construct] = &[
    Construct::yes("describe http('URL', method:, headers:, params:)", "a request"),
    Construct::yes("expect(response.status).to eq(200)", "`HTTP 200`"),
    Construct::yes(
        "expect(response.body).to include('x'), match(/x/), eq('x'), not_to …",
        "`body contains`, `body matches`, `body ==`",
    ),
    Construct::yes("expect(response.headers['x']).to eq, match, include", "`header \"x\" …`"),
    Construct::yes("let(:x), loops over literals, constants, interpolation", "folded"),
    Construct::partly("should, its(:status)", "as expect"),
    Construct::no(
        "describe capybara(…), mysql_query(…), dns(…), ssl options, body:, faraday_middlewares",
        "listed as not understood",
    ),
];

/// Whether a file is a spec of Infrataster.
pub(super) fn is_one(file: &File) -> bool {
    file.name().ends_with("_spec.rb")
        && (file.text().contains("infrataster")
            || file.text().contains("describe server(")
            || file.text().contains("describe http("))
}

impl Source for Infrataster {
    fn name(&self) -> &'static str {
        "infrataster"
    }

    fn summary(&self) -> &'static str {
        "Infrataster specs (*_spec.rb with `describe server(…)` or `describe http(…)`)"
    }

    fn takes(&self, file: &File) -> bool {
        is_one(file)
    }

    fn read(&self, mine: &[File], _all: &Files, out: &mut Out) {
        for file in mine {
            let Some(program) = ruby::read(file.text()) else {
                out.problem(file.line(1), "this cannot be read for want of memory; it was left out");
                continue;
            };
            let mut reader = Reader { state: State::default(), file, out, requests: Vec::new(), at: None };
            reader.run(&program.body);
            let text = hurl(file, &reader.requests);
            if !text.is_empty() {
                out.make(format!("{}.hurl", file.name().trim_end_matches(".rb").trim_end_matches("_spec")), text);
            }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        CONSTRUCTS
    }
}

/// A request with what is expected of its answer.
#[derive(Debug, Clone, Default)]
struct Request {
    line: u32,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    params: Vec<(String, String)>,
    status: Option<String>,
    asserts: Vec<String>,
}

struct Reader<'a> {
    state: State,
    file: &'a File,
    out: &'a mut Out,
    requests: Vec<Request>,
    /// The request that is described, by its place in the list.
    at: Option<usize>,
}

impl Reader<'_> {
    fn say(&mut self, line: u32, said: &str, says: Says) {
        let line = usize::try_from(line).unwrap_or(1);
        self.out.say(Statement::new(self.file.line(line), said).rank(Rank::Checked).says(says));
    }

    fn describe(&mut self, line: u32, call: &Call) {
        let Some(block) = &call.block else { return };
        let before = self.at;
        if let Some(Code::Call(subject)) = call.args.first().map(|a| &a.code) {
            match subject.name.as_str() {
                "http" => match self.request(line, subject) {
                    Ok(request) => {
                        self.requests.push(request);
                        self.at = Some(self.requests.len() - 1);
                    }
                    Err(why) => {
                        self.say(line, &subject.said, Says::Unresolved(why));
                        return;
                    }
                },
                "server" => {}
                name @ ("capybara" | "mysql_query" | "pgsql_query" | "redis" | "dns" | "memcached" | "firewall") => {
                    self.say(line, &subject.said, Says::NotUnderstood(format!("no test over HTTP is {name}")));
                    return;
                }
                _ => {}
            }
        }
        self.run(&block.body);
        self.at = before;
    }

    fn request(&mut self, line: u32, call: &Call) -> Result<Request, String> {
        let url = call.args.first().map(|a| self.value(a)).ok_or("which address it asks for")?;
        let url = url.plain().ok_or_else(|| url.word().lacks.unwrap_or_default())?;
        let mut request = Request { line, method: "GET".to_owned(), url, ..Request::default() };
        for (name, value) in &call.named {
            let value = self.value(value);
            let pairs = || -> Result<Vec<(String, String)>, String> {
                let Known::Map(pairs) = &value else { return Err(format!("what {name} holds")) };
                pairs
                    .iter()
                    .map(|(k, v)| Ok((k.plain().ok_or("a name")?, v.plain().ok_or("a value")?)))
                    .collect::<Result<_, &str>>()
                    .map_err(str::to_owned)
            };
            match name.as_str() {
                "method" => request.method = value.plain().ok_or("its method")?.to_uppercase(),
                "headers" => request.headers = pairs()?,
                "params" => request.params = pairs()?,
                _ => return Err(format!("the option {name}")),
            }
        }
        Ok(request)
    }

    /// `expect(response.status).to eq(200)` and its kin.
    fn expectation(&mut self, at: &At, property: Option<&str>) {
        let Code::Call(call) = &at.code else { return };
        let is_not = matches!(call.name.as_str(), "should_not" | "not_to" | "to_not");
        if !is_not && !matches!(call.name.as_str(), "should" | "to") {
            return;
        }
        let says = match (self.at, self.assert(call, property, is_not)) {
            (Some(request), Some(Ok(status))) => {
                self.requests[request].status = Some(status);
                Says::Nothing
            }
            (Some(request), Some(Err(assert))) => {
                self.requests[request].asserts.push(assert);
                Says::Nothing
            }
            (_, None) => Says::NotUnderstood("no assertion of Hurl is this".to_owned()),
            (None, _) => Says::NotUnderstood("a claim about no request".to_owned()),
        };
        self.say(at.line, &call.said, says);
    }

    /// The status, or an assertion.
    fn assert(&mut self, call: &Call, property: Option<&str>, is_not: bool) -> Option<Result<String, String>> {
        let subject = match (&call.receiver, property) {
            (_, Some(property)) => property.to_owned(),
            (Some(receiver), None) => {
                let Code::Call(expect) = &receiver.code else { return None };
                self.subject(expect.args.first()?)?
            }
            (None, None) => return None,
        };
        let matcher = match &call.args.first()?.code {
            Code::Call(matcher) => matcher,
            _ => return None,
        };
        let value = matcher.args.first().map(|a| self.value(a))?;
        if subject == "status" {
            let status = value.plain()?;
            let is_number = status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
            return match matcher.name.as_str() {
                "eq" | "be" | "eql" if !is_not && is_number => Some(Ok(status)),
                "eq" | "be" | "eql" if is_number => Some(Err(format!("status != {status}"))),
                _ => None,
            };
        }
        let not = if is_not { "not " } else { "" };
        let text = |value: &Known| value.plain().map(|v| quoted(&v));
        Some(Err(match (matcher.name.as_str(), &value) {
            ("eq" | "eql" | "be", value) if is_not => format!("{subject} != {}", text(value)?),
            ("eq" | "eql" | "be", value) => format!("{subject} == {}", text(value)?),
            ("include" | "match" | "be_match", Known::Pattern(pattern)) => {
                format!("{subject} {not}matches {}", quoted(&bare(pattern)?))
            }
            ("match", value) => format!("{subject} {not}matches {}", text(value)?),
            ("include" | "start_with" | "end_with", value) => {
                let verb = match matcher.name.as_str() {
                    "include" => "contains",
                    "start_with" => "startsWith",
                    _ => "endsWith",
                };
                format!("{subject} {not}{verb} {}", text(value)?)
            }
            _ => return None,
        }))
    }

    /// `response.status`, `response.body`, `response.headers['x']` in Hurl's words.
    fn subject(&mut self, at: &At) -> Option<String> {
        let of_response = |of: Option<&At>| match of.map(|o| &o.code) {
            Some(Code::Name(name)) => name == "response",
            Some(Code::Call(call)) => call.name == "response",
            _ => false,
        };
        match &at.code {
            Code::Call(call) if of_response(call.receiver.as_ref()) => match call.name.as_str() {
                name @ ("status" | "body") => Some(name.to_owned()),
                _ => None,
            },
            Code::Index(of, key) => {
                let Code::Call(headers) = &of.code else { return None };
                let is_headers = headers.name == "headers" && of_response(headers.receiver.as_ref());
                let name = self.value(key).plain().filter(|_| is_headers)?;
                Some(format!("header {}", quoted(&name)))
            }
            _ => None,
        }
    }
}

/// A pattern without the flags that all of Ruby's have.
fn bare(pattern: &str) -> Option<String> {
    let (flags, rest) = pattern.strip_prefix("(?")?.split_once(')')?;
    let flags = flags.trim_start_matches('m');
    let flags = if flags.is_empty() { String::new() } else { format!("(?{flags})") };
    Some(format!("{flags}{rest}"))
}

/// A text as Hurl quotes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => write!(out, "\\u{{{:x}}}", c as u32).unwrap_or_default(),
            c => out.push(c),
        }
    }
    // Two braces begin a variable of Hurl's.
    out.replace("{{", "\\u{7b}\\u{7b}") + "\""
}

/// One line of a file, whatever a spec wrote there.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().replace("{{", "%7B%7B")
}

fn hurl(file: &File, requests: &[Request]) -> String {
    let mut out = String::new();
    for request in requests.iter().filter(|r| r.status.is_some() || !r.asserts.is_empty()) {
        // Writing to a string does not fail.
        writeln!(out, "# {}:{}", plain(&file.path), request.line).ok();
        let method: String = request.method.chars().filter(char::is_ascii_uppercase).collect();
        writeln!(out, "{method} {}", plain(&request.url).replace(' ', "%20")).ok();
        for (name, value) in &request.headers {
            writeln!(out, "{}: {}", plain(name), plain(value)).ok();
        }
        if !request.params.is_empty() {
            let section = if request.method == "GET" { "[Query]" } else { "[Form]" };
            writeln!(out, "{section}").ok();
            for (name, value) in &request.params {
                writeln!(out, "{}: {}", plain(name), plain(value)).ok();
            }
        }
        writeln!(out, "HTTP {}", request.status.as_deref().unwrap_or("*")).ok();
        if !request.asserts.is_empty() {
            writeln!(out, "[Asserts]\n{}", request.asserts.join("\n")).ok();
        }
        out.push('\n');
    }
    out
}

impl Walk for Reader<'_> {
    fn state(&mut self) -> &mut State {
        &mut self.state
    }

    fn raw(&mut self, line: u32, call: &Call) -> Option<Known> {
        if call.receiver.is_some() {
            return None;
        }
        match (call.name.as_str(), &call.block) {
            ("describe" | "context", Some(_)) => self.describe(line, call),
            ("it" | "specify" | "example", Some(block)) => {
                for at in &block.body {
                    self.expectation(at, None);
                }
            }
            ("its", Some(block)) => {
                let property = call.args.first().map(|a| self.value(a)).and_then(|v| v.plain())?;
                for at in &block.body {
                    self.expectation(at, Some(&property));
                }
            }
            ("let", Some(block)) => {
                let name = call.args.first().map(|a| self.value(a)).and_then(|v| v.plain())?;
                let value = self.call_block(block, &[]);
                self.state.names.insert(name, value);
            }
            ("require" | "require_relative" | "before" | "after", _) => {}
            _ => return None,
        }
        Some(Known::Nothing)
    }

    fn called(&mut self, _call: &Called<'_>) -> Option<Known> {
        None
    }
}
