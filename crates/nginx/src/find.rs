//! Which location of a server a path leads to, level by level.

use crate::config::{Config, How, Id, Kind};
use std::collections::{BTreeSet, HashMap};

/// The locations of every level of a configuration.
#[derive(Debug, Clone, Default)]
pub struct Locations {
    levels: HashMap<Id, Level>,
}

/// The locations that stand in one server or location.
#[derive(Debug, Clone, Default)]
struct Level {
    exact: HashMap<Vec<u8>, Id>,
    prefix: HashMap<Vec<u8>, Id>,
    /// The lengths of the prefixes there are.
    lengths: BTreeSet<usize>,
    /// Locations that end with a slash and pass requests on, by their names without it.
    passing: HashMap<Vec<u8>, Id>,
    regexes: Vec<Id>,
    named: HashMap<Vec<u8>, Id>,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A location.
    Location(Id),
    /// The path without its slash is one of a location that passes requests on: a redirect to the path with the slash.
    Slash(Id),
    /// No location: the server itself.
    Server,
}

/// How a level ended.
enum Ended {
    /// Nothing can be better.
    Done,
    /// A redirect to the path with a slash.
    Slash(Id),
    /// Another level may know better.
    Open,
}

/// Directives that pass a request on.
pub(crate) const PASSES: &[&str] =
    &["fastcgi_pass", "grpc_pass", "memcached_pass", "proxy_pass", "scgi_pass", "uwsgi_pass"];

impl Locations {
    /// The locations of a configuration.
    pub fn of(config: &Config) -> Self {
        let mut levels: HashMap<Id, Level> = HashMap::new();
        for (id, block) in config.blocks.iter().enumerate() {
            let (Kind::Location(location), Some(parent)) = (&block.kind, block.parent) else { continue };
            let level = levels.entry(parent).or_default();
            let name = location.name.clone();
            match location.how {
                How::Exact => drop(level.exact.entry(name.clone()).or_insert(id)),
                How::Prefix | How::PrefixOnly => {
                    level.lengths.insert(name.len());
                    level.prefix.entry(name.clone()).or_insert(id);
                }
                How::Regex | How::RegexNoCase => level.regexes.push(id),
                How::Named => drop(level.named.entry(name.clone()).or_insert(id)),
            }
            let passes = || config.lines(id).any(|l| PASSES.contains(&l.name.as_str()));
            let is_static = matches!(location.how, How::Exact | How::Prefix | How::PrefixOnly);
            if is_static && name.len() > 1 && name.last() == Some(&b'/') && passes() {
                level.passing.entry(name[..name.len() - 1].to_vec()).or_insert(id);
            }
        }
        Self { levels }
    }

    /// The location of a normalised path.
    pub fn find(&self, config: &Config, server: Id, path: &[u8]) -> Found {
        let mut best = None;
        match self.level(config, server, path, &mut best) {
            Ended::Slash(id) => Found::Slash(id),
            Ended::Done | Ended::Open => best.map_or(Found::Server, Found::Location),
        }
    }

    /// A named location of a server.
    pub fn named(&self, server: Id, name: &[u8]) -> Option<Id> {
        self.levels.get(&server)?.named.get(name).copied()
    }

    fn level(&self, config: &Config, id: Id, path: &[u8], best: &mut Option<Id>) -> Ended {
        let Some(level) = self.levels.get(&id) else { return Ended::Open };
        if let Some(exact) = level.exact.get(path) {
            *best = Some(*exact);
            return Ended::Done;
        }
        if !level.prefix.contains_key(path)
            && let Some(id) = level.passing.get(path)
        {
            return Ended::Slash(*id);
        }
        let longest = level.lengths.range(..=path.len()).rev().find_map(|n| level.prefix.get(&path[..*n]));
        let mut is_last_word = false;
        if let Some(&prefix) = longest {
            *best = Some(prefix);
            is_last_word = config.location_of(prefix).is_some_and(|l| l.how == How::PrefixOnly);
            // What stands inside knows better, and may end the search.
            match self.level(config, prefix, path, best) {
                Ended::Open => {}
                ended @ (Ended::Done | Ended::Slash(_)) => return ended,
            }
        }
        if !is_last_word {
            let matches = |id: &&Id| {
                let pattern = config.location_of(**id).and_then(|l| l.pattern.as_ref());
                pattern.is_some_and(|p| p.matches(path))
            };
            if let Some(&regex) = level.regexes.iter().find(matches) {
                *best = Some(regex);
                // Behind an expression a missing slash leads into the location itself.
                if let Ended::Slash(id) = self.level(config, regex, path, best) {
                    *best = Some(id);
                }
                return Ended::Done;
            }
        }
        Ended::Open
    }
}
