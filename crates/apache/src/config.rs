//! What the directives mean for finding an answer: virtual hosts and sections, each with its place.

use crate::location::Takes;
use crate::tree::{At, Directive, Files, Problem};
use serving::pattern::Pattern;
use std::net::IpAddr;

pub use serving::request::Id;

/// A configuration.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Every block that matters, outer ones before inner ones; the first is the server outside of virtual hosts.
    pub blocks: Vec<Block>,
    /// The virtual hosts, in order.
    pub hosts: Vec<Id>,
    /// Where it listens.
    pub listens: Vec<Listen>,
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
    /// The directives in it itself.
    pub lines: Vec<Directive>,
    /// The blocks in it itself.
    pub inside: Vec<Id>,
}

/// What a block is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// What stands in no virtual host.
    Main(Host),
    /// `<VirtualHost>`
    Host(Host),
    /// `<Location>` and `<LocationMatch>`
    Location(String, Takes),
    /// `<Directory>`, `<Files>`, `<If>`, `<Proxy>` and the like: what they take depends on more than the path.
    Other(String),
}

/// A server's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// The addresses it is for.
    pub addresses: Vec<Address>,
    /// `ServerName`, without scheme and port.
    pub name: Option<String>,
    /// `ServerAlias`
    pub aliases: Vec<String>,
    /// Whether TLS is spoken.
    pub is_tls: bool,
}

/// An address of a `<VirtualHost>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address; none for any.
    pub ip: Option<IpAddr>,
    /// The port; none for any.
    pub port: Option<u16>,
    /// Whether it is an address, and not a name that only the host can turn into one.
    pub is_known: bool,
}

/// A `Listen`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// The address; none for any.
    pub ip: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// Whether it says that TLS is spoken.
    pub is_tls: bool,
}

/// Sections that are told, whose requests only tracing tells.
const OTHERS: &[&str] =
    &["directory", "directorymatch", "else", "elseif", "files", "filesmatch", "if", "proxy", "proxymatch"];

impl Config {
    /// Reads a configuration. What cannot be understood is among its problems.
    pub fn read(files: &Files, main: &str) -> Self {
        let (tree, problems) = files.tree(main);
        let mut config = Self { problems, ..Self::default() };
        let host = Host { is_tls: speaks_tls(&tree), ..named(&tree) };
        config.blocks.push(Block {
            kind: Kind::Main(host),
            parent: None,
            at: At { file: main.to_owned(), line: 1 },
            last_line: 1,
            lines: Vec::new(),
            inside: Vec::new(),
        });
        config.fill(0, &tree);
        config
    }

    fn fill(&mut self, id: Id, tree: &[Directive]) {
        for directive in tree {
            match &directive.block {
                Some(inside) => self.block(id, directive, inside),
                None => {
                    if directive.name == "listen" {
                        self.listen(directive);
                    }
                    self.blocks[id].lines.push(directive.clone());
                }
            }
        }
    }

    fn block(&mut self, parent: Id, directive: &Directive, inside: &[Directive]) {
        let kind = match (directive.name.as_str(), &self.blocks[parent].kind) {
            ("virtualhost", Kind::Main(_)) => Kind::Host(Host {
                addresses: directive.args.iter().map(|word| address(word)).collect(),
                is_tls: speaks_tls(inside),
                ..named(inside)
            }),
            ("location" | "locationmatch", Kind::Main(_) | Kind::Host(_)) => match self.takes(directive) {
                Some((shown, takes)) => Kind::Location(shown, takes),
                None => return,
            },
            (name, _) if OTHERS.contains(&name) => Kind::Other(written(directive)),
            // `<Limit>`, `<RequireAll>` and the like: what is in them belongs to what is around them.
            _ => return self.fill(parent, inside),
        };
        let is_host = matches!(kind, Kind::Host(_));
        let id = self.blocks.len();
        self.blocks.push(Block {
            kind,
            parent: Some(parent),
            at: directive.at.clone(),
            last_line: directive.last_line,
            lines: Vec::new(),
            inside: Vec::new(),
        });
        self.blocks[parent].inside.push(id);
        if is_host {
            self.hosts.push(id);
        }
        self.fill(id, inside);
    }

    fn takes(&mut self, directive: &Directive) -> Option<(String, Takes)> {
        let (is_regex, word) = match directive.args.as_slice() {
            [sign, word, ..] if sign == "~" => (true, word),
            [word, ..] => (directive.name == "locationmatch", word),
            [] => return None,
        };
        let takes = if is_regex {
            let pattern = Pattern::new(word, false);
            if let Err(error) = &pattern {
                let what = format!("the expression {word}: {error}");
                self.problems.push(Problem { at: directive.at.clone(), what });
            }
            Takes::Regex(word.clone(), pattern.ok())
        } else if word.contains(['*', '?', '[']) {
            Takes::Glob(word.clone())
        } else {
            Takes::Path(word.clone())
        };
        Some((written(directive), takes))
    }

    fn listen(&mut self, directive: &Directive) {
        let Some(word) = directive.args.first() else { return };
        let found = address(word);
        // A port alone is any address.
        let (ip, port) = match word.parse::<u16>() {
            Ok(port) => (None, Some(port)),
            Err(_) => (found.ip, found.port),
        };
        let protocol = directive.args.get(1).map(|p| p.eq_ignore_ascii_case("https"));
        if let Some(port) = port {
            self.listens.push(Listen { ip, port, is_tls: protocol.unwrap_or(port == 443) });
        }
    }

