//! The same requests to two targets: what differs in status, fields and body. What moves by itself is found by asking
//! the first target twice, and left out.

use crate::engine::{Call, Ran};
use crate::findings::KIND;
use crate::hurl_file::{HurlFile, Request};
use crate::redaction::Redaction;
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::value::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeSet;

/// Fields that say how an answer was sent, or when, but not what it is.
const LEFT_OUT: &[&str] =
    &["age", "alt-svc", "connection", "content-length", "date", "keep-alive", "transfer-encoding", "x-request-id"];

/// The most text of a body that is compared, in bytes.
const MOST: usize = 256 << 10;

/// A line longer than this is taken apart.
const LONG: usize = 160;

/// What was asked of whom.
pub struct Asked<'a> {
    /// The file.
    pub file: &'a HurlFile,
    /// What the first target answered.
    pub first: &'a Ran,
    /// What it answered when it was asked again.
    pub again: &'a Ran,
    /// What the other target answered.
    pub other: &'a Ran,
    /// What is not to be shown of the first and of the other.
    pub redactions: [&'a Redaction; 2],
}

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What is expected is the first target's, what is seen the other's.
    pub finding: Finding,
    /// Both bodies, where they differ.
    pub bodies: Option<[String; 2]>,
}

impl Asked<'_> {
    /// What differs, and for each request of which nothing does, that it is the same.
    pub fn compare(&self) -> Vec<Difference> {
        let mut all = Vec::new();
        for request in &self.file.requests {
            let calls = [self.first, self.again, self.other].map(|ran| last(ran, request));
            let [Some(first), Some(again), Some(other)] = calls else { continue };
            let before = all.len();
            if first.len() == again.len() && first.len() != other.len() {
                let hops = [first, other].map(|calls| format!("{} requests, redirects counted", calls.len()));
                all.push(self.difference(request, first, "redirects", hops));
            }
            for ((first, again), other) in first.iter().zip(again).zip(other) {
                self.calls(request, first, again, other, &mut all);
            }
            if all.len() == before {
                let id = ResourceId::new(KIND, self.name(request, first));
                all.push(Difference { finding: self.found(request, id, Verdict::Same), bodies: None });
            }
        }
        all
    }

    /// Requests that one side did not answer: where only the other one did, that differs; else nothing can be told.
    pub fn silent(&self) -> Vec<Difference> {
        let mut all = Vec::new();
        for request in &self.file.requests {
            let calls = [self.first, self.again, self.other].map(|ran| last(ran, request));
            let id = ResourceId::new(KIND, self.name(request, calls[0].or(calls[2]).unwrap_or_default()));
            let why = |whose: &str| Verdict::Undecided(Why::new(WhyCode::Failed, format!("{whose} gave no answer")));
            let (verdict, expected, seen) = match calls {
                [Some(_), Some(_), Some(_)] => continue,
                [Some(first), Some(_), None] => {
                    let status = first.first().map(|call| format!("{} ", call.status)).unwrap_or_default();
                    (Verdict::Differs, Some(format!("an answer {status}").trim_end().to_owned()), Some("no answer"))
                }
                [None, None, Some(_)] => (Verdict::Differs, Some("no answer".to_owned()), Some("an answer")),
                [None, None, None] => (why("neither of them"), None, None),
                _ => (why("the first one, asked again,"), None, None),
            };
            let finding = Finding {
                property: Some("answer".to_owned()),
                expected,
                seen: seen.map(Value::from),
                ..self.found(request, id, verdict)
            };
            all.push(Difference { finding, bodies: None });
        }
        all
    }

    fn calls(&self, request: &Request, first: &Call, again: &Call, other: &Call, all: &mut Vec<Difference>) {
        let of = std::slice::from_ref(first);
        if first.status == again.status && first.status != other.status {
            all.push(self.difference(request, of, "status", [first, other].map(|c| c.status.to_string())));
        }
        for name in names(first, other) {
            let [one, two, three] = [first, again, other].map(|call| field(call, name));
            if one == two && one != three {
                let both = [one, three].map(|v| if v.is_empty() { "not there".to_owned() } else { v });
                all.push(self.difference(request, of, &format!("header {name}"), both));
            }
        }
        let texts = [first, again, other].map(text);
        if let [Some(one), Some(two), Some(three)] = &texts
            && differs(one, two, three)
        {
            let bodies = [one, three].map(|lines| lines.join("\n"));
            let bodies = [0, 1].map(|at: usize| self.redactions[at].hide(&bodies[at]) + "\n");
            let sizes = [one, three].map(|lines| format!("{} lines", lines.len()));
            let mut difference = self.difference(request, of, "body", sizes);
            difference.bodies = Some(bodies);
            all.push(difference);
        }
    }

    fn difference(&self, request: &Request, calls: &[Call], property: &str, both: [String; 2]) -> Difference {
        let [expected, seen] = both;
        let id = ResourceId::new(KIND, self.name(request, calls));
        let finding = Finding {
            property: Some(property.to_owned()),
            expected: Some(self.redactions[0].hide(&expected)),
            seen: Some(Value::Text(self.redactions[1].hide(&seen))),
            ..self.found(request, id, Verdict::Differs)
        };
        Difference { finding, bodies: None }
    }

    fn found(&self, request: &Request, id: ResourceId, verdict: Verdict) -> Finding {
        Finding { claimed_at: Some(self.file.place(request.line)), ..Finding::whole(id, verdict) }
    }

    fn name(&self, request: &Request, calls: &[Call]) -> String {
        let (method, url) = calls.first().map_or((&request.method, &request.url), |c| (&c.method, &c.url));
        self.redactions[0].hide(&format!("{method} {url}"))
    }
}

