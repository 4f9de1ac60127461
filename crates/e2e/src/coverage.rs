//! Which servers, locations and other parts requests came to, which of them somebody claims something of, and what
//! would reach the others, or why nothing can.

use crate::engine::{Made, Ran};
use crate::hurl_file::{HurlFile, Request};
use crate::sent::Arriving;
use crate::web::Web;
use model::proven::{Proven, Site, State, Traffic};
use serving::reach::Reach;
use serving::request::{Asked, Came, Id, Route, World};
use std::collections::BTreeMap;

/// Requests counted by the blocks that they came to.
pub struct Tally<'a> {
    web: &'a dyn Web,
    world: &'a dyn World,
    blocks: Vec<Count>,
    requests: u64,
    elsewhere: u64,
    traffic: Vec<(Asked, u64)>,
}

/// What came to a block.
#[derive(Debug, Clone, Default)]
struct Count {
    came: u64,
    asserted: u64,
    perhaps: u64,
    doubt: Option<String>,
    weight: u64,
}

impl<'a> Tally<'a> {
    /// Nothing counted yet.
    pub fn new(web: &'a dyn Web, world: &'a dyn World) -> Self {
        let blocks = vec![Count::default(); web.blocks()];
        Self { web, world, blocks, requests: 0, elsewhere: 0, traffic: Vec::new() }
    }

    /// Counts the requests of a file that was run: each hop of a redirect by itself. What a claim is about is the answer
    /// at the end of the hops.
    pub fn file(&mut self, file: &HurlFile, ran: &Ran, arriving: &Arriving<'_>) {
        for made in &ran.requests {
            let request = file.requests.iter().find(|r| r.line == made.line);
            let holds = request.is_some_and(|r| some_claim_holds(r, made));
            for (at, call) in made.calls.iter().enumerate() {
                match arriving.asked(call, self.web) {
                    Some(asked) => self.request(&asked, holds && at + 1 == made.calls.len()),
                    None => self.elsewhere += 1,
                }
            }
        }
    }

    /// Counts one request.
    pub fn request(&mut self, asked: &Asked, is_asserted: bool) {
        self.requests += 1;
        let route = self.web.route(asked, self.world);
        for (block, is_sure) in visited(&route) {
            let count = &mut self.blocks[block];
            if is_sure {
                count.came += 1;
                count.asserted += u64::from(is_asserted);
            } else {
                count.perhaps += 1;
                count.doubt = count.doubt.take().or_else(|| route.doubts.first().cloned());
            }
        }
    }

    /// Takes in real traffic: a request, and how often it was made.
    pub fn traffic(&mut self, asked: Asked, times: u64) {
        self.traffic.push((asked, times));
    }

    /// What all of it proves.
    pub fn proven(mut self) -> Proven {
        let traffic = (!self.traffic.is_empty()).then(|| self.weigh());
        Proven {
            of: self.web.of().to_owned(),
            sites: self.web.parts().into_iter().filter_map(|id| self.site(id, traffic.is_some())).collect(),
            problems: Vec::new(),
            requests: self.requests,
            elsewhere: self.elsewhere,
            kept: BTreeMap::new(),
            traffic,
        }
    }

    fn weigh(&mut self) -> Traffic {
        let mut traffic = Traffic::default();
        for (asked, times) in std::mem::take(&mut self.traffic) {
            traffic.requests += times;
            let route = self.web.route(&asked, self.world);
            let visited = visited(&route);
            for (block, _) in visited.iter().filter(|(_, is_sure)| *is_sure) {
                self.blocks[*block].weight += times;
            }
            if visited.is_empty() || visited.iter().any(|(_, is_sure)| !is_sure) {
                traffic.undecided += times;
            } else if visited.iter().all(|(block, _)| self.blocks[*block].asserted > 0) {
                traffic.asserted += times;
            }
        }
        traffic
    }

    fn site(&self, id: Id, is_weighed: bool) -> Option<Site> {
        let (part, count) = (self.web.part(id)?, &self.blocks[id]);
        let within = self.web.server_of(id).filter(|server| *server != id).map(|server| self.web.shown(server));
        Some(Site {
            kind: part.kind,
            name: part.name,
            within: within.unwrap_or_default(),
            at: part.at,
            last_line: part.last_line,
            lines: part.lines,
            state: self.state(id, count),
            came: count.came,
            asserted: count.asserted,
            perhaps: count.perhaps,
            weight: is_weighed.then_some(count.weight),
        })
    }

    fn state(&self, id: Id, count: &Count) -> State {
        if count.asserted > 0 {
            return State::Asserted;
        }
        if count.came > 0 {
            return State::Exercised;
        }
        if count.perhaps > 0 {
            return State::Undecided(count.doubt.clone().unwrap_or_default());
        }
        match self.web.reach(id, &[], self.world) {
            Reach::By(requests) => State::NotReached(requests.first().map(shown).unwrap_or_default()),
            Reach::Perhaps(Some(asked), why) => State::Undecided(format!("perhaps by {}: {why}", shown(&asked))),
            Reach::Perhaps(None, why) => State::Undecided(why),
            Reach::Inside(why) => State::Inside(why),
            Reach::Never(why) => State::Never(why),
            Reach::Traced(why) => State::OnlyTraced(why),
        }
    }
}