    /// What a server is, if the block is one.
    pub fn host(&self, id: Id) -> Option<&Host> {
        match &self.blocks.get(id)?.kind {
            Kind::Main(host) | Kind::Host(host) => Some(host),
            Kind::Location(..) | Kind::Other(_) => None,
        }
    }

    /// The name that virtual hosts without one have.
    pub(crate) fn main_name(&self) -> Option<&str> {
        self.host(0)?.name.as_deref()
    }

    /// The server a block stands in.
    pub fn server_of(&self, id: Id) -> Id {
        let mut at = id;
        while self.host(at).is_none() {
            at = self.blocks[at].parent.unwrap_or(0);
        }
        at
    }

    /// The last line of a name that holds for a server: its own, or that of the main server.
    pub fn held(&self, id: Id, name: &str) -> Option<&Directive> {
        let own = |id: Id| self.blocks.get(id)?.lines.iter().rfind(|d| d.name == name);
        own(id).or_else(|| own(0))
    }

    /// A block as people name it.
    pub fn name(&self, id: Id) -> String {
        match &self.blocks[id].kind {
            Kind::Main(_) => "server outside of virtual hosts".to_owned(),
            Kind::Host(host) => {
                let names: Vec<&str> = host.name.iter().chain(&host.aliases).map(String::as_str).collect();
                if names.is_empty() { "virtual host".to_owned() } else { format!("virtual host {}", names.join(" ")) }
            }
            Kind::Location(shown, _) | Kind::Other(shown) => shown.clone(),
        }
    }

    /// A block with its place.
    pub fn shown(&self, id: Id) -> String {
        let at = &self.blocks[id].at;
        format!("{} ({}:{})", self.name(id), at.file, at.line)
    }
}

/// A section as people write it.
fn written(section: &Directive) -> String {
    let name = match section.name.as_str() {
        "location" => "Location",
        "locationmatch" => "LocationMatch",
        "directory" => "Directory",
        "directorymatch" => "DirectoryMatch",
        "files" => "Files",
        "filesmatch" => "FilesMatch",
        "if" => "If",
        "elseif" => "ElseIf",
        "else" => "Else",
        "proxy" => "Proxy",
        "proxymatch" => "ProxyMatch",
        other => other,
    };
    format!("<{name} {}", section.text).trim_end().to_owned() + ">"
}

/// The names that the lines of a server give it.
fn named(lines: &[Directive]) -> Host {
    let of = |name: &'static str| lines.iter().filter(move |d| d.name == name && d.block.is_none());
    let name = of("servername").next_back().and_then(|d| d.args.first()).map(|name| {
        let name = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest);
        name.split(':').next().unwrap_or_default().to_owned()
    });
    let aliases = of("serveralias").flat_map(|d| d.args.iter().cloned()).collect();
    Host { addresses: Vec::new(), name, aliases, is_tls: false }
}

fn speaks_tls(lines: &[Directive]) -> bool {
    let engine = lines.iter().rfind(|d| d.name == "sslengine" && d.block.is_none());
    engine.and_then(|d| d.args.first()).is_some_and(|word| word.eq_ignore_ascii_case("on"))
}

/// `*:80`, `_default_:*`, `10.0.0.1`, `[::1]:443`.
fn address(word: &str) -> Address {
    let (host, port) = match word.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, after)) => (host, after.strip_prefix(':')),
        None => word.rsplit_once(':').map_or((word, None), |(host, port)| (host, Some(port))),
    };
    let port = port.and_then(|port| port.parse().ok()).filter(|port| *port > 0);
    if host == "*" || host.eq_ignore_ascii_case("_default_") {
        return Address { ip: None, port, is_known: true };
    }
    let ip: Option<IpAddr> = host.parse().ok();
    let is_any = ip.is_some_and(|ip| ip.is_unspecified());
    Address { ip: ip.filter(|_| !is_any), port, is_known: ip.is_some() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_sections_are_read() {
        let mut files = Files::default();
        files.add(
            "/etc/apache2/apache2.conf",
            "Listen 80\nListen [::1]:8443 https\nServerName main.test\n<Location /status>\n</Location>\n\
             <VirtualHost *:80 10.0.0.1:*>\nServerName http://a.test:80\nServerAlias *.a.test b.test\nSSLEngine on\n\
             <LocationMatch \"^/x\">\n<Limit GET>\nRequire all denied\n</Limit>\n</LocationMatch>\n<Directory /var/www>\n</Directory>\n</VirtualHost>\n",
        );
        let config = Config::read(&files, "/etc/apache2/apache2.conf");
        let names: Vec<String> = (0..config.blocks.len()).map(|id| config.shown(id)).collect();
        let at = |text: &str, line: u32| format!("{text} (/etc/apache2/apache2.conf:{line})");
        assert_eq!(
            names,
            [
                at("server outside of virtual hosts", 1),
                at("<Location /status>", 4),
                at("virtual host a.test *.a.test b.test", 6),
                at("<LocationMatch \"^/x\">", 10),
                at("<Directory /var/www>", 15),
            ]
        );
        let host = config.host(2).unwrap();
        assert!(host.is_tls && config.main_name() == Some("main.test"));
        assert_eq!(
            host.addresses,
            [
                Address { ip: None, port: Some(80), is_known: true },
                Address { ip: "10.0.0.1".parse().ok(), port: None, is_known: true },
            ]
        );
        assert_eq!(config.blocks[3].lines[0].name, "require");
        assert_eq!(
            config.listens,
            [Listen { ip: None, port: 80, is_tls: false }, Listen { ip: "::1".parse().ok(), port: 8443, is_tls: true },]
        );
        assert_eq!((config.server_of(4), config.server_of(1)), (2, 0));
    }
}