/// The calls of the last try of a request.
fn last<'a>(ran: &'a Ran, request: &Request) -> Option<&'a [Call]> {
    let made = ran.requests.iter().rfind(|m| m.line == request.line)?;
    (!made.calls.is_empty()).then_some(&made.calls)
}

fn names<'a>(a: &'a Call, b: &'a Call) -> BTreeSet<&'a str> {
    let all = a.headers.iter().chain(&b.headers).map(|(name, _)| name.as_str());
    all.filter(|name| !LEFT_OUT.contains(name)).collect()
}

/// The values of a field as they can be compared: dates and digests are only there or not, of cookies what is no value.
fn field(call: &Call, name: &str) -> String {
    let values = call.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let values: Vec<String> = values
        .map(|value| match name {
            "etag" => "a digest".to_owned(),
            "set-cookie" => without_value(value),
            _ if is_date(value) => "a date".to_owned(),
            _ => value.to_owned(),
        })
        .collect();
    values.join(", ")
}

fn without_value(cookie: &str) -> String {
    let mut parts = cookie.split(';').map(str::trim);
    let name = parts.next().and_then(|pair| pair.split('=').next()).unwrap_or_default();
    let rest = parts.map(|p| match p.split_once('=') {
        Some((key, _)) if key.eq_ignore_ascii_case("expires") => format!("; {key}=a date"),
        _ => format!("; {p}"),
    });
    format!("{name}=a value{}", rest.collect::<String>())
}

/// `Tue, 24 Nov 2026 12:51:32 GMT`
fn is_date(value: &str) -> bool {
    value.len() == 29 && value.ends_with(" GMT") && value.as_bytes()[3] == b','
}

/// A body as lines that can be compared; none if it is no text.
fn text(call: &Call) -> Option<Vec<String>> {
    let bytes = call.body.as_deref()?;
    let bytes = &bytes[..bytes.len().min(MOST)];
    if bytes.contains(&0) {
        return Some(vec![format!("{} bytes, no text", bytes.len())]);
    }
    let text = String::from_utf8_lossy(bytes);
    Some(text.lines().flat_map(apart).collect())
}

/// A long line in pieces: after what ends a tag, an element or a pair.
fn apart(line: &str) -> Vec<String> {
    if line.len() <= LONG {
        return vec![line.to_owned()];
    }
    line.split_inclusive(['>', ',', '{', '}', ';']).map(str::to_owned).collect()
}

/// Whether the other text differs where the first does not move by itself. Where its numbers do, none of them counts: of
/// those that only happened to be the same twice nothing follows.
fn differs(first: &[String], again: &[String], other: &[String]) -> bool {
    let [one, two, three] = [first, again, other].map(without_numbers);
    if first != again && one == two && one == three {
        return false;
    }
    let mut moving: BTreeSet<usize> = BTreeSet::new();
    let mut gaps: BTreeSet<usize> = BTreeSet::new();
    for op in changes(first, again) {
        moving.extend(op.old_range());
        gaps.extend([op.old_range().start, op.old_range().end]);
    }
    changes(first, other).iter().any(|op| {
        let old = op.old_range();
        if old.is_empty() { !gaps.contains(&old.start) } else { old.into_iter().any(|line| !moving.contains(&line)) }
    })
}

/// Lines with every number as `#`.
fn without_numbers(lines: &[String]) -> Vec<String> {
    let plain = |line: &String| {
        let mut out = String::with_capacity(line.len());
        for c in line.chars() {
            match c {
                '0'..='9' if out.ends_with('#') => {}
                '0'..='9' => out.push('#'),
                c => out.push(c),
            }
        }
        out
    };
    lines.iter().map(plain).collect()
}

