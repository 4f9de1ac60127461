//! The way of a request through a configuration, phase by phase as nginx goes through them.

use crate::config::{Config, How, Id, Item, Kind, Line};
use crate::find::{Found, Locations, PASSES};
use crate::names::{self, Sockets};
use crate::uri::{self, Target};
use crate::variables::{Replaces, Variables};
use serving::request::{Asked, Came, End, Route, Seen, Step, World};
use std::collections::HashMap;

/// How often a path may change before nginx gives up.
const MOST_CHANGES: usize = 10;

/// How deep subrequests are followed.
const DEEPEST: usize = 5;

/// A configuration that requests are followed through.
#[derive(Debug, Clone, Default)]
pub struct Router {
    /// The configuration.
    pub config: Config,
    /// Its sockets.
    pub sockets: Sockets,
    /// Its locations.
    pub locations: Locations,
}

impl Router {
    /// Makes one of a configuration.
    pub fn new(config: Config) -> Self {
        let sockets = Sockets::of(&config);
        let locations = Locations::of(&config);
        Self { config, sockets, locations }
    }

    /// The way of a request.
    pub fn route(&self, asked: &Asked, world: &dyn World) -> Route {
        let Some(socket) = self.sockets.at(asked.address, asked.port) else { return Route::default() };
        let refused = |status: u16| Route { end: End::Status(status), ..Route::default() };
        let Some(host) = names::host(&asked.host) else { return refused(400) };
        let served = socket.server(&host);
        // The Host is not known yet when the path is read: with TLS the name of the handshake decides, else the default.
        let reader = if asked.is_tls { served.id } else { socket.default };
        let merges = self.config.value(reader, "merge_slashes").is_none_or(|v| v != "off");
        let Some(Target { path, args }) = uri::normalised(&asked.target, merges) else { return refused(400) };
        let variables = Variables {
            config: &self.config,
            asked,
            world,
            host,
            path,
            args,
            server: served.id,
            block: served.id,
            set: HashMap::new(),
            groups: Vec::new(),
        };
        let mut walk = Walk::new(self, variables);
        walk.variables.set.extend(
            served.captured.iter().flat_map(|c| &c.named).map(|(name, value)| (name.clone(), Some(value.clone()))),
        );
        walk.step(served.id, Came::Name);
        if socket.is_tls && !asked.is_tls {
            return walk.ended(End::Status(400));
        }
        let end = walk.server();
        walk.ended(end)
    }

    /// The location of a path in a server, before anything else happens.
    pub fn location(&self, server: Id, path: &[u8]) -> Found {
        self.locations.find(&self.config, server, path)
    }
}

/// What the lines of a block came to.
enum Rewritten {
    /// Go on.
    On,
    /// The path changed: search again.
    Again,
    /// It is answered.
    Ended(End),
}

struct Walk<'a> {
    router: &'a Router,
    variables: Variables<'a>,
    route: Route,
    came: Came,
    is_internal: bool,
    is_sure: bool,
    was_error: bool,
    changes: usize,
    depth: usize,
}

impl<'a> Walk<'a> {
    fn new(router: &'a Router, variables: Variables<'a>) -> Self {
        Self {
            router,
            variables,
            route: Route::default(),
            came: Came::Path,
            is_internal: false,
            is_sure: true,
            was_error: false,
            changes: 0,
            depth: 0,
        }
    }

