//! A copy of a configuration that traces its requests: every server, location and `if` first adds its mark to a variable,
//! which one access log writes. The copy listens on ports of its own and writes into a directory of its own, so that it
//! can run beside the original.

use crate::config::{Config, Id};
use crate::lexer::{Ended, Lexer, Word};
use crate::tree::{Directive, Files};
use serving::glob::covers;
use std::collections::{BTreeMap, BTreeSet};

/// The variable that marks are added to.
pub const VARIABLE: &str = "repot_trace";

/// The request's field that tells whose request it is, in lower case.
pub const FIELD: &str = "x-repot-id";

/// What stands between marks.
const BETWEEN: char = '.';

/// Where the copy runs.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The directory on the host that takes everything it writes.
    pub dir: String,
    /// The port that stands for each port of the original.
    pub ports: BTreeMap<u16, u16>,
}

/// A copy of a configuration.
#[derive(Debug, Clone, Default)]
pub struct Shadow {
    /// The text of each file; a line of the copy for a line of the original.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Where the block of each mark stands: its file and where it begins there.
    marks: Vec<(String, usize)>,
}

/// What the copy's log says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The status it was answered with.
    pub status: u16,
    /// The marks of the blocks it came through, in order.
    pub marks: Vec<usize>,
    /// Whose it was.
    pub id: String,
}

/// Every port that a configuration listens on, mail and streams too.
pub fn ports(files: &Files, main: &str) -> BTreeSet<u16> {
    let mut ports = BTreeSet::new();
    let (tree, _) = files.tree(main);
    collect(&tree, Within::Main, &mut ports);
    ports
}

fn collect(tree: &[Directive], within: Within, ports: &mut BTreeSet<u16>) {
    let has_listen = tree.iter().any(|d| d.name == "listen");
    if within == Within::Server && !has_listen {
        ports.insert(80);
    }
    for directive in tree {
        if directive.name == "listen" && matches!(within, Within::Server | Within::Other) {
            ports.extend(directive.arg(0).and_then(|address| split(&address).map(|(_, port)| port)));
        }
        if let (Some(inside), Some(next)) = (&directive.block, within.enter(&directive.name)) {
            collect(inside, next, ports);
        }
    }
}

/// The blocks that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Main,
    Http,
    Server,
    Location,
    /// Streams and mail.
    Other,
}

impl Within {
    fn enter(self, name: &str) -> Option<Self> {
        match (self, name) {
            (Within::Main, "http") => Some(Within::Http),
            (Within::Main, "stream" | "mail") | (Within::Other, "server") => Some(Within::Other),
            (Within::Http, "server") => Some(Within::Server),
            (Within::Server | Within::Location, "location" | "if" | "limit_except") => Some(Within::Location),
            _ => None,
        }
    }
}

/// The address and port of a `listen`; none for a socket in the file system.
fn split(address: &str) -> Option<(String, u16)> {
    if address.starts_with("unix:") {
        return None;
    }
    if let Ok(port) = address.parse() {
        return Some((String::new(), port));
    }
    match address.rsplit_once(':') {
        Some((host, port)) if host.ends_with(']') || !host.contains(':') => {
            Some((format!("{host}:"), port.parse().ok()?))
        }
        _ => Some((format!("{address}:"), 80)),
    }
}

impl Shadow {
    /// Makes the copy.
    pub fn of(files: &Files, main: &str, beside: &Beside) -> Self {
        let (tree, _) = files.tree(main);
        let mut making =
            Making { beside, edits: BTreeMap::new(), marks: Vec::new(), marked: BTreeMap::new(), paths: 0 };
        making.block(&tree, Within::Main, None);
        for (path, bytes) in files.iter() {
            making.includes(files, path, bytes);
        }
        let texts = files.iter().map(|(path, bytes)| {
            let edits = making.edits.remove(path).unwrap_or_default();
            (path.to_owned(), edited(bytes, edits))
        });
        Self { files: texts.collect(), marks: making.marks }
    }

    /// The mark of a block; none for what cannot be marked.
    pub fn mark(&self, config: &Config, block: Id) -> Option<usize> {
        let block = &config.blocks[block];
        self.marks.iter().position(|(file, start)| *file == block.at.file && *start == block.span.0)
    }

    /// The first block of a mark that stands in a server, or is it.
    pub fn block(&self, config: &Config, server: Option<Id>, mark: usize) -> Option<Id> {
        let (file, start) = self.marks.get(mark)?;
        (0..config.blocks.len()).find(|id| {
            let block = &config.blocks[*id];
            block.span.0 == *start
                && block.at.file == *file
                && server.is_none_or(|server| is_within(config, *id, server))
        })
    }

    /// A line of the copy's log.
    pub fn logged(line: &str) -> Option<Logged> {
        let mut words = line.splitn(3, ' ');
        let status = words.next()?.parse().ok()?;
        let marks = words.next()?.split(BETWEEN).filter(|m| !m.is_empty() && *m != "-");
        let marks = marks.map(|m| m.parse().ok()).collect::<Option<Vec<usize>>>()?;
        Some(Logged { status, marks, id: words.next()?.trim_end().to_owned() })
    }
}

