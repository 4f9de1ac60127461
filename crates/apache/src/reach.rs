//! Which requests lead to a virtual host or a section, and why none does where none can.

use crate::config::{Address, Host, Id, Kind};
use crate::location::Takes;
use crate::route::Router;
use serving::path::{WORD, escaped};
use serving::reach::Reach;
use serving::request::Asked;
use serving::sample::samples;
use std::collections::BTreeSet;

/// How many requests are looked for.
const WANTED: usize = 3;

impl Router {
    /// How a server or a section is reached. `known` are paths that are known to be there: they come first.
    pub fn reach(&self, id: Id, known: &[String]) -> Reach {
        let server = self.config.server_of(id);
        let takes = match &self.config.blocks[id].kind {
            Kind::Other(_) => return Reach::Traced(OTHER.to_owned()),
            Kind::Location(_, takes) => Some(takes),
            Kind::Main(_) | Kind::Host(_) => None,
        };
        // What the main server says holds for every virtual host.
        let servers: Vec<Id> = match takes {
            Some(_) if server == 0 => std::iter::once(0).chain(self.config.hosts.iter().copied()).collect(),
            _ => vec![server],
        };
        let doors: Vec<Asked> = servers.into_iter().flat_map(|server| self.doors_of(server)).collect();
        if doors.is_empty() {
            return Reach::Never(self.taken(server));
        }
        let paths = takes.map_or_else(|| any(known), |takes| paths(takes, known));
        let all = paths
            .iter()
            .flat_map(|path| doors.iter().map(move |door| Asked { target: path.clone().into_bytes(), ..door.clone() }));
        let comes = |asked: &Asked| self.route(asked).steps.iter().any(|step| step.block == id && step.is_sure);
        let found: Vec<Asked> = all.filter(comes).take(WANTED).collect();
        if found.is_empty() {
            Reach::Perhaps(None, "no path is known that it takes".to_owned())
        } else {
            Reach::By(found)
        }
    }

    /// Whether any request comes to a server.
    pub fn answers(&self, server: Id) -> bool {
        !self.doors_of(server).is_empty()
    }

    /// Requests for `/` that come to a server, one for each address; what needs no certificate first.
    fn doors_of(&self, server: Id) -> Vec<Asked> {
        let Some(own) = self.config.host(server) else { return Vec::new() };
        let mut doors: Vec<Asked> = Vec::new();
        for listen in &self.config.listens {
            let addresses: Vec<&Address> =
                own.addresses.iter().filter(|a| a.port.is_none_or(|p| p == listen.port)).collect();
            let ips: BTreeSet<Option<std::net::IpAddr>> = match server {
                0 => [listen.ip].into(),
                _ => addresses.iter().map(|a| a.ip.or(listen.ip)).collect(),
            };
            let is_tls = own.is_tls || (server == 0 && listen.is_tls);
            for address in ips {
                let asked = |host: String| Asked {
                    address,
                    port: listen.port,
                    is_tls,
                    host: host.into_bytes(),
                    method: "GET".to_owned(),
                    target: b"/".to_vec(),
                    headers: Some(Vec::new()),
                    status: None,
                };
                let comes = |asked: &Asked| self.route(asked).steps.first().is_some_and(|step| step.block == server);
                doors.extend(self.names(own).into_iter().map(asked).find(comes).filter(|asked| !doors.contains(asked)));
            }
        }
        doors.sort_by_key(|asked| asked.is_tls);
        doors
    }

    /// Names that a server may be asked by.
    fn names(&self, own: &Host) -> Vec<String> {
        let main = self.config.main_name().map(str::to_owned);
        let aliases = own.aliases.iter().map(|alias| alias.replace('*', WORD).replace('?', "x"));
        let mut all: Vec<String> = own.name.clone().into_iter().chain(aliases).chain(main).collect();
        all.push(format!("{WORD}.invalid"));
        all
    }

