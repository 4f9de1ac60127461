//! The truth about requests, from a copy of nginx that traces them, put beside what the configuration says of them.

use crate::engine::Call;
use crate::hurl_file::{HurlFile, Request};
use crate::run::FileRun;
use crate::sent::Arriving;
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::place::Place;
use model::value::Value;
use nginx::config::{How, Id, Kind};
use nginx::shadow::{Logged, Shadow};
use nginx::walk::Router;
use serving::request::{Asked, Came, End, Route, World};

/// The kind under which requests are reported.
const KIND: &str = "request";

/// What of a request is compared.
const PROPERTY: &str = "way through nginx";

/// What stands between the blocks of a way.
const THEN: &str = " → ";

/// A configuration, and the copy of it that traced.
#[derive(Clone, Copy)]
pub struct Traced<'a> {
    /// The configuration.
    pub router: &'a Router,
    /// The copy.
    pub shadow: &'a Shadow,
    /// What is known of the target's files.
    pub world: &'a dyn World,
    /// How requests get to the target itself.
    pub arriving: Arriving<'a>,
}

/// The marks of a way, and what each is in words.
type Marks = Vec<usize>;

/// Why a location that a request came to leaves no mark.
const REDIRECTS: &str = "nginx redirects to the same path with a slash before anything in the location runs";
const INTERNAL: &str = "the location is internal, and nginx answers 404 before anything in it runs";
const TOO_LARGE: &str = "the body is too large, and nginx answers 413 before anything in the location runs";
const EXCEPTED: &str = "limit_except takes over, and nothing else in the location runs";

/// Why a way may go on where the configuration alone ends it.
const SENT_ON: &str = "what answers there sent nginx on, by X-Accel-Redirect or a status that has an error_page";

