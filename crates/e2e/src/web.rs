//! A web server's configuration, whichever server it is: what coverage, findings and `init` ask of it.

use model::place::Place;
use serving::reach::Reach;
use serving::request::{Asked, Id, Route, World};
use std::collections::BTreeSet;

/// A web server's configuration.
pub trait Web: Sync {
    /// The server, in a word.
    fn of(&self) -> &'static str;

    /// How many blocks the configuration has.
    fn blocks(&self) -> usize;

    /// The parts that requests come to, in order, each server before what is in it.
    fn parts(&self) -> Vec<Id>;

    /// A part; none of a block that is none.
    fn part(&self, id: Id) -> Option<Part>;

    /// Its servers, in order.
    fn servers(&self) -> Vec<Id>;

    /// The server that a block stands in.
    fn server_of(&self, id: Id) -> Option<Id>;

    /// A block as people name it, with its place.
    fn shown(&self, id: Id) -> String;

    /// The way of a request.
    fn route(&self, asked: &Asked, world: &dyn World) -> Route;

    /// What leads to a part. `known` are paths that are known to be there.
    fn reach(&self, id: Id, known: &[String], world: &dyn World) -> Reach;

    /// The ports that it listens on, and whether TLS is spoken there.
    fn doors(&self) -> Vec<(u16, bool)>;

    /// Whether a server of a port has a name.
    fn has_name(&self, port: u16, name: &str) -> bool;

    /// The first name of a server that is a name and no pattern.
    fn plain_name(&self, server: Id) -> Option<String>;

    /// The access logs that a server writes.
    fn logs(&self, server: Id) -> Vec<String>;

    /// Directories that a server sends files from, and the path that each stands for.
    fn sources(&self, server: Id) -> Vec<(String, String)>;

    /// Names of fields that the configuration itself sets, in lower case.
    fn fields_set(&self) -> BTreeSet<String>;
}

/// A part of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `server`, `location`, `if`, `section`.
    pub kind: &'static str,
    /// As people name it.
    pub name: String,
    /// Where it begins.
    pub at: Place,
    /// The line it ends on.
    pub last_line: u32,
    /// The lines of its own: where it begins, and what stands in it outside of other blocks.
    pub lines: Vec<Place>,
}

/// Lines in order, each once.
pub(crate) fn sorted(lines: impl Iterator<Item = Place>) -> Vec<Place> {
    let mut all: Vec<Place> = lines.collect();
    all.sort();
    all.dedup();
    all
}