    fn taken(&self, server: Id) -> String {
        let Some(own) = self.config.host(server) else { return "it is in no server".to_owned() };
        if server == 0 {
            return "every address that it listens on belongs to a virtual host".to_owned();
        }
        let is_listened = |a: &Address| self.config.listens.iter().any(|l| a.port.is_none_or(|port| port == l.port));
        if !own.addresses.iter().any(is_listened) {
            return "nothing listens on its ports".to_owned();
        }
        let others = self.config.hosts.iter().filter(|other| **other != server);
        let shares = |other: &&Id| {
            let host = self.config.host(**other);
            self.names(own).iter().any(|name| host.is_some_and(|host| host.has(name, self.config.main_name())))
        };
        match others.into_iter().find(shares) {
            Some(other) => format!("another one has its names: {}", self.config.shown(*other)),
            None => "no name leads to it, and it is the first of no address".to_owned(),
        }
    }
}

/// Why tracing is needed.
const OTHER: &str =
    "what it takes depends on files and on the running server: only tracing shows which requests come there";

fn any(known: &[String]) -> Vec<String> {
    known.iter().cloned().chain(["/".to_owned(), format!("/{WORD}")]).collect()
}

/// Paths that a section may take, the most promising first.
fn paths(takes: &Takes, known: &[String]) -> Vec<String> {
    let mut all: Vec<String> = known.to_vec();
    match takes {
        Takes::Path(own) => {
            let own = escaped(own);
            all.extend([own.clone(), format!("{own}/{WORD}"), format!("{own}{WORD}")]);
        }
        Takes::Glob(own) => all.push(escaped(&unglobbed(own))),
        Takes::Regex(source, _) => {
            let before = ["", "/", "/repot"];
            all.extend(samples(source).iter().flat_map(|s| before.map(|b| format!("{b}{}", escaped(s)))));
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|path| path.starts_with('/') && seen.insert(path.clone()));
    all
}

/// A text that a pattern covers: a word for `*`, a letter for `?`, the first of a set for `[…]`.
fn unglobbed(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => out.push_str(WORD),
            '?' => out.push('x'),
            '[' => {
                let set: String = chars.by_ref().take_while(|c| *c != ']').collect();
                out.push(
                    set.chars()
                        .find(|c| !matches!(c, '!' | '^'))
                        .filter(|_| !set.starts_with(['!', '^']))
                        .unwrap_or('~'),
                );
            }
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::tree::Files;

    #[test]
    fn every_part_is_reached_or_says_why_not() {
        let mut files = Files::default();
        files.add(
            "/a/apache2.conf",
            "Listen 80\n<Location /all>\n</Location>\n<VirtualHost *:80>\nServerName a.test\n<Location /x>\n</Location>\n\
             <LocationMatch \"^/y/[0-9]+$\">\n</LocationMatch>\n<Location /*/edit>\n</Location>\n<Directory /srv>\n</Directory>\n\
             </VirtualHost>\n<VirtualHost *:80>\nServerName b.test\n</VirtualHost>\n<VirtualHost *:80>\nServerName B.test\n</VirtualHost>\n\
             <VirtualHost *:81>\n</VirtualHost>\n",
        );
        let router = Router::new(Config::read(&files, "/a/apache2.conf"));
        let shown = |id: usize| match router.reach(id, &[]) {
            Reach::By(all) => {
                format!("{} {}", String::from_utf8_lossy(&all[0].host), String::from_utf8_lossy(&all[0].target))
            }
            Reach::Perhaps(_, why) | Reach::Inside(why) | Reach::Never(why) | Reach::Traced(why) => why,
        };
        let all: Vec<String> = (0..router.config.blocks.len()).map(shown).collect();
        assert_eq!(all[0], "every address that it listens on belongs to a virtual host");
        assert_eq!(all[1..6], ["a.test /all", "a.test /", "a.test /x", "a.test /y/1", "a.test /repot/edit"]);
        assert!(all[6].contains("only tracing"));
        assert_eq!(all[7], "b.test /");
        assert_eq!(all[8], "another one has its names: virtual host b.test (/a/apache2.conf:15)");
        assert_eq!(all[9], "nothing listens on its ports");
    }
}
