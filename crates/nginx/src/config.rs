//! What the directives mean for finding an answer: servers, locations and `if` blocks, each with its place, what it
//! inherits and what it does itself.

use crate::lexer::Word;
use crate::listen::{self, Listen};
use crate::tree::{At, Directive, Files, Problem};
use serving::pattern::Pattern;

pub use serving::request::Id;

/// A configuration.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Every block that matters, outer ones before inner ones.
    pub blocks: Vec<Block>,
    /// The servers of HTTP.
    pub servers: Vec<Id>,
    /// `map` blocks.
    pub maps: Vec<Map>,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
}

/// A block.
#[derive(Debug, Clone)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// The block it stands in.
    pub parent: Option<Id>,
    /// Where it begins.
    pub at: At,
    /// The line it ends on.
    pub last_line: u32,
    /// Its bytes in the file.
    pub span: (usize, usize),
    /// Where its inside begins in the file's bytes.
    pub inside: usize,
    /// What stands in it, in order.
    pub items: Vec<Item>,
}

/// What stands in a block.
#[derive(Debug, Clone)]
pub enum Item {
    /// A directive without a block.
    Line(Line),
    /// A block.
    Block(Id),
}

/// A directive without a block.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub args: Vec<Word>,
    /// Where it stands.
    pub at: At,
    /// Its bytes in the file.
    pub span: (usize, usize),
    /// Its expression, compiled once, where it has one.
    pub pattern: Option<Pattern>,
}

impl Line {
    /// An argument as text.
    pub fn arg(&self, number: usize) -> Option<String> {
        self.args.get(number).map(Word::text)
    }

    /// The arguments as texts.
    pub fn texts(&self) -> Vec<String> {
        self.args.iter().map(Word::text).collect()
    }
}

/// What a block is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// The file as a whole.
    Main,
    /// `http`.
    Http,
    /// `server`.
    Server(Server),
    /// `location`.
    Location(Location),
    /// `if`.
    If(Condition),
    /// `limit_except`.
    LimitExcept(Vec<String>),
}

/// A server's own.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// Where it listens.
    pub listens: Vec<Listen>,
    /// Its names, in order.
    pub names: Vec<String>,
}

/// A location's own.
#[derive(Debug, Clone)]
pub struct Location {
    /// How its name is compared.
    pub how: How,
    /// Its name, as it is compared.
    pub name: Vec<u8>,
    /// Its expression, compiled.
    pub pattern: Option<Pattern>,
}

/// How a location's name is compared with the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// `=`
    Exact,
    /// Nothing before the name.
    Prefix,
    /// `^~`
    PrefixOnly,
    /// `~`
    Regex,
    /// `~*`
    RegexNoCase,
    /// `@`
    Named,
}

impl How {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            How::Exact => "= ",
            How::Prefix | How::Named => "",
            How::PrefixOnly => "^~ ",
            How::Regex => "~ ",
            How::RegexNoCase => "~* ",
        }
    }
}

/// The condition of an `if`.
#[derive(Debug, Clone)]
pub struct Condition {
    /// As it is written, without the parentheses.
    pub text: String,
    /// What it compares.
    pub left: String,
    /// `=`, `!=`, `~`, `~*`, `!~`, `!~*`, `-f` and so on; empty for a variable alone.
    pub sign: String,
    /// With what.
    pub right: String,
    /// The expression, compiled.
    pub pattern: Option<Pattern>,
}

/// A `map` block.
#[derive(Debug, Clone)]
pub struct Map {
    /// What it is looked up by.
    pub source: String,
    /// The variable it sets, without `$`.
    pub variable: String,
    /// Its lines: what is compared, and the value.
    pub lines: Vec<(String, String, Option<Pattern>)>,
    /// Whether `hostnames` stands in it.
    pub has_hostnames: bool,
}

impl Config {
    /// Reads a configuration. What cannot be understood is among its problems.
    pub fn read(files: &Files, main: &str) -> Self {
        let (tree, problems) = files.tree(main);
        let mut config = Self { problems, ..Self::default() };
        let whole = config.add(Kind::Main, None, &root(main));
        config.fill(whole, &tree);
        config
    }

    fn add(&mut self, kind: Kind, parent: Option<Id>, directive: &Directive) -> Id {
        self.blocks.push(Block {
            kind,
            parent,
            at: directive.at.clone(),
            last_line: directive.last_line,
            span: directive.span,
            inside: directive.inside,
            items: Vec::new(),
        });
        self.blocks.len() - 1
    }

    fn fill(&mut self, id: Id, tree: &[Directive]) {
        for directive in tree {
            let item = match &directive.block {
                Some(inside) => self.block(id, directive, inside).map(Item::Block),
                None => Some(Item::Line(self.line(directive))),
            };
            self.blocks[id].items.extend(item);
        }
    }

