//! The variables of a request, as far as they can be known before it is made. An unknown one makes all unknown that it
//! is part of.

use crate::config::{Condition, Config, Id, Map};
use serving::pattern::Captured;
use serving::request::{Asked, Seen, World};
use std::collections::HashMap;

/// How deep maps are looked up in maps.
const DEEPEST: usize = 10;

/// The variables at a moment.
pub(crate) struct Variables<'a> {
    pub(crate) config: &'a Config,
    pub(crate) asked: &'a Asked,
    pub(crate) world: &'a dyn World,
    /// The Host as names are compared with it.
    pub(crate) host: Vec<u8>,
    /// The path at the moment.
    pub(crate) path: Vec<u8>,
    /// The query at the moment.
    pub(crate) args: Vec<u8>,
    /// The server.
    pub(crate) server: Id,
    /// The block whose settings hold.
    pub(crate) block: Id,
    /// `set` variables and named groups; none for a value that is not known.
    pub(crate) set: HashMap<String, Option<Vec<u8>>>,
    /// `$1` and so on.
    pub(crate) groups: Vec<Vec<u8>>,
}

impl Variables<'_> {
    /// Takes in what an expression captured.
    pub(crate) fn captured(&mut self, captured: Captured) {
        self.groups = captured.groups;
        self.set.extend(captured.named.into_iter().map(|(name, value)| (name, Some(value))));
    }

    /// A text with its variables put in.
    pub(crate) fn text(&self, text: &str) -> Option<Vec<u8>> {
        self.text_in(text, 0)
    }

    fn text_in(&self, text: &str, depth: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.extend_from_slice(&rest.as_bytes()[..at]);
            rest = &rest[at + 1..];
            let (name, after) = match rest.strip_prefix('{').and_then(|r| r.split_once('}')) {
                Some(split) => split,
                None => rest.split_at(name_length(rest)),
            };
            if name.is_empty() {
                out.push(b'$');
                continue;
            }
            out.extend(self.variable(name, depth)?);
            rest = after;
        }
        out.extend_from_slice(rest.as_bytes());
        Some(out)
    }

    fn variable(&self, name: &str, depth: usize) -> Option<Vec<u8>> {
        if let Some(value) = self.set.get(name) {
            return value.clone();
        }
        if let Ok(number) = name.parse::<usize>() {
            return Some(self.groups.get(number).cloned().unwrap_or_default());
        }
        if let Some(map) = self.config.maps.iter().rfind(|m| m.variable == name) {
            return if depth < DEEPEST { self.mapped(map, depth + 1) } else { None };
        }
        let known = |bytes: &[u8]| Some(bytes.to_vec());
        match name {
            "uri" | "document_uri" => known(&self.path),
            "args" | "query_string" => known(&self.args),
            "is_args" => known(if self.args.is_empty() { b"" } else { b"?" }),
            "request_uri" => known(&self.asked.target),
            "request_method" => known(self.asked.method.as_bytes()),
            "scheme" => known(if self.asked.is_tls { b"https" } else { b"http" }),
            "https" => known(if self.asked.is_tls { b"on" } else { b"" }),
            "host" => known(&self.host),
            "http_host" => known(&self.asked.host),
            "server_port" => known(self.asked.port.to_string().as_bytes()),
            "server_name" => known(self.config.server(self.server)?.names.first()?.as_bytes()),
            "document_root" => self.root().map(|r| r.directory),
            "request_filename" => self.file(&self.path),
            "content_type" => self.field("content-type"),
            "content_length" => self.field("content-length"),
            name => self.prefixed(name),
        }
    }

    /// `$http_…`, `$arg_…` and `$cookie_…`.
    fn prefixed(&self, name: &str) -> Option<Vec<u8>> {
        if let Some(field) = name.strip_prefix("http_") {
            return self.field(&field.replace('_', "-"));
        }
        if let Some(wanted) = name.strip_prefix("arg_") {
            let pairs = self.args.split(|b| *b == b'&').map(|pair| String::from_utf8_lossy(pair).into_owned());
            let found = pairs.filter_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                name.eq_ignore_ascii_case(wanted).then(|| value.as_bytes().to_vec())
            });
            return Some(found.into_iter().next().unwrap_or_default());
        }
        if let Some(wanted) = name.strip_prefix("cookie_") {
            let all = String::from_utf8_lossy(&self.field("cookie")?).into_owned();
            let mut pairs = all.split(';').filter_map(|pair| pair.trim().split_once('='));
            let found = pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            return Some(found.map_or_else(Vec::new, |(_, value)| value.as_bytes().to_vec()));
        }
        None
    }

    /// A field of the request; empty where it has none.
    fn field(&self, name: &str) -> Option<Vec<u8>> {
        Some(self.asked.header(name)?.unwrap_or_default().as_bytes().to_vec())
    }

    fn mapped(&self, map: &Map, depth: usize) -> Option<Vec<u8>> {
        let source = self.text_in(&map.source, depth)?;
        let text = String::from_utf8_lossy(&source).to_lowercase();
        let plain = map.lines.iter().filter(|(_, _, pattern)| pattern.is_none());
        let named = |name: &str| name.strip_prefix('\\').unwrap_or(name).to_lowercase();
        let mut exact = plain.clone().filter(|(name, _, _)| name != "default" && named(name) == text);
        let wildcard = || plain.clone().find(|(name, _, _)| map.has_hostnames && hostname_covers(name, &text));
        let expression =
            || map.lines.iter().find(|(_, _, pattern)| pattern.as_ref().is_some_and(|p| p.matches(&source)));
        let default = || map.lines.iter().find(|(name, _, _)| name == "default");
        let found = exact.next().or_else(wildcard).or_else(expression).or_else(default);
        found.map_or_else(|| Some(Vec::new()), |(_, value, _)| self.text_in(value, depth))
    }

    /// Whether a condition holds, and what it captured; none where that cannot be known.
    pub(crate) fn holds(&self, condition: &Condition) -> Option<(bool, Option<Captured>)> {
        let left = self.text(&condition.left)?;
        let plain = |is: bool| Some((is, None));
        match condition.sign.as_str() {
            "" => plain(!left.is_empty() && left != b"0"),
            "=" => plain(left == self.text(&condition.right)?),
            "!=" => plain(left != self.text(&condition.right)?),
            "~" | "~*" => {
                let captured = condition.pattern.as_ref()?.captures(&left);
                Some((captured.is_some(), captured))
            }
            "!~" | "!~*" => plain(!condition.pattern.as_ref()?.matches(&left)),
            sign => {
                let (is_wanted, test) = sign.strip_prefix('!').map_or((true, sign), |test| (false, test));
                let seen = self.world.seen(&String::from_utf8_lossy(&left));
                let is = match (test, seen) {
                    (_, Seen::Unknown) => return None,
                    ("-f", seen) => seen == Seen::File,
                    ("-d", seen) => seen == Seen::Directory,
                    ("-e", seen) => seen != Seen::Nothing,
                    _ => return None,
                };
                plain(is == is_wanted)
            }
        }
    }

    /// The file that a path is mapped to.
    pub(crate) fn file(&self, path: &[u8]) -> Option<Vec<u8>> {
        let root = self.root()?;
        let rest = match root.replaces {
            Replaces::Nothing => path,
            Replaces::First(length) => path.get(length..).unwrap_or_default(),
            Replaces::All => &[],
        };
        Some([root.directory.as_slice(), rest].concat())
    }

    /// The nearest `root` or `alias`.
    pub(crate) fn root(&self) -> Option<Root> {
        let mut at = Some(self.block);
        while let Some(here) = at {
            let line = self.config.lines(here).rev().find(|l| l.name == "root" || l.name == "alias");
            if let Some(line) = line {
                let directory = absolute(self.text(&line.arg(0)?)?);
                let replaces = if line.name == "root" { Replaces::Nothing } else { self.replaced(here) };
                return Some(Root { directory, replaces });
            }
            at = self.config.blocks[here].parent;
        }
        Some(Root { directory: absolute(b"html".to_vec()), replaces: Replaces::Nothing })
    }

    /// What an alias in a block stands for.
    fn replaced(&self, block: Id) -> Replaces {
        let mut at = Some(block);
        while let Some(here) = at {
            if let Some(location) = self.config.location_of(here) {
                return if location.pattern.is_some() { Replaces::All } else { Replaces::First(location.name.len()) };
            }
            at = self.config.blocks[here].parent;
        }
        Replaces::Nothing
    }
}

/// A directory that answers come from.
pub(crate) struct Root {
    pub(crate) directory: Vec<u8>,
    pub(crate) replaces: Replaces,
}

/// What part of the path a directory stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaces {
    Nothing,
    First(usize),
    All,
}

/// nginx's own directory, where a path is not absolute.
fn absolute(path: Vec<u8>) -> Vec<u8> {
    if path.first() == Some(&b'/') { path } else { [b"/usr/share/nginx/".as_slice(), &path].concat() }
}

fn name_length(text: &str) -> usize {
    let first = text.chars().next();
    if first.is_some_and(|c| c.is_ascii_digit()) {
        return 1;
    }
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn hostname_covers(name: &str, host: &str) -> bool {
    let name = name.to_lowercase();
    if let Some(end) = name.strip_prefix("*.") {
        return host.strip_suffix(end).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'));
    }
    if let Some(end) = name.strip_prefix('.') {
        return host == end || host.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
    }
    name.strip_suffix('*').is_some_and(|begin| begin.ends_with('.') && host.starts_with(begin))
}
