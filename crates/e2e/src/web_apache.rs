//! Apache's configuration, as coverage, findings and `init` ask for it.

use crate::web::{Part, Web, sorted};
use apache::config::Kind;
use apache::route::Router;
use apache::tree::Directive;
use model::place::Place;
use serving::reach::Reach;
use serving::request::{Asked, Id, Route, World};
use std::collections::BTreeSet;

impl Web for Router {
    fn of(&self) -> &'static str {
        "apache"
    }

    fn blocks(&self) -> usize {
        self.config.blocks.len()
    }

    fn parts(&self) -> Vec<Id> {
        // Where every address has a virtual host, nobody thinks of the main server as one.
        (0..self.config.blocks.len()).filter(|id| *id != 0 || self.answers(0)).collect()
    }

    fn part(&self, id: Id) -> Option<Part> {
        let block = &self.config.blocks[id];
        let kind = match block.kind {
            Kind::Main(_) | Kind::Host(_) => "server",
            Kind::Location(..) => "location",
            Kind::Other(_) => "section",
        };
        // The lines of the main server hold for all of them.
        let own = block.lines.iter().filter(|_| id != 0).map(|line| &line.at);
        Some(Part {
            kind,
            name: self.config.name(id),
            at: Place::line(&block.at.file, block.at.line),
            last_line: block.last_line,
            lines: sorted(std::iter::once(&block.at).chain(own).map(|at| Place::line(&at.file, at.line))),
        })
    }

    fn servers(&self) -> Vec<Id> {
        std::iter::once(0).chain(self.config.hosts.iter().copied()).take_while(|_| self.blocks() > 0).collect()
    }

    fn server_of(&self, id: Id) -> Option<Id> {
        Some(self.config.server_of(id))
    }

    fn shown(&self, id: Id) -> String {
        self.config.shown(id)
    }

    fn route(&self, asked: &Asked, _: &dyn World) -> Route {
        self.route(asked)
    }

    fn reach(&self, id: Id, known: &[String], _: &dyn World) -> Reach {
        self.reach(id, known)
    }

    fn doors(&self) -> Vec<(u16, bool)> {
        self.doors()
    }

    fn has_name(&self, port: u16, name: &str) -> bool {
        self.has_name(port, name)
    }

    fn plain_name(&self, server: Id) -> Option<String> {
        let host = self.config.host(server)?;
        host.name.iter().chain(&host.aliases).find(|name| !name.contains(['*', '?', '_'])).cloned()
    }

    fn logs(&self, server: Id) -> Vec<String> {
        let written = |d: &&Directive| d.name == "customlog" || d.name == "transferlog";
        let own = |id: Id| self.config.blocks[id].lines.iter().filter(written).filter_map(|d| d.args.first().cloned());
        let logs: Vec<String> = own(server).collect();
        if logs.is_empty() { own(0).collect() } else { logs }
    }

    fn sources(&self, server: Id) -> Vec<(String, String)> {
        let is_plain = |dir: &String| dir.starts_with('/') && !dir.contains(['$', '*', '?', '%']);
        let dir = |dir: &str| dir.trim_end_matches('/').to_owned();
        let root = self.config.held(server, "documentroot").and_then(|d| d.args.first()).filter(|d| is_plain(d));
        let aliases = [server, 0].into_iter().flat_map(|id| &self.config.blocks[id].lines).filter_map(|d| {
            let [from, to, ..] = d.args.as_slice() else { return None };
            (d.name == "alias" && from.starts_with('/') && is_plain(to)).then(|| {
                let from = if from.ends_with('/') { from.clone() } else { format!("{from}/") };
                (dir(to), from)
            })
        });
        root.map(|root| (dir(root), "/".to_owned())).into_iter().chain(aliases).collect()
    }

    fn fields_set(&self) -> BTreeSet<String> {
        let lines = self.config.blocks.iter().flat_map(|block| &block.lines).filter(|d| d.name == "header");
        let set = lines.filter_map(|d| {
            let mut words = d.args.iter().filter(|word| !matches!(word.as_str(), "always" | "onsuccess"));
            let action = words.next()?;
            matches!(action.as_str(), "set" | "append" | "merge" | "add" | "setifempty").then(|| words.next()).flatten()
        });
        set.map(|name| name.trim_end_matches(':').to_ascii_lowercase()).collect()
    }
}
