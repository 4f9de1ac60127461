//! Which requests lead to a location, and why none does where none can: named, internal, shadowed, never listened for.

use crate::config::{Condition, Config, How, Id, Kind};
use crate::listen::{Listen, On};
use crate::names;
use crate::uri;
use crate::walk::Router;
use serving::path::{WORD, escaped};
use serving::reach::Reach;
use serving::request::{Asked, Came, World};
use serving::sample::samples;
use std::collections::BTreeSet;

/// How many requests are looked for.
const WANTED: usize = 3;

/// Directives whose last word may lead to a location.
const LEADS: &[&str] = &["auth_request", "error_page", "index", "mirror", "rewrite", "try_files"];

impl Router {
    /// How a server, a location or an `if` is reached. `known` are paths that are known to be there: they come first.
    pub fn reach(&self, id: Id, known: &[String], world: &dyn World) -> Reach {
        let Some(server) = self.config.server_of(id) else { return Reach::Never("it is in no server".into()) };
        let doors = match self.doors(server) {
            Ok(doors) => doors,
            Err(why) => return Reach::Never(why),
        };
        if let Some((hidden, why)) = inside_only(&self.config, id) {
            let paths = self.leading(hidden).into_iter().flat_map(|block| self.paths(block, known)).collect();
            let found = self.tried(id, &doors, paths, world);
            return if found.is_empty() { Reach::Inside(why) } else { Reach::By(found) };
        }
        let found = self.tried(id, &doors, self.paths(id, known), world);
        if found.is_empty() { self.why_not(id, &doors, known, world) } else { Reach::By(found) }
    }

    /// The requests for these paths that come to a block for certain.
    fn tried(&self, id: Id, doors: &[Asked], paths: Vec<String>, world: &dyn World) -> Vec<Asked> {
        let mut found: Vec<Asked> = Vec::new();
        for path in paths {
            for door in doors {
                for asked in self.variants(id, door, &path) {
                    if found.len() < WANTED && !found.contains(&asked) && self.comes(&asked, id, world) {
                        found.push(asked);
                    }
                }
                if !found.is_empty() {
                    break;
                }
            }
            if found.len() >= WANTED {
                break;
            }
        }
        found
    }

    /// The blocks whose lines may lead to a block that only nginx itself leads to.
    fn leading(&self, hidden: Id) -> Vec<Id> {
        let Some(location) = self.config.location_of(hidden) else { return Vec::new() };
        let server = self.config.server_of(hidden);
        let name = String::from_utf8_lossy(&location.name).into_owned();
        let names_it = |word: String| match (&location.pattern, location.how) {
            (Some(pattern), _) => pattern.matches(word.as_bytes()),
            (None, How::Named | How::Exact) => word == name,
            (None, _) => word.starts_with(&name),
        };
        let leads = |id: &Id| {
            let lines = self.config.lines(*id).filter(|l| LEADS.contains(&l.name.as_str()));
            lines.flat_map(crate::config::Line::texts).any(names_it)
        };
        let of_server = |id: &Id| self.config.server_of(*id) == server;
        let around = |id: &Id| !matches!(self.config.blocks[*id].kind, Kind::Location(_) | Kind::If(_));
        let all = 0..self.config.blocks.len();
        let found: Vec<Id> =
            all.clone().filter(|id| of_server(id) || self.config.server_of(*id).is_none()).filter(leads).collect();
        // What a server says holds for its locations.
        if found.iter().any(around) { all.filter(of_server).collect() } else { found }
    }

    fn comes(&self, asked: &Asked, id: Id, world: &dyn World) -> bool {
        self.route(asked, world).steps.iter().any(|step| step.block == id && step.is_sure && step.how != Came::Refused)
    }

    /// Requests that come to a server, for `/`: one for each socket it listens on.
    fn doors(&self, server: Id) -> Result<Vec<Asked>, String> {
        let Some(own) = self.config.server(server) else { return Err("it is no server".to_owned()) };
        let mut listens: Vec<&Listen> = own.listens.iter().collect();
        // What needs no certificate is asked first.
        listens.sort_by_key(|l| l.is_tls);
        let mut doors: Vec<Asked> = Vec::new();
        let mut why = "it listens only on sockets in the file system".to_owned();
        for listen in listens {
            let (address, port) = match &listen.on {
                On::Net(ip, port) => (Some(*ip).filter(|ip| !ip.is_unspecified()), *port),
                On::Name(_, port) => (None, *port),
                On::Unix(_) => continue,
            };
            let Some((_, socket)) = self.sockets.all().find(|(on, _)| **on == listen.on) else { continue };
            let reaches = |host: &String| names::host(host.as_bytes()).is_some_and(|h| socket.server(&h).id == server);
            match hosts(own).into_iter().find(reaches) {
                Some(host) => doors.push(Asked {
                    address,
                    port,
                    is_tls: listen.is_tls,
                    host: host.into_bytes(),
                    method: "GET".to_owned(),
                    target: b"/".to_vec(),
                    headers: Some(Vec::new()),
                    status: None,
                }),
                None => why = self.taken(server),
            }
        }
        if doors.is_empty() { Err(why) } else { Ok(doors) }
    }

