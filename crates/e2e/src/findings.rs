//! What a run found, in the shape of every other finding of repot: a check of a request, what it claims, what was seen,
//! and where the answer came from.

use crate::engine::{Call, Check, Complaint, Made, Ran};
use crate::hurl_file::{HurlFile, Request};
use crate::redaction::Redaction;
use crate::run::{FileRun, NotRun};
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::place::Place;
use model::value::Value;
use std::cell::RefCell;
use std::collections::HashMap;

/// The kind under which requests are reported.
pub const KIND: &str = "request";

/// The longest text shown of what was seen.
const LONGEST: usize = 400;

/// Where an answer came from on the target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// In words: the location, and what it led to.
    pub by: String,
    /// The line of the configuration.
    pub at: Option<Place>,
}

/// Says where answers come from.
pub trait Locate {
    /// Which part of the target's configuration answers a request that was sent; none where that is not known.
    fn answered(&self, request: &Request, calls: &[Call]) -> Option<Answered>;
}

/// Nothing is known of the target's configuration.
#[derive(Debug)]
pub struct Unlocated;

impl Locate for Unlocated {
    fn answered(&self, _: &Request, _: &[Call]) -> Option<Answered> {
        None
    }
}

/// The findings of a file that was run.
pub fn findings(file: &HurlFile, run: &FileRun, locate: &dyn Locate) -> Vec<Finding> {
    match &run.ran {
        Ok(ran) => {
            let one = One { file, ran, redaction: &run.redaction, locate, told: RefCell::default() };
            let whole = ran.errors.iter().filter(|e| e.line == 0 && !e.is_syntax).map(|e| one.of_the_file(e));
            file.requests.iter().enumerate().flat_map(|(at, r)| one.request(at, r)).chain(whole).collect()
        }
        Err(not) => file.requests.iter().map(|r| not_run(file, r, not)).collect(),
    }
}

fn not_run(file: &HurlFile, request: &Request, not: &NotRun) -> Finding {
    let why = match not {
        NotRun::Setup(path) => Why::new(WhyCode::NotAsked, format!("the setup {} failed", path.display())),
        NotRun::Engine(trouble) => Why::new(WhyCode::Failed, trouble.what.clone()),
    };
    undecided(file, request, &request.url, why)
}

fn undecided(file: &HurlFile, request: &Request, url: &str, why: Why) -> Finding {
    let id = ResourceId::new(KIND, format!("{} {url}", request.method));
    Finding { claimed_at: Some(file.place(request.line)), ..Finding::whole(id, Verdict::Undecided(why)) }
}

struct One<'a> {
    file: &'a HurlFile,
    ran: &'a Ran,
    redaction: &'a Redaction,
    locate: &'a dyn Locate,
    /// What texts are shown as: the same claims are made of many requests, and to hide secrets takes most of the time.
    told: RefCell<HashMap<String, String>>,
}

impl One<'_> {
    fn request(&self, at: usize, request: &Request) -> Vec<Finding> {
        let until = self.file.requests.get(at + 1).map_or(u32::MAX, |next| next.line);
        let complaint = self.ran.errors.iter().find(|e| (request.line..until).contains(&e.line));
        // Of a request that was tried again the last try counts.
        let made = self.ran.requests.iter().rfind(|m| m.line == request.line);
        let calls = made.map_or(&[][..], |m| &m.calls);
        let answered = self.answered(at, request, calls);
        let id = ResourceId::new(KIND, format!("{} {}", request.method, self.url(request, calls)));
        let found = |property: &str, line: u32, verdict: Verdict| Finding {
            property: Some(self.shown(property)),
            claimed_at: Some(self.file.place(line)),
            set_at: answered.as_ref().and_then(|a| a.at.clone()),
            why: answered.as_ref().map(|a| self.shown(&a.by)),
            ..Finding::whole(id.clone(), verdict)
        };
        let mut all: Vec<Finding> = Vec::new();
        for check in made.map_or(&[][..], |m: &Made| &m.checks).iter().filter(|c| self.claims(request, c)) {
            let claim = self.file.line(check.line);
            let verdict = if check.failed.is_some() { Verdict::Differs } else { Verdict::Same };
            let mut finding = found(claim, check.line, verdict);
            finding.expected = Some(self.shown(claim));
            finding.seen = check.failed.as_ref().map(|f| Value::Text(self.shown(&f.seen)));
            all.push(finding);
        }
        match complaint {
            // Nobody asked: something before it failed, and what it needs is missing.
            Some(complaint) if complaint.what.starts_with("Undefined variable") => {
                let why = Why::new(WhyCode::NotAsked, self.shown(&complaint.what));
                all.push(undecided(self.file, request, &self.url(request, calls), why));
            }
            Some(complaint) => {
                let mut finding = found("answer", complaint.line, Verdict::Differs);
                finding.expected = Some("an answer as the file reads it".to_owned());
                finding.seen = Some(Value::Text(self.shown(&complaint.what)));
                all.push(finding);
            }
            None if made.is_none() && !self.is_syntax() => {
                let why = Why::new(WhyCode::NotAsked, "an earlier request of the file failed");
                all.push(undecided(self.file, request, &self.url(request, calls), why));
            }
            None => {}
        }
        all
    }

    /// Where the answer comes from. Of what is no host of the target, such as one that shows the mail that arrived, it is
    /// the request before it that led there.
    fn answered(&self, at: usize, request: &Request, calls: &[Call]) -> Option<Answered> {
        let own = self.locate.answered(request, calls);
        if own.is_some() || calls.is_empty() {
            return own;
        }
        self.file.requests[..at].iter().rev().find_map(|before| {
            let made = self.ran.requests.iter().rfind(|m| m.line == before.line)?;
            let Answered { by, at } = self.locate.answered(before, &made.calls)?;
            let by = format!("what {} at {} led to, answered by {by}", before.method, self.file.place(before.line));
            Some(Answered { by, at })
        })
    }

    /// Any HTTP version is no claim.
    fn claims(&self, request: &Request, check: &Check) -> bool {
        request.first_claim.is_some_and(|first| check.line >= first)
    }

    fn is_syntax(&self) -> bool {
        self.ran.errors.iter().any(|e| e.is_syntax)
    }

    fn of_the_file(&self, complaint: &Complaint) -> Finding {
        let id = ResourceId::new(KIND, &self.file.path);
        Finding {
            property: Some("run".to_owned()),
            expected: Some("to run to its end".to_owned()),
            seen: Some(Value::Text(self.shown(&complaint.what))),
            claimed_at: Some(Place::file(&self.file.path)),
            ..Finding::whole(id, Verdict::Differs)
        }
    }

    fn url(&self, request: &Request, calls: &[Call]) -> String {
        self.shown(calls.first().map_or(&request.url, |c| &c.url))
    }

    fn shown(&self, text: &str) -> String {
        if let Some(shown) = self.told.borrow().get(text) {
            return shown.clone();
        }
        let mut shown = self.redaction.hide(text);
        if shown.chars().count() > LONGEST {
            shown = shown.chars().take(LONGEST).chain(['…']).collect();
        }
        self.told.borrow_mut().insert(text.to_owned(), shown.clone());
        shown
    }
}