/// The blocks of a way, each once; for certain where any of its steps is.
fn visited(route: &Route) -> Vec<(Id, bool)> {
    let mut all: Vec<(Id, bool)> = Vec::with_capacity(route.steps.len());
    for step in route.steps.iter().filter(|step| step.how != Came::Refused) {
        match all.iter_mut().find(|(block, _)| *block == step.block) {
            Some((_, is_sure)) => *is_sure |= step.is_sure,
            None => all.push((step.block, step.is_sure)),
        }
    }
    all
}

/// Whether anything that the file claims of an answer held.
fn some_claim_holds(request: &Request, made: &Made) -> bool {
    let first = request.first_claim.unwrap_or(u32::MAX);
    made.checks.iter().any(|check| check.line >= first && check.failed.is_none())
}

/// A request as a person would make it.
pub fn shown(asked: &Asked) -> String {
    let mut text = format!("{} {}", asked.method, url(asked));
    for (name, value) in asked.headers.iter().flatten() {
        text.push_str(&format!(" with {name}: {value}"));
    }
    text
}

/// The URL of a request.
pub fn url(asked: &Asked) -> String {
    let (scheme, usual) = if asked.is_tls { ("https", 443) } else { ("http", 80) };
    let host = String::from_utf8_lossy(&asked.host);
    let port = if asked.port == usual { String::new() } else { format!(":{}", asked.port) };
    format!("{scheme}://{host}{port}{}", String::from_utf8_lossy(&asked.target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Call, Check, Failed};
    use crate::way::{Rule, Way};
    use nginx::config::Config;
    use nginx::tree::Files;
    use nginx::walk::Router;
    use serving::request::Blind;

    const CONF: &str = "\
http {
 server {
  listen 80; server_name a.test;
  location = /one { return 200; }
  location /two { return 301 /one; }
  location /three { if ($arg_x) { return 204; } return 200; }
  location /four { try_files $uri @named; }
  location @named { return 404; }
  location ^~ /shadow/ { return 200; }
  location ~ ^/shadow/.*x$ { return 200; }
  location /in { internal; }
 }
}
";

    fn router() -> Router {
        let mut files = Files::default();
        files.add("/n", CONF);
        Router::new(Config::read(&files, "/n"))
    }

    fn made(line: u32, urls: &[&str], claims: &[bool]) -> Made {
        let call = |url: &&str| Call { url: (*url).to_owned(), method: "GET".into(), status: 200, ..Call::default() };
        let check = |holds: &bool| Check { line: line + 1, failed: (!holds).then(Failed::default) };
        Made { line, calls: urls.iter().map(call).collect(), checks: claims.iter().map(check).collect() }
    }

    const HURL: &str = "GET http://a.test/1\nHTTP 200\nGET http://a.test/2\nHTTP *\nGET http://a.test/3\nHTTP 200\n";

    #[test]
    fn every_part_says_how_far_it_is_proven() {
        let router = router();
        let way = Way { rules: vec![Rule::all("10.0.0.1")], ..Way::default() };
        let ran = Ran {
            requests: vec![
                made(1, &["http://a.test/two", "http://a.test/one"], &[true]),
                made(3, &["http://a.test/three"], &[true]),
                made(5, &["http://a.test/four"], &[false]),
            ],
            ..Ran::default()
        };
        let mut tally = Tally::new(&router, &Blind);
        let file = HurlFile::read("a.hurl", HURL).unwrap();
        tally.file(&file, &ran, &Arriving { way: &way, beside: &[] });
        let proven = tally.proven();
        let states: Vec<(&str, &str)> = proven.sites.iter().map(|s| (s.name.as_str(), s.state.name())).collect();
        assert_eq!(
            states,
            [
                ("server a.test", "asserted"),
                ("location = /one", "asserted"),
                ("location /two", "exercised"),
                ("location /three", "exercised"),
                ("if ($arg_x)", "not-reached"),
                ("location /four", "exercised"),
                ("location @named", "undecided"),
                ("location ^~ /shadow/", "not-reached"),
                ("location ~ ^/shadow/.*x$", "never"),
                ("location /in", "inside"),
            ]
        );
        let detail = |at: usize| proven.sites[at].state.detail().unwrap();
        assert_eq!(detail(4), "GET http://a.test/three?x=1");
        assert!(detail(6).contains("/n:7: whether"), "{}", detail(6));
        assert!(detail(8).contains("location ^~ /shadow/ (/n:9)"), "{}", detail(8));
        assert_eq!((proven.requests, proven.counts(None).reachable(), proven.counts(None).share()), (4, 8, Some(2500)));
    }

    #[test]
    fn traffic_weighs_what_is_proven() {
        let router = router();
        let asked = |path: &str| Asked {
            port: 80,
            host: b"a.test".to_vec(),
            method: "GET".into(),
            target: path.as_bytes().to_vec(),
            ..Asked::default()
        };
        let mut tally = Tally::new(&router, &Blind);
        tally.request(&asked("/one"), true);
        tally.traffic(asked("/one"), 90);
        tally.traffic(asked("/two"), 9);
        tally.traffic(asked("/four"), 1);
        let proven = tally.proven();
        assert_eq!(proven.traffic, Some(Traffic { requests: 100, asserted: 90, undecided: 1 }));
        let weights: Vec<u64> = proven.sites.iter().filter_map(|s| s.weight).take(3).collect();
        assert_eq!(weights, [100, 90, 9]);
    }
}
