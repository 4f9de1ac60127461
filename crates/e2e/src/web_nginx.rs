//! nginx's configuration, as coverage, findings and `init` ask for it.

use crate::web::{Part, Web, sorted};
use model::place::Place;
use nginx::config::{How, Item, Kind};
use nginx::listen::On;
use nginx::walk::Router;
use serving::reach::Reach;
use serving::request::{Asked, Id, Route, World};
use std::collections::BTreeSet;

impl Web for Router {
    fn of(&self) -> &'static str {
        "nginx"
    }

    fn blocks(&self) -> usize {
        self.config.blocks.len()
    }

    fn parts(&self) -> Vec<Id> {
        self.config.sites().collect()
    }

    fn part(&self, id: Id) -> Option<Part> {
        let block = &self.config.blocks[id];
        let kind = match block.kind {
            Kind::Server(_) => "server",
            Kind::If(_) => "if",
            Kind::Location(_) => "location",
            Kind::Main | Kind::Http | Kind::LimitExcept(_) => return None,
        };
        let own = block.items.iter().filter_map(|item| match item {
            Item::Line(line) => Some(&line.at),
            Item::Block(_) => None,
        });
        Some(Part {
            kind,
            name: self.config.name(id),
            at: Place::line(&block.at.file, block.at.line),
            last_line: block.last_line,
            lines: sorted(std::iter::once(&block.at).chain(own).map(|at| Place::line(&at.file, at.line))),
        })
    }

    fn servers(&self) -> Vec<Id> {
        self.config.servers.clone()
    }

    fn server_of(&self, id: Id) -> Option<Id> {
        self.config.server_of(id)
    }

    fn shown(&self, id: Id) -> String {
        self.shown(id)
    }

    fn route(&self, asked: &Asked, world: &dyn World) -> Route {
        self.route(asked, world)
    }

    fn reach(&self, id: Id, known: &[String], world: &dyn World) -> Reach {
        self.reach(id, known, world)
    }

    fn doors(&self) -> Vec<(u16, bool)> {
        self.sockets.all().filter_map(|(on, socket): (&On, _)| Some((on.port()?, socket.is_tls))).collect()
    }

    fn has_name(&self, port: u16, name: &str) -> bool {
        self.sockets.at(None, port).is_some_and(|socket| socket.has(name.to_ascii_lowercase().as_bytes()))
    }

    fn plain_name(&self, server: Id) -> Option<String> {
        let is_plain =
            |name: &&String| !name.is_empty() && !name.starts_with(['~', '.', '*', '_']) && !name.ends_with('*');
        self.config.server(server)?.names.iter().find(is_plain).cloned()
    }

    fn logs(&self, server: Id) -> Vec<String> {
        self.config.held(server, "access_log").iter().filter_map(|line| line.arg(0)).collect()
    }

    fn sources(&self, server: Id) -> Vec<(String, String)> {
        let config = &self.config;
        let mut found = Vec::new();
        for id in (0..config.blocks.len()).filter(|id| config.server_of(*id) == Some(server)) {
            for line in config.lines(id).filter(|l| l.name == "root" || l.name == "alias") {
                let Some(dir) = line.arg(0).filter(|d| d.starts_with('/') && !d.contains(['$', '*', '?'])) else {
                    continue;
                };
                let dir = dir.trim_end_matches('/').to_owned();
                let prefix = match config.location_of(id) {
                    // No path stands for what is in it.
                    Some(l) if l.how == How::Named => continue,
                    Some(l) if line.name == "alias" && !matches!(l.how, How::Regex | How::RegexNoCase) => {
                        String::from_utf8_lossy(&l.name).into_owned()
                    }
                    _ => "/".to_owned(),
                };
                found.push((dir, prefix));
            }
        }
        found
    }

    fn fields_set(&self) -> BTreeSet<String> {
        let lines = (0..self.config.blocks.len()).flat_map(|id| self.config.lines(id));
        let set = lines.filter(|line| line.name == "add_header").filter_map(|line| line.arg(0));
        set.map(|name| name.to_ascii_lowercase()).collect()
    }
}