/// Whether no request of a target found anybody to talk to.
pub fn is_unreachable(runs: &[FileRun]) -> Option<&str> {
    let mut why = None;
    for run in runs {
        match &run.ran {
            Ok(ran) if ran.requests.iter().any(|r| !r.calls.is_empty()) => return None,
            Ok(ran) => {
                let refused = ran.errors.iter().find(|e| e.is_unreachable);
                why = why.or(refused.map(|e| e.what.as_str()));
            }
            Err(_) => {}
        }
    }
    why
}

/// What is wrong with the file itself, in lines with their places.
pub fn syntax(file: &HurlFile, run: &FileRun) -> Vec<String> {
    let errors = run.ran.as_ref().map_or(&[][..], |ran| &ran.errors);
    let place = |e: &Complaint| Place { file: file.path.clone(), line: e.line, column: e.column };
    errors.iter().filter(|e| e.is_syntax).map(|e| format!("{}: {}", place(e), run.redaction.hide(&e.what))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Failed;

    const TEXT: &str = "GET http://a/{{x}}\nHTTP 200\n[Asserts]\nbody contains \"b\"\n\nGET http://a/2\nHTTP 404\n";

    fn found(ran: Ran) -> Vec<(String, String, String)> {
        let file = HurlFile::read("a.hurl", TEXT).unwrap();
        let run = FileRun { ran: Ok(ran), redaction: Redaction::default() };
        findings(&file, &run, &Unlocated)
            .iter()
            .map(|f| {
                let seen = f.seen.as_ref().map(ToString::to_string).unwrap_or_default();
                (f.subject(), f.claimed_at.as_ref().unwrap().to_string(), format!("{} {seen}", f.verdict.name()))
            })
            .collect()
    }

    fn check(line: u32, seen: Option<&str>) -> Check {
        Check { line, failed: seen.map(|s| Failed { seen: s.to_owned() }) }
    }

    fn line(subject: &str, place: &str, verdict: &str) -> (String, String, String) {
        (subject.to_owned(), place.to_owned(), verdict.to_owned())
    }

    #[test]
    fn every_check_is_a_finding_and_what_was_not_asked_is_undecided() {
        let call = Call { url: "http://a/1".into(), ..Call::default() };
        let made = Made { line: 1, calls: vec![call], checks: vec![check(2, None), check(4, Some("string <c>"))] };
        let all = found(Ran { requests: vec![made], ..Ran::default() });
        assert_eq!(
            all,
            [
                line("request[GET http://a/1].HTTP 200", "a.hurl:2", "same "),
                line("request[GET http://a/1].body contains \"b\"", "a.hurl:4", "differs string <c>"),
                line("request[GET http://a/2]", "a.hurl:6", "undecided "),
            ]
        );
    }

    /// Knows the first request only.
    struct First;

    impl Locate for First {
        fn answered(&self, request: &Request, _: &[Call]) -> Option<Answered> {
            (request.line == 1).then(|| Answered { by: "location /x".into(), at: Some(Place::line("/n", 7)) })
        }
    }

    #[test]
    fn what_is_asked_elsewhere_is_what_the_request_before_led_to() {
        let file = HurlFile::read("a.hurl", TEXT).unwrap();
        let made = |line, checks| Made { line, calls: vec![Call::default()], checks };
        let requests = vec![made(1, vec![]), made(6, vec![check(7, Some("200"))])];
        let run = FileRun { ran: Ok(Ran { requests, ..Ran::default() }), redaction: Redaction::default() };
        let all = findings(&file, &run, &First);
        assert_eq!(all[0].set_at, Some(Place::line("/n", 7)));
        assert_eq!(all[0].why.as_deref(), Some("what GET at a.hurl:1 led to, answered by location /x"));
    }

    #[test]
    fn no_answer_differs_and_a_missing_variable_is_not_asked() {
        let error = |line, what: &str| Complaint { line, what: what.into(), ..Complaint::default() };
        let errors = vec![error(1, "Undefined variable: x"), error(6, "HTTP connection: (28) timed out")];
        let all = found(Ran { errors, ..Ran::default() });
        assert_eq!(all[0], line("request[GET http://a/{{x}}]", "a.hurl:1", "undecided "));
        assert_eq!(all[1].2, "differs HTTP connection: (28) timed out");
    }
}