    fn block(&mut self, parent: Id, directive: &Directive, inside: &[Directive]) -> Option<Id> {
        let kind = match (directive.name.as_str(), &self.blocks[parent].kind) {
            ("http", Kind::Main) => Kind::Http,
            ("server", Kind::Http) => Kind::Server(server(inside)),
            ("location", Kind::Server(_) | Kind::Location(_)) => Kind::Location(self.location(directive)?),
            ("if", Kind::Server(_) | Kind::Location(_)) => Kind::If(self.condition(directive)),
            ("limit_except", Kind::Location(_)) => {
                Kind::LimitExcept(directive.args.iter().map(|a| a.text().to_ascii_uppercase()).collect())
            }
            ("map", Kind::Http) => {
                let map = self.map(directive, inside)?;
                self.maps.push(map);
                return None;
            }
            _ => return None,
        };
        let is_server = matches!(kind, Kind::Server(_));
        let id = self.add(kind, Some(parent), directive);
        if is_server {
            self.servers.push(id);
        }
        self.fill(id, inside);
        Some(id)
    }

    fn problem(&mut self, at: &At, what: impl Into<String>) {
        self.problems.push(Problem { at: at.clone(), what: what.into() });
    }

    fn compiled(&mut self, at: &At, source: &str, ignores_case: bool) -> Option<Pattern> {
        match Pattern::new(source, ignores_case) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.problem(at, format!("the expression {source}: {error}"));
                None
            }
        }
    }

    fn line(&mut self, directive: &Directive) -> Line {
        let pattern = match directive.name.as_str() {
            "rewrite" => directive.arg(0).and_then(|source| self.compiled(&directive.at, &source, false)),
            _ => None,
        };
        Line {
            name: directive.name.clone(),
            args: directive.args.clone(),
            at: directive.at.clone(),
            span: directive.span,
            pattern,
        }
    }

    fn location(&mut self, directive: &Directive) -> Option<Location> {
        let first = directive.arg(0)?;
        let (how, name) = match directive.arg(1) {
            Some(name) => (written(&first)?, name),
            None => glued(&first),
        };
        let pattern = match how {
            How::Regex => self.compiled(&directive.at, &name, false),
            How::RegexNoCase => self.compiled(&directive.at, &name, true),
            How::Exact | How::Prefix | How::PrefixOnly | How::Named => None,
        };
        Some(Location { how, name: name.into_bytes(), pattern })
    }

    fn condition(&mut self, directive: &Directive) -> Condition {
        let mut words: Vec<String> = directive.args.iter().map(Word::text).collect();
        if let Some(first) = words.first_mut() {
            *first = first.strip_prefix('(').unwrap_or(first).to_owned();
        }
        if let Some(last) = words.last_mut() {
            *last = last.strip_suffix(')').unwrap_or(last).to_owned();
        }
        words.retain(|w| !w.is_empty());
        let text = words.join(" ");
        let (left, sign, right) = match words.as_slice() {
            [left] => (left.clone(), String::new(), String::new()),
            [sign, path] if sign.starts_with(['-', '!']) => (path.clone(), sign.clone(), String::new()),
            [left, sign] => (left.clone(), sign.clone(), String::new()),
            [left, sign, right @ ..] => (left.clone(), sign.clone(), right.join(" ")),
            [] => (String::new(), String::new(), String::new()),
        };
        let pattern = match sign.as_str() {
            "~" | "!~" => self.compiled(&directive.at, &right, false),
            "~*" | "!~*" => self.compiled(&directive.at, &right, true),
            _ => None,
        };
        Condition { text, left, sign, right, pattern }
    }

    fn map(&mut self, directive: &Directive, inside: &[Directive]) -> Option<Map> {
        let source = directive.arg(0)?;
        let variable = directive.arg(1)?.trim_start_matches('$').to_owned();
        let mut lines = Vec::new();
        let mut has_hostnames = false;
        for line in inside {
            match line.args.as_slice() {
                [] => has_hostnames |= line.name == "hostnames",
                [value, ..] => {
                    let pattern = match (line.name.strip_prefix("~*"), line.name.strip_prefix('~')) {
                        (Some(source), _) => self.compiled(&line.at, source, true),
                        (None, Some(source)) => self.compiled(&line.at, source, false),
                        (None, None) => None,
                    };
                    lines.push((line.name.clone(), value.text(), pattern));
                }
            }
        }
        Some(Map { source, variable, lines, has_hostnames })
    }

    /// The lines of a block itself.
    pub fn lines(&self, id: Id) -> impl DoubleEndedIterator<Item = &Line> {
        self.blocks[id].items.iter().filter_map(|item| match item {
            Item::Line(line) => Some(line),
            Item::Block(_) => None,
        })
    }

    /// The blocks inside a block itself.
    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        self.blocks[id].items.iter().filter_map(|item| match item {
            Item::Block(id) => Some(*id),
            Item::Line(_) => None,
        })
    }

    /// The lines of a name that hold in a block: its own, or those of the nearest block around it that has any.
    pub fn held<'a>(&'a self, id: Id, name: &'a str) -> Vec<&'a Line> {
        let mut at = Some(id);
        while let Some(here) = at {
            let own: Vec<&Line> = self.lines(here).filter(|l| l.name == name).collect();
            if !own.is_empty() {
                return own;
            }
            at = self.blocks[here].parent;
        }
        Vec::new()
    }

    /// The last word of the line of a name that holds in a block.
    pub fn value(&self, id: Id, name: &str) -> Option<String> {
        self.held(id, name).last().and_then(|l| l.arg(0))
    }

    /// The server a block stands in.
    pub fn server_of(&self, id: Id) -> Option<Id> {
        let mut at = id;
        loop {
            if matches!(self.blocks[at].kind, Kind::Server(_)) {
                return Some(at);
            }
            at = self.blocks[at].parent?;
        }
    }

    /// What a server is, if the block is one.
    pub fn server(&self, id: Id) -> Option<&Server> {
        match &self.blocks[id].kind {
            Kind::Server(server) => Some(server),
            Kind::Main | Kind::Http | Kind::Location(_) | Kind::If(_) | Kind::LimitExcept(_) => None,
        }
    }

    /// What a location is, if the block is one.
    pub fn location_of(&self, id: Id) -> Option<&Location> {
        match &self.blocks[id].kind {
            Kind::Location(location) => Some(location),
            Kind::Main | Kind::Http | Kind::Server(_) | Kind::If(_) | Kind::LimitExcept(_) => None,
        }
    }

    /// A block as people name it: `location = /login`, `if ($arg_x)`, `server chat.example.test`.
    pub fn name(&self, id: Id) -> String {
        match &self.blocks[id].kind {
            Kind::Main => "main".to_owned(),
            Kind::Http => "http".to_owned(),
            Kind::Server(server) => {
                let names: Vec<&str> = server.names.iter().map(String::as_str).filter(|n| !n.is_empty()).collect();
                if names.is_empty() { "server".to_owned() } else { format!("server {}", names.join(" ")) }
            }
            Kind::Location(location) => {
                format!("location {}{}", location.how.sign(), String::from_utf8_lossy(&location.name))
            }
            Kind::If(condition) => format!("if ({})", condition.text),
            Kind::LimitExcept(methods) => format!("limit_except {}", methods.join(" ")),
        }
    }

    /// Servers, locations and `if` blocks, in order.
    pub fn sites(&self) -> impl Iterator<Item = Id> {
        self.blocks.iter().enumerate().filter_map(|(id, block)| match block.kind {
            Kind::Server(_) | Kind::Location(_) | Kind::If(_) => Some(id),
            Kind::Main | Kind::Http | Kind::LimitExcept(_) => None,
        })
    }
}