impl Traced<'_> {
    /// What became of each request of a file that went to the target. `logged` is what the copy logged of the file.
    pub fn findings(&self, file: &HurlFile, run: &FileRun, logged: &[Logged]) -> Vec<Finding> {
        let Ok(ran) = &run.ran else { return Vec::new() };
        let mut calls: Vec<(&Request, &Call, Asked)> = Vec::new();
        for made in &ran.requests {
            let Some(request) = file.requests.iter().find(|r| r.line == made.line) else { continue };
            calls.extend(made.calls.iter().filter_map(|c| Some((request, c, self.arriving.asked(c, self.router)?))));
        }
        let statuses: Vec<u16> = calls.iter().map(|(_, call, _)| call.status).collect();
        let pairs = paired(&statuses, logged);
        let found = calls.iter().zip(pairs).map(|((request, call, asked), logged)| {
            let id = ResourceId::new(KIND, run.redaction.hide(&format!("{} {}", call.method, call.url)));
            Finding { claimed_at: Some(file.place(request.line)), ..self.finding(id, asked, logged) }
        });
        found.collect()
    }

    fn finding(&self, id: ResourceId, asked: &Asked, logged: Pair<'_>) -> Finding {
        let route = self.router.route(asked, self.world);
        let foretold = self.foretold(&route);
        let all: Marks = foretold.iter().map(|(mark, _)| *mark).collect();
        let mut silent = self.silent(&route, asked);
        let logged = match logged {
            Pair::Logged(logged) => &logged.marks[..],
            Pair::Refused => &[],
            Pair::Lost(why) => {
                let undecided = Verdict::Undecided(Why::new(WhyCode::Failed, why));
                return Finding { property: Some(PROPERTY.to_owned()), ..Finding::whole(id, undecided) };
            }
        };
        let seen = plain(logged);
        let without: Marks =
            foretold.iter().filter(|(_, step)| !silent.iter().any(|(s, _)| s == step)).map(|(m, _)| *m).collect();
        if seen == all {
            silent.clear();
        }
        let is_sent_on = matches!(route.end, End::Handler(_)) && (seen.starts_with(&all) || seen.starts_with(&without));
        let verdict = match () {
            () if seen == all || seen == without => Verdict::Same,
            () if is_sent_on => Verdict::Waived(SENT_ON.to_owned()),
            () if route.doubts.is_empty() => Verdict::Differs,
            () => Verdict::Undecided(Why::new(WhyCode::Failed, route.doubts.join("; "))),
        };
        let reasons: Vec<&str> =
            silent.iter().map(|(_, why)| *why).chain(route.doubts.iter().map(String::as_str)).collect();
        let server = seen.first().and_then(|mark| self.shadow.block(&self.router.config, None, *mark));
        let at = seen.last().and_then(|mark| self.shadow.block(&self.router.config, server, *mark));
        Finding {
            property: Some(PROPERTY.to_owned()),
            expected: Some(self.shown(&route.steps.iter().map(|s| s.block).collect::<Vec<_>>())),
            seen: Some(Value::Text(self.seen(&seen, server))),
            set_at: at.map(|id| &self.router.config.blocks[id].at).map(|at| Place::line(&at.file, at.line)),
            why: (!reasons.is_empty()).then(|| reasons.join("; ")),
            ..Finding::whole(id, verdict)
        }
    }

    /// The marks that a route leads to, each with the number of its step.
    fn foretold(&self, route: &Route) -> Vec<(usize, usize)> {
        let steps = route.steps.iter().enumerate();
        steps.filter_map(|(at, step)| Some((self.shadow.mark(&self.router.config, step.block)?, at))).collect()
    }

    /// The steps of a route that leave no mark though the request came there, and why.
    fn silent(&self, route: &Route, asked: &Asked) -> Vec<(usize, &'static str)> {
        let config = &self.router.config;
        let mut silent = Vec::new();
        for (at, step) in route.steps.iter().enumerate() {
            let Kind::Location(location) = &config.blocks[step.block].kind else { continue };
            let is_last = at + 1 == route.steps.len();
            let is_left_by_error = route.steps.get(at + 1).is_some_and(|next| next.how == Came::ErrorPage);
            let excepts = config.children(step.block).any(|id| is_excepting(&config.blocks[id].kind, &asked.method));
            if is_last
                && route.end == End::Redirect(301)
                && location.how != How::Named
                && ends_with_slash(&location.name)
            {
                silent.push((at, REDIRECTS));
            } else if step.how == Came::Refused {
                silent.push((at, INTERNAL));
            } else if excepts {
                silent.push((at, EXCEPTED));
            } else if (is_last && route.end == End::Status(413)) || (is_left_by_error && asked.status == Some(413)) {
                silent.push((at, TOO_LARGE));
            }
        }
        silent
    }

    fn shown(&self, blocks: &[Id]) -> String {
        if blocks.is_empty() {
            return "no server".to_owned();
        }
        blocks.iter().map(|id| self.router.shown(*id)).collect::<Vec<_>>().join(THEN)
    }

    fn seen(&self, marks: &[usize], server: Option<Id>) -> String {
        let blocks = marks.iter().filter_map(|mark| self.shadow.block(&self.router.config, server, *mark));
        self.shown(&blocks.collect::<Vec<_>>())
    }
}

fn ends_with_slash(name: &[u8]) -> bool {
    name.last() == Some(&b'/')
}

fn is_excepting(kind: &Kind, method: &str) -> bool {
    match kind {
        Kind::LimitExcept(methods) => !methods.iter().any(|m| m == method || (m == "GET" && method == "HEAD")),
        Kind::Main | Kind::Http | Kind::Server(_) | Kind::Location(_) | Kind::If(_) => false,
    }
}

/// Marks without those of the server that an internal redirect begins with again.
fn plain(marks: &[usize]) -> Marks {
    let server = marks.first();
    marks.iter().enumerate().filter(|(at, mark)| *at == 0 || Some(*mark) != server).map(|(_, mark)| *mark).collect()
}

/// What the log says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pair<'a> {
    /// This.
    Logged(&'a Logged),
    /// nginx refused it before it read the field that tells whose it is.
    Refused,
    /// It cannot be told which line is its.
    Lost(String),
}