fn changes(a: &[String], b: &[String]) -> Vec<DiffOp> {
    let all = capture_diff_slices(Algorithm::Patience, a, b);
    all.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Made;

    fn call(status: u16, headers: &[(&str, &str)], body: &str) -> Call {
        Call {
            method: "GET".into(),
            url: "http://a/".into(),
            status,
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: Some(body.as_bytes().to_vec()),
            ..Call::default()
        }
    }

    fn compared(first: Call, again: Call, other: Call) -> Vec<String> {
        let file = HurlFile::read("a.hurl", "GET http://a/\nHTTP 200\n").unwrap();
        let ran = |call: Call| Ran {
            requests: vec![Made { line: 1, calls: vec![call], ..Made::default() }],
            ..Ran::default()
        };
        let redaction = Redaction::default();
        let (first, again, other) = (ran(first), ran(again), ran(other));
        let redactions = [&redaction, &redaction];
        let all = Asked { file: &file, first: &first, again: &again, other: &other, redactions }.compare();
        let shown = |d: &Difference| {
            let seen = d.finding.seen.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} {} {seen}", d.finding.subject(), d.finding.expected.as_deref().unwrap_or_default())
        };
        all.iter().filter(|d| d.finding.verdict.is_news()).map(shown).collect()
    }

    #[test]
    fn status_fields_and_body_are_compared() {
        let first = || call(200, &[("x-api", "v1"), ("server", "nginx")], "a\nb\n");
        let other = call(404, &[("server", "apache")], "a\nc\n");
        assert_eq!(
            compared(first(), first(), other),
            [
                "request[GET http://a/].status 200 404",
                "request[GET http://a/].header server nginx apache",
                "request[GET http://a/].header x-api v1 not there",
                "request[GET http://a/].body 2 lines 2 lines",
            ]
        );
        assert!(compared(first(), first(), first()).is_empty());
    }

    #[test]
    fn silence_is_never_the_same() {
        let file = HurlFile::read("a.hurl", "GET http://a/\nHTTP 200\n").unwrap();
        let answers = || Ran {
            requests: vec![Made { line: 1, calls: vec![call(200, &[], "")], ..Made::default() }],
            ..Ran::default()
        };
        let verdict = |first: Ran, again: Ran, other: Ran| {
            let redaction = Redaction::default();
            let redactions = [&redaction, &redaction];
            let asked = Asked { file: &file, first: &first, again: &again, other: &other, redactions };
            asked.silent().first().map(|d| d.finding.verdict.name())
        };
        let none = Ran::default;
        assert_eq!(verdict(answers(), answers(), answers()), None);
        assert_eq!(verdict(answers(), answers(), none()), Some("differs"));
        assert_eq!(verdict(none(), none(), answers()), Some("differs"));
        assert_eq!(verdict(answers(), none(), answers()), Some("undecided"));
        assert_eq!(verdict(none(), none(), none()), Some("undecided"));
    }

    #[test]
    fn what_moves_by_itself_is_no_difference() {
        let page = |token: &str, date: &str| {
            let cookie = format!("chat={token}; path=/");
            call(
                200,
                &[("set-cookie", &cookie), ("expires", date), ("x-time", token)],
                &format!("head\ntoken {token}\nfoot\n"),
            )
        };
        let dates = ["Tue, 24 Nov 2026 12:51:32 GMT", "Tue, 24 Nov 2026 12:51:32 GMT", "Tue, 24 Nov 2026 12:51:40 GMT"];
        let all = compared(page("1", dates[0]), page("2", dates[1]), page("3", dates[2]));
        assert!(all.is_empty(), "{all:?}");
        let grown = |lines: &str| call(200, &[], &format!("<ul>\n{lines}</ul>\n"));
        assert!(compared(grown("x\n"), grown("y\nx\n"), grown("z\ny\nx\n")).is_empty());
        assert_eq!(compared(grown("x\n"), grown("y\nx\n"), grown("z\n")).len(), 1);
    }

    #[test]
    fn numbers_that_move_are_no_difference_and_what_is_beside_them_is_one() {
        let status =
            |active: u32, asked: u32, word: &str| call(200, &[], &format!("{word}: {active} \nasked {asked}\n"));
        assert!(compared(status(12, 1, "Active"), status(12, 2, "Active"), status(8, 184, "Active")).is_empty());
        assert_eq!(compared(status(12, 1, "Active"), status(12, 2, "Active"), status(8, 184, "Open")).len(), 1);
        assert_eq!(compared(status(12, 1, "Active"), status(12, 1, "Active"), status(8, 1, "Active")).len(), 1);
    }

    #[test]
    fn a_cookie_that_lost_a_flag_differs() {
        let with = |cookie: &str| call(200, &[("set-cookie", cookie)], "");
        let all = compared(with("a=1; HttpOnly"), with("a=2; HttpOnly"), with("a=3"));
        assert_eq!(all, ["request[GET http://a/].header set-cookie a=a value; HttpOnly a=a value"]);
    }

    #[test]
    fn long_lines_are_taken_apart() {
        let json = |n: u32| call(200, &[], &format!("{{\"a\":\"{}\",\"n\":{n},\"z\":1}}", "x".repeat(LONG)));
        assert!(compared(json(1), json(2), json(3)).is_empty());
    }
}