    fn config(&self) -> &'a Config {
        &self.router.config
    }

    fn ended(mut self, end: End) -> Route {
        self.route.end = end;
        self.route
    }

    fn step(&mut self, block: Id, how: Came) {
        self.route.steps.push(Step { block, how, is_sure: self.is_sure });
    }

    fn doubt(&mut self, why: String) {
        self.is_sure = false;
        if self.route.doubts.len() < 20 {
            self.route.doubts.push(why);
        }
    }

    /// From the server's own lines on.
    fn server(&mut self) -> End {
        self.variables.block = self.variables.server;
        match self.rewrite(self.variables.server) {
            Rewritten::Ended(end) => end,
            Rewritten::On | Rewritten::Again => self.location(),
        }
    }

    /// From the search for a location on.
    fn location(&mut self) -> End {
        loop {
            self.changes += 1;
            if self.changes > MOST_CHANGES + 1 {
                return End::Status(500);
            }
            let block = match self.router.location(self.variables.server, &self.variables.path) {
                Found::Slash(id) => {
                    self.step(id, self.came);
                    return End::Redirect(301);
                }
                Found::Location(id) => id,
                Found::Server => self.variables.server,
            };
            if let Some(end) = self.inside(block) {
                return end;
            }
            self.came = Came::Rewrite;
        }
    }

    /// Everything in a location; none if the path changed, so that another one is to be searched for.
    fn inside(&mut self, block: Id) -> Option<End> {
        self.enter(block);
        let own = |name: &str| self.config().lines(block).any(|l| l.name == name);
        if own("internal") && !self.is_internal {
            self.route.steps.iter_mut().rev().take(1).for_each(|step| step.how = Came::Refused);
            return Some(self.status(404));
        }
        if self.is_too_large() {
            return Some(self.status(413));
        }
        let rewritten = match self.excepted(block) {
            Some(except) => {
                self.variables.block = except;
                Rewritten::On
            }
            None if block == self.variables.server => Rewritten::On,
            None => self.rewrite(block),
        };
        match rewritten {
            Rewritten::On => Some(self.content()),
            Rewritten::Again => None,
            Rewritten::Ended(end) => Some(end),
        }
    }

    fn enter(&mut self, block: Id) {
        self.variables.block = block;
        if block == self.variables.server {
            return;
        }
        self.step(block, self.came);
        let pattern = self.config().location_of(block).and_then(|l| l.pattern.as_ref());
        if let Some(captured) = pattern.and_then(|p| p.captures(&self.variables.path)) {
            self.variables.captured(captured);
        }
    }

    fn is_too_large(&self) -> bool {
        let length = self.variables.asked.header("content-length").flatten().and_then(|l| l.parse::<u64>().ok());
        let most = self.config().value(self.variables.block, "client_max_body_size");
        let most = most.map_or(Some(1 << 20), |m| size(&m));
        matches!((length, most), (Some(length), Some(most)) if most > 0 && length > most)
    }

    /// The `limit_except` block that holds for the method.
    fn excepted(&self, block: Id) -> Option<Id> {
        let method = self.variables.asked.method.as_str();
        self.config().children(block).find(|child| match &self.config().blocks[*child].kind {
            Kind::LimitExcept(methods) => !methods.iter().any(|m| m == method || (m == "GET" && method == "HEAD")),
            Kind::Main | Kind::Http | Kind::Server(_) | Kind::Location(_) | Kind::If(_) => false,
        })
    }

    /// The lines of a block that change the path, answer, or set variables.
    fn rewrite(&mut self, block: Id) -> Rewritten {
        let config = self.config();
        let before = self.variables.path.clone();
        for item in &config.blocks[block].items {
            let done = match item {
                Item::Line(line) => self.line(line),
                Item::Block(id) => self.condition(*id),
            };
            if let Some(done) = done {
                return done;
            }
        }
        let is_server = matches!(config.blocks[block].kind, Kind::Server(_));
        if self.variables.path != before && !is_server { Rewritten::Again } else { Rewritten::On }
    }

    /// One line; none to go on with the next, `On` to stop here.
    fn line(&mut self, line: &Line) -> Option<Rewritten> {
        match line.name.as_str() {
            "set" => {
                let name = line.arg(0)?.trim_start_matches('$').to_owned();
                let value = self.variables.text(&line.arg(1)?);
                self.variables.set.insert(name, value);
                None
            }
            "break" => Some(Rewritten::On),
            "return" => Some(Rewritten::Ended(self.returned(line))),
            "rewrite" => self.rewritten(line),
            _ => None,
        }
    }

    fn returned(&mut self, line: &Line) -> End {
        let first = line.arg(0).unwrap_or_default();
        match first.parse::<u16>() {
            Ok(code) if (301..=308).contains(&code) && line.args.len() > 1 => End::Redirect(code),
            // With a text nothing stands in for the answer any more.
            Ok(code) if code < 400 || line.args.len() > 1 => End::Status(code),
            Ok(code) => self.status(code),
            Err(_) => End::Redirect(302),
        }
    }

    fn rewritten(&mut self, line: &Line) -> Option<Rewritten> {
        let captured = line.pattern.as_ref()?.captures(&self.variables.path)?;
        self.variables.captured(captured);
        let (to, flag) = (line.arg(1)?, line.arg(2));
        let is_away = ["http://", "https://", "$scheme"].iter().any(|s| to.starts_with(s));
        match flag.as_deref() {
            Some("permanent") => return Some(Rewritten::Ended(End::Redirect(301))),
            Some("redirect") => return Some(Rewritten::Ended(End::Redirect(302))),
            _ if is_away => return Some(Rewritten::Ended(End::Redirect(302))),
            _ => {}
        }
        let Some(new) = self.variables.text(&to) else {
            self.doubt(format!("{}:{}: where rewrite leads is not known", line.at.file, line.at.line));
            return Some(Rewritten::Ended(End::Unknown));
        };
        self.go_to(&new);
        match flag.as_deref() {
            Some("last") => Some(Rewritten::Again),
            Some("break") => Some(Rewritten::On),
            _ => None,
        }
    }

    /// Changes the path, and the query where the new one has one; the old query follows unless it ends with `?`.
    fn go_to(&mut self, new: &[u8]) {
        let at = new.iter().position(|b| *b == b'?');
        let (path, args) = at.map_or((new, None), |at| (&new[..at], Some(&new[at + 1..])));
        self.variables.path = path.to_vec();
        if let Some(args) = args {
            let old = std::mem::take(&mut self.variables.args);
            self.variables.args = args.to_vec();
            if !args.is_empty() && !old.is_empty() {
                self.variables.args.push(b'&');
                self.variables.args.extend(old);
            }
        }
    }

    fn condition(&mut self, id: Id) -> Option<Rewritten> {
        let Kind::If(condition) = &self.config().blocks[id].kind else { return None };
        let Some((holds, captured)) = self.variables.holds(condition) else {
            let at = &self.config().blocks[id].at;
            self.doubt(format!("{}:{}: whether if ({}) holds is not known", at.file, at.line, condition.text));
            return None;
        };
        if !holds {
            return None;
        }
        if let Some(captured) = captured {
            self.variables.captured(captured);
        }
        self.step(id, Came::Condition);
        self.variables.block = id;
        for line in self.config().lines(id) {
            if let Some(done) = self.line(line) {
                return Some(done);
            }
        }
        None
    }

    /// Access, `try_files`, and what answers.
    fn content(&mut self) -> End {
        if let Some(status) = self.refused() {
            return self.status(status);
        }
        self.subrequests();
        let tries = self.config().lines(self.variables.block).find(|l| l.name == "try_files");
        if let Some(tries) = tries
            && let Some(end) = self.try_files(tries)
        {
            return end;
        }
        match self.handler() {
            Some(handler) => self.passed(handler),
            None => self.file(),
        }
    }

    fn refused(&mut self) -> Option<u16> {
        let block = self.variables.block;
        let rules: Vec<&Line> = self.access();
        let word = rules.first().and_then(|l| l.arg(0));
        if rules.first().is_some_and(|l| l.name == "deny") && word.as_deref() == Some("all") {
            return Some(403);
        }
        if self.config().value(block, "auth_basic").is_some_and(|realm| realm != "off") {
            let has_login = self.variables.asked.header("authorization");
            if has_login == Some(None) || self.variables.asked.status == Some(401) {
                return Some(401);
            }
        }
        None
    }

    /// `allow` and `deny` that hold: they are inherited together.
    fn access(&self) -> Vec<&'a Line> {
        let mut at = Some(self.variables.block);
        while let Some(here) = at {
            let own: Vec<&Line> = self.config().lines(here).filter(|l| l.name == "allow" || l.name == "deny").collect();
            if !own.is_empty() {
                return own;
            }
            at = self.config().blocks[here].parent;
        }
        Vec::new()
    }

    /// Requests that nginx makes itself before it answers this one.
    fn subrequests(&mut self) {
        for name in ["auth_request", "mirror"] {
            let to = self.config().value(self.variables.block, name).filter(|to| to != "off");
            let Some(path) = to.and_then(|to| self.variables.text(&to)) else { continue };
            if self.depth >= DEEPEST {
                continue;
            }
            let variables = Variables {
                path: path.split(|b| *b == b'?').next().unwrap_or_default().to_vec(),
                set: self.variables.set.clone(),
                host: self.variables.host.clone(),
                args: Vec::new(),
                groups: Vec::new(),
                ..self.variables
            };
            let mut walk = Walk { depth: self.depth + 1, ..Walk::new(self.router, variables) };
            walk.is_internal = true;
            walk.is_sure = self.is_sure;
            walk.came = Came::Subrequest;
            walk.location();
            self.route.steps.extend(walk.route.steps);
        }
    }

    /// `try_files`; none to go on with the file that was found.
    fn try_files(&mut self, line: &Line) -> Option<End> {
        let texts = line.texts();
        let (last, tries) = texts.split_last()?;
        for text in tries {
            let Some(value) = self.variables.text(text) else {
                self.doubt(format!("{}:{}: what {text} is, is not known", line.at.file, line.at.line));
                continue;
            };
            let file = self.tried(&value).unwrap_or_default();
            // The slash counts that is written, not the one that the path brings.
            let wanted = if text.ends_with('/') { Seen::Directory } else { Seen::File };
            let shown = String::from_utf8_lossy(&file).into_owned();
            match self.variables.world.seen(shown.trim_end_matches('/')) {
                Seen::Unknown => {
                    self.doubt(format!("{}:{}: whether {shown} is there is not known", line.at.file, line.at.line));
                }
                seen if seen == wanted => {
                    self.variables.path = value;
                    return None;
                }
                Seen::File | Seen::Directory | Seen::Nothing => {}
            }
        }
        if let Some(code) = last.strip_prefix('=').and_then(|c| c.parse().ok()) {
            return Some(self.status(code));
        }
        self.came = Came::TryFiles;
        if last.starts_with('@') {
            return Some(self.named(last.as_bytes()));
        }
        match self.variables.text(last) {
            Some(to) => Some(self.redirected(&to)),
            None => Some(End::Unknown),
        }
    }

    /// The file that a value of `try_files` stands for: with an alias, what follows the location's name.
    fn tried(&self, value: &[u8]) -> Option<Vec<u8>> {
        let root = self.variables.root()?;
        let rest = match root.replaces {
            Replaces::First(length) if value.get(..length) == self.variables.path.get(..length) => &value[length..],
            Replaces::Nothing | Replaces::First(_) | Replaces::All => value,
        };
        Some([root.directory.as_slice(), rest].concat())
    }

    /// A named location: the path stays, and the server's lines do not run.
    fn named(&mut self, name: &[u8]) -> End {
        self.is_internal = true;
        self.changes += 1;
        let found = self.router.locations.named(self.variables.server, name);
        match found {
            Some(_) if self.changes > MOST_CHANGES + 1 => End::Status(500),
            Some(id) => match self.inside(id) {
                Some(end) => end,
                None => {
                    self.came = Came::Rewrite;
                    self.location()
                }
            },
            None => End::Status(500),
        }
    }

    /// A redirect that the client does not see: from the server's lines on.
    fn redirected(&mut self, to: &[u8]) -> End {
        self.is_internal = true;
        self.changes += 1;
        if self.changes > MOST_CHANGES + 1 {
            return End::Status(500);
        }
        let at = to.iter().position(|b| *b == b'?');
        let (path, args) = at.map_or((to, None), |at| (&to[..at], Some(&to[at + 1..])));
        self.variables.path = path.to_vec();
        if let Some(args) = args {
            self.variables.args = args.to_vec();
        }
        self.server()
    }

    /// What answers in the block, if it is no file: a directive of its own. An `if` and a `limit_except` take over what
    /// the location around them has.
    fn handler(&self) -> Option<&'a Line> {
        let is_handler = |l: &&Line| {
            let name = l.name.as_str();
            PASSES.contains(&name) || HANDLERS.contains(&name) || name.starts_with("content_by_lua")
        };
        let mut at = self.variables.block;
        loop {
            if let Some(line) = self.config().lines(at).find(is_handler) {
                return Some(line);
            }
            match self.config().blocks[at].kind {
                Kind::If(_) | Kind::LimitExcept(_) => at = self.config().blocks[at].parent?,
                Kind::Main | Kind::Http | Kind::Server(_) | Kind::Location(_) => return None,
            }
        }
    }

    /// A request that is passed on: a status that nginx itself makes of it leads to its error page.
    fn passed(&mut self, handler: &Line) -> End {
        let block = self.variables.block;
        let has = |name: &str| !self.config().held(block, name).is_empty();
        let intercepts = ["proxy_intercept_errors", "fastcgi_intercept_errors", "uwsgi_intercept_errors"]
            .iter()
            .any(|name| self.config().value(block, name).as_deref() == Some("on"));
        if let Some(status) = self.variables.asked.status.filter(|s| *s >= 300) {
            let makes = matches!(status, 502 | 504) || (status == 503 && (has("limit_req") || has("limit_conn")));
            if (makes || intercepts) && self.error_page(status).is_some() {
                if !intercepts {
                    self.doubt(format!("whether nginx or {} answered with {status} is not known", handler.name));
                }
                return self.status(status);
            }
        }
        let to = handler.texts().join(" ");
        End::Handler(format!("{} {to}", handler.name).trim_end().to_owned())
    }

    /// A file or directory.
    fn file(&mut self) -> End {
        let path = self.variables.path.clone();
        if path.last() == Some(&b'/') {
            return self.index();
        }
        let Some(file) = self.variables.file(&path) else { return End::Unknown };
        let shown = String::from_utf8_lossy(&file).into_owned();
        match self.variables.world.seen(&shown) {
            Seen::File => self.method().unwrap_or(End::File(shown)),
            Seen::Directory => End::Redirect(301),
            Seen::Nothing => self.status(404),
            Seen::Unknown => self.unseen(End::File(shown)),
        }
    }

    /// Files are only read.
    fn method(&mut self) -> Option<End> {
        let is_read = matches!(self.variables.asked.method.as_str(), "GET" | "HEAD") || self.was_error;
        if is_read { None } else { Some(self.status(405)) }
    }

    /// A file that nobody looked for: what was answered tells.
    fn unseen(&mut self, file: End) -> End {
        match self.variables.asked.status {
            Some(404) => self.status(404),
            Some(403) => self.status(403),
            _ => file,
        }
    }

    fn index(&mut self) -> End {
        let lines = self.config().held(self.variables.block, "index");
        let mut names: Vec<String> = lines.iter().flat_map(|l| l.texts()).collect();
        if names.is_empty() {
            names.push("index.html".to_owned());
        }
        for name in names {
            let Some(value) = self.variables.text(&name) else { continue };
            if value.first() == Some(&b'/') {
                self.came = Came::Index;
                return self.redirected(&value);
            }
            let path = [self.variables.path.as_slice(), &value].concat();
            let Some(file) = self.variables.file(&path) else { continue };
            let shown = String::from_utf8_lossy(&file).into_owned();
            match self.variables.world.seen(&shown) {
                Seen::File => {
                    self.came = Came::Index;
                    return self.redirected(&path);
                }
                Seen::Unknown => {
                    self.doubt(format!("whether {shown} is there is not known"));
                    if self.variables.asked.status == Some(200) {
                        self.came = Came::Index;
                        return self.redirected(&path);
                    }
                }
                Seen::Directory | Seen::Nothing => {}
            }
        }
        if self.config().value(self.variables.block, "autoindex").as_deref() == Some("on") {
            return End::Handler("autoindex on".to_owned());
        }
        let directory = self.variables.file(&self.variables.path.clone()).unwrap_or_default();
        let shown = String::from_utf8_lossy(&directory).into_owned();
        match self.variables.world.seen(shown.trim_end_matches('/')) {
            Seen::Nothing => self.status(404),
            Seen::File | Seen::Directory => self.status(403),
            Seen::Unknown => self.unseen(End::Unknown),
        }
    }

    /// A status of nginx's own: it may have a page.
    fn status(&mut self, status: u16) -> End {
        let Some((line, to)) = self.error_page(status) else { return End::Status(status) };
        let recurses = self.config().value(self.variables.block, "recursive_error_pages").as_deref() == Some("on");
        if self.was_error && !recurses {
            return End::Status(status);
        }
        self.was_error = true;
        self.came = Came::ErrorPage;
        if to.starts_with('@') {
            return self.named(to.as_bytes());
        }
        if !to.starts_with('/') && !to.starts_with('$') {
            return End::Redirect(302);
        }
        match self.variables.text(&to) {
            Some(to) => self.redirected(&to),
            None => {
                self.doubt(format!("{}:{}: where error_page leads is not known", line.at.file, line.at.line));
                End::Unknown
            }
        }
    }

    /// The `error_page` of a status that holds, and where it leads.
    fn error_page(&self, status: u16) -> Option<(&'a Line, String)> {
        let held = self.config().held(self.variables.block, "error_page");
        let line = held.into_iter().find(|l| {
            let texts = l.texts();
            texts.iter().take(texts.len().saturating_sub(1)).any(|code| code.parse() == Ok(status))
        })?;
        Some((line, line.texts().last()?.clone()))
    }
}

/// Directives of modules that answer.
const HANDLERS: &[&str] = &["api", "dav_methods", "echo", "empty_gif", "js_content", "perl", "stub_status"];

/// `20m`, `8k`, `1g` and plain bytes.
fn size(text: &str) -> Option<u64> {
    let (digits, shift) = match text.to_ascii_lowercase() {
        t if t.ends_with('k') => (t[..t.len() - 1].to_owned(), 10),
        t if t.ends_with('m') => (t[..t.len() - 1].to_owned(), 20),
        t if t.ends_with('g') => (t[..t.len() - 1].to_owned(), 30),
        t => (t, 0),
    };
    digits.parse::<u64>().ok()?.checked_shl(shift)
}

/// Whether a location is one that only nginx itself leads to.
pub fn is_hidden(config: &Config, id: Id) -> bool {
    let is_named = config.location_of(id).is_some_and(|l| l.how == How::Named);
    is_named || config.lines(id).any(|l| l.name == "internal")
}