fn is_within(config: &Config, id: Id, server: Id) -> bool {
    let mut at = Some(id);
    while let Some(here) = at {
        if here == server {
            return true;
        }
        at = config.blocks[here].parent;
    }
    false
}

/// The edits of a file: where one begins, where it ends, and what stands there instead.
type Edits = BTreeMap<(usize, usize), String>;

fn edited(bytes: &[u8], edits: Edits) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64 * edits.len());
    let mut at = 0;
    for ((start, end), text) in edits {
        if start < at || end > bytes.len() {
            continue;
        }
        out.extend_from_slice(&bytes[at..start]);
        out.extend_from_slice(text.as_bytes());
        // Every line of the original stays a line.
        out.extend(bytes[start..end].iter().filter(|b| **b == b'\n'));
        at = end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

struct Making<'a> {
    beside: &'a Beside,
    edits: BTreeMap<String, Edits>,
    marks: Vec<(String, usize)>,
    marked: BTreeMap<(String, usize), usize>,
    paths: usize,
}

/// Directives that name a directory that is written to.
const DIRECTORIES: &[&str] = &[
    "client_body_temp_path",
    "fastcgi_temp_path",
    "proxy_temp_path",
    "scgi_temp_path",
    "uwsgi_temp_path",
    "fastcgi_cache_path",
    "proxy_cache_path",
    "scgi_cache_path",
    "uwsgi_cache_path",
];

/// Directives that the copy is started with otherwise, or that would write where the original does.
const DROPPED: &[&str] =
    &["daemon", "master_process", "pid", "worker_processes", "worker_cpu_affinity", "lock_file", "log_subrequest"];