fn root(main: &str) -> Directive {
    Directive {
        name: String::new(),
        args: Vec::new(),
        block: None,
        at: At { file: main.to_owned(), line: 1 },
        last_line: 0,
        span: (0, 0),
        inside: 0,
    }
}

fn server(inside: &[Directive]) -> Server {
    let listens = inside.iter().filter(|d| d.name == "listen").filter_map(listen::read).collect();
    let names = inside.iter().filter(|d| d.name == "server_name").flat_map(|d| d.args.iter().map(Word::text));
    let mut server = Server { listens, names: names.collect() };
    if server.listens.is_empty() {
        server.listens.push(listen::usual());
    }
    if server.names.is_empty() {
        server.names.push(String::new());
    }
    server
}

fn written(sign: &str) -> Option<How> {
    match sign {
        "=" => Some(How::Exact),
        "^~" => Some(How::PrefixOnly),
        "~" => Some(How::Regex),
        "~*" => Some(How::RegexNoCase),
        _ => None,
    }
}

/// `=/x`, `^~/x`, `~*\.png$`: the sign may stand at the name itself.
fn glued(word: &str) -> (How, String) {
    for (sign, how) in [("=", How::Exact), ("^~", How::PrefixOnly), ("~*", How::RegexNoCase), ("~", How::Regex)] {
        if let Some(name) = word.strip_prefix(sign) {
            return (how, name.to_owned());
        }
    }
    if word.starts_with('@') { (How::Named, word.to_owned()) } else { (How::Prefix, word.to_owned()) }
}