/// The requests of a file are made one after the other, so the n-th line is the n-th request's. Lines of requests that the
/// client gave up have no answer there.
fn paired<'a>(statuses: &[u16], logged: &'a [Logged]) -> Vec<Pair<'a>> {
    let mut lines = logged.iter().filter(|line| !matches!(line.status, 408 | 499)).peekable();
    let mut pairs = Vec::new();
    let mut lost = None;
    for status in statuses {
        let next = lines.peek().filter(|line| line.status == *status);
        match next {
            Some(line) if lost.is_none() => {
                pairs.push(Pair::Logged(line));
                lines.next();
            }
            None if lost.is_none() && *status == 400 => pairs.push(Pair::Refused),
            _ => {
                let why = format!("{} requests were made, and the log has {}", statuses.len(), logged.len());
                pairs.push(Pair::Lost(lost.get_or_insert(why).clone()));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Made, Ran};
    use crate::redaction::Redaction;
    use crate::way::Way;
    use nginx::config::Config;
    use nginx::shadow::Beside;
    use nginx::tree::Files;
    use serving::request::Blind;

    const CONF: &str = "http { server {
location = /x { return 404; }
error_page 404 @e;
location @e { return 410; }
location /in { internal; }
location /d/ { proxy_pass http://a; }
location /f { try_files $uri @e; }
location /p { proxy_pass http://a; }
} }";

    /// What is found of a request with this path and status, if the log has these marks.
    fn found(path: &str, status: u16, log: &str) -> (String, String, String) {
        let mut files = Files::default();
        files.add("/n", CONF);
        let router = Router::new(Config::read(&files, "/n"));
        let shadow = Shadow::of(&files, "/n", &Beside::default());
        let way = Way::default();
        let traced =
            Traced { router: &router, shadow: &shadow, world: &Blind, arriving: Arriving { way: &way, beside: &[] } };
        let url = format!("http://a.test{path}");
        let file = HurlFile::read("a.hurl", &format!("GET {url}\n")).unwrap();
        let call = Call { method: "GET".into(), url, status, ..Call::default() };
        let made = Made { line: 1, calls: vec![call], ..Made::default() };
        let ran = Ran { requests: vec![made], ..Ran::default() };
        let run = FileRun { ran: Ok(ran), redaction: Redaction::default() };
        let logged: Vec<Logged> = log.lines().filter_map(Shadow::logged).collect();
        let all = traced.findings(&file, &run, &logged);
        let seen = all[0].seen.as_ref().map(ToString::to_string).unwrap_or_default();
        (all[0].verdict.name().to_owned(), seen, all[0].why.clone().unwrap_or_default())
    }

    #[test]
    fn what_was_traced_is_put_beside_what_was_foretold() {
        let way = "server (/n:1) → location = /x (/n:2) → location @e (/n:4)";
        assert_eq!(found("/x", 410, "410 .0.1.2 f"), ("same".into(), way.into(), String::new()));
        assert_eq!(found("/x", 200, "200 .0.2 f").0, "differs");
        // The server's mark comes again with every internal redirect.
        assert_eq!(found("/x", 410, "410 .0.1.0.2 f").0, "same");
    }

    #[test]
    fn what_leaves_no_mark_is_told_and_agrees() {
        assert_eq!(found("/in", 410, "410 .0.2 f").2, INTERNAL);
        assert_eq!(found("/d", 301, "301 .0 f"), ("same".into(), "server (/n:1)".into(), REDIRECTS.into()));
        assert_eq!(found("/in", 410, "410 .0.2 f").0, "same");
        let (verdict, _, why) = found("/f", 200, "200 .0.5 f");
        assert!(verdict == "undecided" && why.contains("/n:7"), "{verdict} {why}");
    }

    #[test]
    fn an_application_may_send_nginx_on() {
        assert_eq!(found("/p", 200, "200 .0.6.0.3 f").0, "waived");
        assert_eq!(found("/p", 200, "200 .0.6 f").0, "same");
        assert_eq!(found("/x", 410, "410 .0.1.2.3 f").0, "differs");
    }

    #[test]
    fn lines_of_others_are_nobodys() {
        assert_eq!(found("/x", 200, "").0, "undecided");
        assert_eq!(found("/x", 410, "499 .0 f\n410 .0.1.2 f").0, "same");
        assert_eq!(found("/%zz", 400, "").0, "same");
    }
}