impl Making<'_> {
    fn edit(&mut self, file: &str, span: (usize, usize), text: String) {
        self.edits.entry(file.to_owned()).or_default().insert(span, text);
    }

    fn block(&mut self, tree: &[Directive], within: Within, of: Option<&Directive>) {
        if let Some(of) = of {
            let text = self.first(tree, within, of);
            self.edit(&of.at.file, (of.inside, of.inside), text);
        }
        let mut logs = 0;
        for directive in tree {
            if directive.name == "access_log" {
                logs += 1;
            }
            self.line(directive, within, logs);
            if let (Some(inside), Some(next)) = (&directive.block, within.enter(&directive.name)) {
                let is_marked = next != Within::Other && directive.name != "limit_except";
                self.block(inside, next, is_marked.then_some(directive));
            }
        }
    }

    /// What a block of the copy begins with.
    fn first(&mut self, tree: &[Directive], within: Within, of: &Directive) -> String {
        let has = |name: &str| tree.iter().any(|d| d.name == name);
        if within == Within::Http {
            let mut text = format!(" log_format {VARIABLE} '$status ${VARIABLE} $http_x_repot_id';");
            if !has("access_log") {
                text.push_str(&self.log());
            }
            if !has("uninitialized_variable_warn") {
                text.push_str(" uninitialized_variable_warn off;");
            }
            for name in DIRECTORIES.iter().filter(|n| n.ends_with("_temp_path") && !has(n)) {
                text.push_str(&format!(" {name} {}/{name};", self.beside.dir));
            }
            return text;
        }
        let next = self.marks.len();
        let place = (of.at.file.clone(), of.span.0);
        let mark = *self.marked.entry(place.clone()).or_insert(next);
        if mark == next {
            self.marks.push(place);
        }
        let mut text = format!(" set ${VARIABLE} \"${VARIABLE}{BETWEEN}{mark}\";");
        if within == Within::Server {
            text.push_str(&self.server(tree));
        }
        text
    }

    fn server(&self, tree: &[Directive]) -> String {
        let listens: Vec<Directive> = tree.iter().filter(|d| d.name == "listen").cloned().collect();
        let mut text = String::new();
        if listens.is_empty() {
            text.push_str(&format!(" listen {};", self.port(80)));
        }
        // Its redirects name no port where the original's do not.
        let is_usual = |listen: &Directive| {
            let port = listen.arg(0).and_then(|a| split(&a)).map_or(0, |(_, port)| port);
            let is_tls = (1..listen.args.len()).any(|n| listen.arg(n).as_deref() == Some("ssl"));
            port == if is_tls { 443 } else { 80 }
        };
        if listens.iter().all(is_usual) && !tree.iter().any(|d| d.name == "port_in_redirect") {
            text.push_str(" port_in_redirect off;");
        }
        text
    }

    fn port(&self, port: u16) -> u16 {
        self.beside.ports.get(&port).copied().unwrap_or(port)
    }

    fn log(&self) -> String {
        format!(" access_log {}/trace.log {VARIABLE};", self.beside.dir)
    }

    fn line(&mut self, directive: &Directive, within: Within, logs: usize) {
        let file = directive.at.file.as_str();
        let argument = |making: &mut Self, text: String| {
            if let Some(word) = directive.args.first() {
                making.edit(file, (word.start, word.end), text);
            }
        };
        match directive.name.as_str() {
            "error_log" => argument(self, format!("{}/error.log", self.beside.dir)),
            "access_log" if within == Within::Main || within == Within::Other || logs > 1 => {
                self.edit(file, directive.span, String::new());
            }
            "access_log" => {
                let text = self.log().trim_start().to_owned();
                // A line that stands second elsewhere stays dropped.
                self.edits.entry(file.to_owned()).or_default().entry(directive.span).or_insert(text);
            }
            "listen" if matches!(within, Within::Server | Within::Other) => {
                let address = directive.arg(0).unwrap_or_default();
                let text = match split(&address) {
                    Some((host, port)) => format!("{host}{}", self.port(port)),
                    None => {
                        self.paths += 1;
                        format!("unix:{}/socket-{}", self.beside.dir, self.paths)
                    }
                };
                argument(self, text);
            }
            name if DIRECTORIES.contains(&name) => {
                self.paths += 1;
                let kind = name.trim_end_matches("_path");
                argument(self, format!("{}/{kind}-{}", self.beside.dir, self.paths));
            }
            name if DROPPED.contains(&name) && directive.block.is_none() => {
                self.edit(file, directive.span, String::new());
            }
            _ => {}
        }
    }

    /// Absolute includes of files that were copied lead to the copies; relative ones do so by themselves.
    fn includes(&mut self, files: &Files, path: &str, bytes: &[u8]) {
        let mut lexer = Lexer::new(bytes);
        // What is broken ends the reading; nginx will say so too.
        while let Ok((words, ended)) = lexer.directive() {
            let name = words.first().map(Word::text).unwrap_or_default();
            match ended {
                Ended::File => break,
                Ended::Block if name.ends_with("_by_lua_block") => {
                    if lexer.lua().is_err() {
                        break;
                    }
                }
                Ended::Directive if name == "include" => {
                    let Some(word) = words.get(1) else { continue };
                    let wanted = word.text();
                    let is_copied = files.iter().any(|(path, _)| path == wanted || covers(&wanted, path));
                    if wanted.starts_with('/') && is_copied {
                        self.edit(path, (word.start, word.end), format!("\"{}{wanted}\"", self.beside.dir));
                    }
                }
                Ended::Directive | Ended::Block | Ended::Close => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "\
user www-data; pid /run/nginx.pid; worker_processes
 auto;
http {
  include /n/sites/*; include mime.types;
  map $a $b { listen 1; }
  server { listen 443 ssl; access_log off; access_log /x y;
    location /a { if ($b) { return 404; } limit_except GET { deny all; } }
  }
}
stream { access_log /s; server { listen 53 udp; } }
";

    fn shadow() -> (Files, Shadow) {
        let mut files = Files::default();
        files.add("/n/nginx.conf", MAIN);
        files.add("/n/sites/a", "server { location / { } }\nserver { listen [::]:81; listen unix:/run/x; }");
        let ports = ports(&files, "/n/nginx.conf");
        assert_eq!(ports.iter().copied().collect::<Vec<_>>(), [53, 80, 81, 443]);
        let ports = ports.into_iter().zip(9000..).collect();
        let made = Shadow::of(&files, "/n/nginx.conf", &Beside { dir: "/t".into(), ports });
        (files, made)
    }

    #[test]
    fn every_block_adds_its_mark_and_nothing_of_the_original_is_touched() {
        let (files, made) = shadow();
        let text = |path: &str| String::from_utf8(made.files[path].clone()).unwrap();
        let main = text("/n/nginx.conf");
        assert_eq!(main.lines().count(), MAIN.lines().count());
        for part in [
            "user www-data;  ",
            "include \"/t/n/sites/*\"; include mime.types;",
            "map $a $b { listen 1; }",
            "server { set $repot_trace \"$repot_trace.3\"; port_in_redirect off; listen 9003 ssl; access_log /t/trace.log \
             repot_trace; \n",
            "location /a { set $repot_trace \"$repot_trace.4\"; if ($b) { set $repot_trace \"$repot_trace.5\"; return",
            "limit_except GET { deny all; }",
            "stream {  server { listen 9000 udp; } }",
        ] {
            assert!(main.contains(part), "{part}: {main}");
        }
        assert!(!main.contains("pid") && !main.contains("auto"), "{main}");
        let site = text("/n/sites/a");
        assert!(site.contains("server { set $repot_trace \"$repot_trace.0\"; listen 9001; port_in_redirect off;"));
        assert!(site.contains("listen [::]:9002; listen unix:/t/socket-1;"), "{site}");
        let config = Config::read(&files, "/n/nginx.conf");
        for (id, block) in config.blocks.iter().enumerate() {
            if let Some(mark) = made.mark(&config, id) {
                assert_eq!(made.block(&config, None, mark), Some(id), "{:?}", block.at);
            }
        }
        assert_eq!(made.marks.len(), 6);
    }

    #[test]
    fn a_line_of_the_log_is_read() {
        let logged = Shadow::logged("200 .3.4.4 1-a b").unwrap();
        assert_eq!(logged, Logged { status: 200, marks: vec![3, 4, 4], id: "1-a b".into() });
        assert_eq!(Shadow::logged("400 - -").unwrap().marks, []);
        assert!(Shadow::logged("GET / HTTP").is_none());
    }
}