    /// Why no name leads to a server.
    fn taken(&self, server: Id) -> String {
        let own = self.config.server(server).map_or(&[][..], |s| &s.names);
        for other in &self.config.servers {
            let same = self.config.server(*other).into_iter().flat_map(|s| &s.names).find(|n| own.contains(n));
            if let Some(name) = same.filter(|_| *other != server) {
                let at = &self.config.blocks[*other].at;
                let name = if name.is_empty() { "no name" } else { name };
                return format!("the server at {}:{} has its names: {name}", at.file, at.line);
            }
        }
        "no name leads to it, and it is nowhere the default server".to_owned()
    }

    /// Paths that may lead to a block, the most promising first.
    fn paths(&self, id: Id, known: &[String]) -> Vec<String> {
        let location = match self.config.location_of(id) {
            Some(location) => location,
            None => {
                let parent = self.config.blocks[id].parent.filter(|p| self.config.location_of(*p).is_some());
                return match parent {
                    Some(parent) => self.paths(parent, known),
                    None => known.iter().cloned().chain(["/".to_owned(), format!("/{WORD}")]).collect(),
                };
            }
        };
        let mut all: Vec<String> = known.to_vec();
        let name = String::from_utf8_lossy(&location.name).into_owned();
        match location.how {
            How::Exact => all = vec![escaped(&name)],
            How::Prefix | How::PrefixOnly => {
                let name = escaped(&name);
                all.extend([name.clone(), format!("{name}{WORD}"), format!("{name}/{WORD}"), format!("{name}{WORD}/")]);
            }
            How::Regex | How::RegexNoCase => all.extend(self.matching(id, &name)),
            How::Named => {}
        }
        let mut seen = BTreeSet::new();
        all.retain(|p| p.starts_with('/') && seen.insert(p.clone()));
        all
    }

    /// Paths that an expression matches: its samples behind what may come before them.
    fn matching(&self, id: Id, source: &str) -> Vec<String> {
        let outer = self.config.blocks[id].parent.and_then(|p| self.config.location_of(p));
        let outer = outer.filter(|l| l.pattern.is_none()).map(|l| escaped(&String::from_utf8_lossy(&l.name)));
        let mut before = vec![String::new(), "/".to_owned(), format!("/{WORD}")];
        if let Some(outer) = outer {
            before.splice(0..0, [outer.clone(), format!("{outer}{WORD}"), format!("{outer}/{WORD}")]);
        }
        let samples = samples(source);
        let both = |end: &str| -> Vec<String> {
            let all = before.iter().flat_map(|b| samples.iter().map(move |s| format!("{b}{}{end}", escaped(s))));
            all.collect()
        };
        // A dot at the end means another path, and some expressions go on behind what they say.
        both("").into_iter().chain(both(WORD)).collect()
    }

    /// A request for a path through a door; for an `if`, with what makes its condition hold.
    fn variants(&self, id: Id, door: &Asked, path: &str) -> Vec<Asked> {
        let plain = Asked { target: path.as_bytes().to_vec(), ..door.clone() };
        match &self.config.blocks[id].kind {
            Kind::If(condition) => fulfilled(&plain, condition),
            Kind::Main | Kind::Http | Kind::Server(_) | Kind::Location(_) | Kind::LimitExcept(_) => vec![plain],
        }
    }

    fn why_not(&self, id: Id, doors: &[Asked], known: &[String], world: &dyn World) -> Reach {
        if matches!(self.config.blocks[id].kind, Kind::If(_)) {
            return Reach::Perhaps(None, "no safe request is known that makes its condition hold".to_owned());
        }
        let mut others: BTreeSet<Id> = BTreeSet::new();
        for path in self.paths(id, known).iter().filter(|p| self.is_for(id, p)) {
            for door in doors {
                let asked = Asked { target: path.as_bytes().to_vec(), ..door.clone() };
                let route = self.route(&asked, world);
                if route.steps.iter().any(|step| step.block == id) || !route.doubts.is_empty() {
                    let doubt = route.doubts.first().cloned().unwrap_or_default();
                    return Reach::Perhaps(Some(Box::new(asked)), doubt);
                }
                others.extend(route.steps.last().map(|s| s.block));
            }
        }
        if others.is_empty() {
            return Reach::Perhaps(None, "no path is known that it matches".to_owned());
        }
        let shown: Vec<String> = others.iter().take(3).map(|other| self.shown(*other)).collect();
        Reach::Never(format!("every path tried that it is for leads elsewhere: to {}", shown.join(", ")))
    }

