//! The way of a request through a configuration, as far as its files tell it: the server, and every `<Location>` that
//! applies, in the order in which they do.

use crate::config::{Config, Id, Kind};
use crate::host::{self, Chains};
use crate::rewriting::{Made, Rules};
use crate::uri::{self, How, Slashes, Target};
use serving::request::{Asked, Came, End, Route, Step};
use std::collections::BTreeMap;

/// A configuration that requests are followed through.
#[derive(Debug, Clone, Default)]
pub struct Router {
    /// The configuration.
    pub config: Config,
    chains: Chains,
    rules: BTreeMap<Id, Rules>,
    /// The `<Location>` sections of each server itself, in order.
    locations: BTreeMap<Id, Vec<Id>>,
}

impl Router {
    /// Makes one of a configuration.
    pub fn new(config: Config) -> Self {
        if config.blocks.is_empty() {
            return Self::default();
        }
        let servers = || std::iter::once(0).chain(config.hosts.iter().copied());
        let mut locations: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for (id, block) in config.blocks.iter().enumerate() {
            if matches!(block.kind, Kind::Location(..)) {
                locations.entry(config.server_of(id)).or_default().push(id);
            }
        }
        let rules = servers().map(|id| (id, Rules::of(&config, id))).collect();
        Self { chains: Chains::of(&config), rules, locations, config }
    }

    /// The way of a request.
    pub fn route(&self, asked: &Asked) -> Route {
        if self.config.blocks.is_empty() || !self.listens(asked) {
            return Route::default();
        }
        let refused = |status: u16| Route { end: End::Status(status), ..Route::default() };
        let Some(host) = host::host(&asked.host) else { return refused(400) };
        let server = self.server(asked, &host);
        let mut route = Route::default();
        route.steps.push(Step { block: server, how: Came::Name, is_sure: true });
        if self.config.host(server).is_some_and(|host| host.is_tls) && !asked.is_tls {
            return Route { end: End::Status(400), ..route };
        }
        let path = match uri::read(&asked.target, self.how(server)) {
            Target::Path(path) => path,
            Target::Refused(status) => return Route { end: End::Status(status), ..route },
        };
        let made = self.rules.get(&server).map_or(Made::Same, |rules| rules.make(&path));
        // Of a path that is passed on, the new one's sections hold, and the old one's do not.
        match &made {
            Made::Path(path) => self.sections(server, path, Came::Rewrite, &mut route),
            Made::Same | Made::Redirect(_) | Made::Refused(_) | Made::Unknown(_) => {
                self.sections(server, &path, Came::Path, &mut route);
            }
        }
        match made {
            Made::Same | Made::Path(_) => route.end = End::Unknown,
            Made::Redirect(status) => route.end = End::Redirect(status),
            Made::Refused(status) => route.end = End::Status(status),
            Made::Unknown(why) => {
                route.steps.iter_mut().skip(1).for_each(|step| step.is_sure = false);
                route.doubts.push(why);
            }
        }
        if !route.doubts.is_empty() {
            route.end = End::Unknown;
        }
        route
    }

    fn listens(&self, asked: &Asked) -> bool {
        let fits = |ip: Option<std::net::IpAddr>| ip.is_none() || asked.address.is_none() || ip == asked.address;
        self.config.listens.iter().any(|l| l.port == asked.port && fits(l.ip))
    }

    /// The server that answers.
    pub(crate) fn server(&self, asked: &Asked, host: &str) -> Id {
        let Some(hosts) = self.chains.at(asked.address, asked.port) else { return 0 };
        let main = self.config.main_name();
        let named = hosts.iter().find(|id| self.config.host(**id).is_some_and(|own| own.has(host, main)));
        named.or(hosts.first()).copied().unwrap_or(0)
    }

    fn how(&self, server: Id) -> How {
        let word =
            |name: &str| self.config.held(server, name).and_then(|d| d.args.first()).map(|w| w.to_ascii_lowercase());
        How {
            merges_slashes: word("mergeslashes").as_deref() != Some("off"),
            encoded_slashes: match word("allowencodedslashes").as_deref() {
                Some("on") => Slashes::Decoded,
                Some("nodecode") => Slashes::Kept,
                _ => Slashes::Refused,
            },
        }
    }

    /// The sections of a path: those of the main server, then those of the virtual host.
    fn sections(&self, server: Id, path: &[u8], how: Came, route: &mut Route) {
        let own = |id: Id| self.locations.get(&id).into_iter().flatten();
        let outer = own(0).chain(own(server).filter(|_| server != 0));
        for &id in outer {
            let Kind::Location(_, takes) = &self.config.blocks[id].kind else { continue };
            if takes.takes(path) && !route.steps.iter().any(|step| step.block == id) {
                route.steps.push(Step { block: id, how, is_sure: true });
            }
        }
    }

    /// The ports it listens on, and whether TLS is spoken there.
    pub fn doors(&self) -> Vec<(u16, bool)> {
        let speaks = |port: u16| {
            let hosts = self.chains.at(None, port).unwrap_or_default();
            hosts.iter().any(|id| self.config.host(*id).is_some_and(|host| host.is_tls))
        };
        let mut doors: Vec<(u16, bool)> =
            self.config.listens.iter().map(|l| (l.port, l.is_tls || speaks(l.port))).collect();
        doors.sort_unstable();
        doors.dedup_by_key(|(port, _)| *port);
        doors
    }

    /// Whether a server of a port has a name.
    pub fn has_name(&self, port: u16, name: &str) -> bool {
        let main = self.config.main_name();
        let hosts = self.chains.at(None, port).unwrap_or_default();
        hosts.iter().any(|id| self.config.host(*id).is_some_and(|own| own.has(name, main)))
    }
}
