//! The engine that is hurl's own library, built in with the feature `embedded`: nothing to install, but libxml2 and
//! libcurl are linked. It leaves what the binary leaves, a report and complaints, so that both are read by the same code.

use crate::engine::{Complaint, Engine, Job, Ran};
use crate::environment::Environment;
use crate::hurl_binary::{MOST_ANSWER, scratch};
use crate::hurl_report::{complaints, report};
use hurl::http::{Header, HeaderVec};
use hurl::report::json::{Testcase, write_report};
use hurl::runner::{HurlResult, Number, RunnerOptions, RunnerOptionsBuilder, Value, VariableSet, run_entries};
use hurl::util::logger::{Logger, LoggerOptionsBuilder};
use hurl::util::path::ContextDir;
use hurl::util::term::{Stderr, Stdout, WriteMode};
use hurl_core::error::{DisplaySourceError, OutputFormat};
use hurl_core::input::Input;
use hurl_core::parser::parse_hurl_file;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};
use target::trouble::Trouble;

/// What `--hurl` says to have it.
pub const NAME: &str = "embedded";

/// hurl's own library.
#[derive(Debug, Clone, Copy)]
pub struct HurlEmbedded;

impl Engine for HurlEmbedded {
    fn run(&self, job: &Job<'_>) -> Result<Ran, Trouble> {
        if let Some(program) = job.way.through.first() {
            return Err(Trouble::new(format!(
                "the embedded hurl cannot be run by {program}, which enters the target's network"
            ))
            .hint("leave --hurl out, so that the program hurl is taken; or name the target as a URL"));
        }
        let scratch = scratch()?;
        let wrong = |e: &dyn std::fmt::Display| Trouble::new(format!("{}: {e}", job.file.display()));
        let begun = Instant::now();
        let one = One {
            name: job.file.display().to_string(),
            text: std::fs::read_to_string(job.file).map_err(|e| wrong(&e))?,
            options: options(job),
            variables: variables(job.environment, job.captured),
            scratch: scratch.path().to_owned(),
            cookies_after: job.cookies_after.map(Path::to_owned),
        };
        let (sender, receiver) = channel();
        // One that takes too long is left alone: its requests end at their own limits.
        thread::spawn(move || sender.send(one.run()).ok());
        let (said, is_syntax) = match receiver.recv_timeout(job.limits.file) {
            Ok(ended) => ended.map_err(|e| wrong(&e))?,
            Err(_late) => {
                let what = format!("it took longer than {} s and was ended", job.limits.file.as_secs());
                let errors = vec![Complaint { what, ..Complaint::default() }];
                return Ok(Ran { errors, took: begun.elapsed(), ..Ran::default() });
            }
        };
        let mut ran = report(scratch.path())?.into_iter().next().map(|(_, ran)| ran).unwrap_or_default();
        ran.took = begun.elapsed();
        let checks: Vec<u32> =
            ran.requests.iter().flat_map(|r| &r.checks).filter(|c| c.failed.is_some()).map(|c| c.line).collect();
        let said = complaints(&said).into_iter().map(|(_, complaint)| complaint);
        ran.errors = said.filter(|c| !checks.contains(&c.line)).collect();
        ran.errors.iter_mut().for_each(|error| error.is_syntax = is_syntax);
        Ok(ran)
    }
}

/// A file to run, apart from whoever wants it.
struct One {
    name: String,
    text: String,
    options: RunnerOptions,
    variables: VariableSet,
    scratch: PathBuf,
    cookies_after: Option<PathBuf>,
}

impl One {
    /// Runs it; what it complained, and whether it could not be read at all.
    fn run(self) -> Result<(String, bool), String> {
        let plain = OutputFormat::Terminal(false);
        let file = match parse_hurl_file(&self.text) {
            Ok(file) => file,
            Err(error) => return Ok((format!("error: {}", error.render(&self.name, &self.text, None, plain)), true)),
        };
        let secrets = self.variables.secrets();
        let input = Input::new(&self.name);
        let options = LoggerOptionsBuilder::new().build();
        let mut log = Logger::new(&options, Stderr::new(WriteMode::Buffered), &secrets);
        let mut out = Stdout::new(WriteMode::Buffered);
        let result = run_entries(
            &file.entries,
            &self.text,
            Some(&input),
            &self.options,
            &self.variables,
            &mut out,
            None,
            &mut log,
        );
        self.left(&result, &input, &secrets)?;
        let said = result.errors().into_iter().map(|(error, entry)| {
            format!("error: {}\n", error.render(&self.name, &self.text, Some(entry), OutputFormat::Terminal(false)))
        });
        Ok((said.collect(), false))
    }

    /// Writes the report and the cookies.
    fn left(&self, result: &HurlResult, input: &Input, secrets: &[String]) -> Result<(), String> {
        let store = self.scratch.join("store");
        std::fs::create_dir_all(&store).map_err(|e| e.to_string())?;
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let cases = [Testcase::new(result, &self.text, input)];
        write_report(&self.scratch.join("report.json"), &cases, &store, &secrets).map_err(|e| format!("{e:?}"))?;
        match &self.cookies_after {
            Some(path) => std::fs::write(path, result.cookie_store.to_netscape()).map_err(|e| e.to_string()),
            None => Ok(()),
        }
    }
}

fn options(job: &Job<'_>) -> RunnerOptions {
    let rules: Vec<String> = job.environment.beside.iter().chain(&job.way.rules).map(|rule| rule.spelled()).collect();
    let mut headers = HeaderVec::new();
    for (name, value) in job.headers.iter().filter_map(|header| header.split_once(':')) {
        headers.push(Header::new(name.trim(), value.trim()));
    }
    let beside = job.environment.beside.iter().filter_map(|rule| rule.host.as_deref()).collect::<Vec<_>>().join(",");
    let text = |path: &Path| path.display().to_string();
    let directory = job.file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    RunnerOptionsBuilder::new()
        .connects_to(&rules)
        .path_as_is(true)
        .continue_on_error(job.goes_on)
        .timeout(job.limits.request)
        .connect_timeout(job.limits.request.min(Duration::from_secs(10)))
        .max_filesize(Some(MOST_ANSWER))
        .headers(headers)
        .cookie_input_file(job.cookies.map(text))
        .proxy(job.way.socks.map(|port| format!("socks5h://127.0.0.1:{port}")))
        .no_proxy(job.way.socks.map(|_| beside))
        .context_dir(&ContextDir::new(Path::new(""), directory))
        .build()
}

fn variables(environment: &Environment, captured: &BTreeMap<String, String>) -> VariableSet {
    let mut all = VariableSet::new();
    for (name, value) in environment.variables.iter().chain(captured) {
        all.insert(name.clone(), typed(value));
    }
    for (name, value) in &environment.secrets {
        all.insert_secret(name.clone(), value.clone());
    }
    all
}

/// A value as the binary takes it from its environment.
fn typed(value: &str) -> Value {
    match (value, value.parse::<i64>(), value.parse::<f64>()) {
        ("true", ..) => Value::Bool(true),
        ("false", ..) => Value::Bool(false),
        ("null", ..) => Value::Null,
        (_, Ok(number), _) => Value::Number(Number::Integer(number)),
        (_, _, Ok(number)) if number.is_finite() => Value::Number(Number::Float(number)),
        _ => Value::String(value.to_owned()),
    }
}