    /// Whether a location's own name or expression takes a path, whatever others do.
    fn is_for(&self, id: Id, path: &str) -> bool {
        let Some(target) = uri::normalised(path.as_bytes(), true) else { return false };
        self.config.location_of(id).is_none_or(|location| match &location.pattern {
            Some(pattern) => pattern.matches(&target.path),
            None => target.path.starts_with(&location.name),
        })
    }

    /// A block with its place.
    pub fn shown(&self, id: Id) -> String {
        let at = &self.config.blocks[id].at;
        format!("{} ({}:{})", self.config.name(id), at.file, at.line)
    }
}

/// Why no request from outside leads to a block by itself: what leads there instead.
fn inside_only(config: &Config, id: Id) -> Option<(Id, String)> {
    let mut at = id;
    loop {
        let is_named = config.location_of(at).is_some_and(|l| l.how == How::Named);
        if is_named {
            let name = config.location_of(at).map(|l| String::from_utf8_lossy(&l.name).into_owned())?;
            return Some((at, format!("named: {}", led_by(config, config.server_of(at)?, &name))));
        }
        if config.lines(at).any(|l| l.name == "internal") {
            let why = "internal: only nginx itself leads there (X-Accel-Redirect, error_page, try_files…)";
            return Some((at, why.to_owned()));
        }
        at = config.blocks[at].parent.filter(|p| config.location_of(*p).is_some())?;
    }
}

/// The lines of a server that lead to a name.
fn led_by(config: &Config, server: Id, name: &str) -> String {
    let in_server = |id: &Id| config.server_of(*id) == Some(server) || config.server_of(*id).is_none();
    let blocks = (0..config.blocks.len()).filter(in_server);
    let lines = blocks.flat_map(|id| config.lines(id)).filter(|l| l.name == "try_files" || l.name == "error_page");
    let leads: Vec<String> = lines
        .filter(|l| l.texts().last().is_some_and(|last| last == name))
        .map(|l| format!("{} {} at {}:{}", l.name, l.texts().join(" "), l.at.file, l.at.line))
        .collect();
    if leads.is_empty() { "nothing leads to it".to_owned() } else { leads.join(", ") }
}

/// Names that a server may be asked by.
fn hosts(server: &crate::config::Server) -> Vec<String> {
    let mut all = Vec::new();
    for name in &server.names {
        if let Some(source) = name.strip_prefix('~') {
            all.extend(samples(source));
        } else if let Some(rest) = name.strip_prefix("*.") {
            all.push(format!("{WORD}.{rest}"));
        } else if let Some(rest) = name.strip_prefix('.') {
            all.push(rest.to_owned());
        } else if let Some(rest) = name.strip_suffix('*') {
            all.push(format!("{rest}test"));
        } else {
            all.push(name.clone());
        }
    }
    // Underscores and the like stand for "any name": only as a last way in.
    all.retain(|host| host.contains('.') || host == "localhost");
    let own = server.listens.iter().filter_map(|l| match &l.on {
        On::Net(ip, _) if !ip.is_unspecified() && ip.is_ipv4() => Some(ip.to_string()),
        On::Net(..) | On::Unix(_) | On::Name(..) => None,
    });
    all.extend(own);
    all.push(format!("{WORD}.invalid"));
    all
}

/// The request with what makes a condition hold, where a safe request can.
fn fulfilled(plain: &Asked, condition: &Condition) -> Vec<Asked> {
    let name = condition.left.trim_start_matches('$').trim_matches(['{', '}']);
    let values: Vec<String> = match condition.sign.as_str() {
        "" => vec!["1".to_owned()],
        "=" => vec![condition.right.clone()],
        "!=" => vec![WORD.to_owned(), String::new()],
        "~" | "~*" => samples(&condition.right),
        "!~" | "!~*" => vec![WORD.to_owned(), "0".to_owned()],
        _ => return vec![plain.clone()],
    };
    values.iter().filter_map(|value| with(plain, name, value)).chain([plain.clone()]).collect()
}

fn with(plain: &Asked, name: &str, value: &str) -> Option<Asked> {
    let mut asked = plain.clone();
    let mut field =
        |name: &str, value: &str| asked.headers.get_or_insert_default().push((name.to_owned(), value.to_owned()));
    if let Some(name) = name.strip_prefix("http_") {
        field(&name.replace('_', "-"), value);
    } else if let Some(name) = name.strip_prefix("cookie_") {
        field("cookie", &format!("{name}={value}"));
    } else if let Some(name) = name.strip_prefix("arg_") {
        asked.target.extend(format!("?{name}={}", escaped(value)).bytes());
    } else {
        match name {
            "request_method" if matches!(value, "GET" | "HEAD") => asked.method = value.to_owned(),
            "args" | "query_string" => asked.target.extend(format!("?{}", escaped(value)).bytes()),
            "host" | "http_host" => asked.host = value.as_bytes().to_vec(),
            "request_uri" | "uri" if value.starts_with('/') => asked.target = escaped(value).into_bytes(),
            _ => return None,
        }
    }
    Some(asked)
}
