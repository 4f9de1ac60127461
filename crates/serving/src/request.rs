//! A request, what may have to be known of the host to follow it, and the way it takes.

use std::net::IpAddr;

/// The number of a block in its configuration.
pub type Id = usize;

/// A request as a client sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The address it is sent to, if it is known.
    pub address: Option<IpAddr>,
    /// The port it is sent to.
    pub port: u16,
    /// Whether TLS is spoken.
    pub is_tls: bool,
    /// The Host field, or what stands in its place.
    pub host: Vec<u8>,
    /// The method.
    pub method: String,
    /// Path and query as they are sent.
    pub target: Vec<u8>,
    /// The fields, names in lower case; none if they are not known.
    pub headers: Option<Vec<(String, String)>>,
    /// The status it was answered with, if it was.
    pub status: Option<u16>,
}

impl Asked {
    /// The first field of a name; the outer none if the fields are not known.
    pub fn header(&self, name: &str) -> Option<Option<&str>> {
        let headers = self.headers.as_ref()?;
        Some(headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str()))
    }
}

/// What a path is on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// Nothing.
    Nothing,
    /// Nobody looked.
    Unknown,
}

/// What is known of the host's files.
pub trait World {
    /// What a path is.
    fn seen(&self, path: &str) -> Seen;
}

/// Nothing is known of the host's files.
#[derive(Debug, Clone, Copy)]
pub struct Blind;

impl World for Blind {
    fn seen(&self, _: &str) -> Seen {
        Seen::Unknown
    }
}

/// The way of a request through a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// The blocks it came through, in order.
    pub steps: Vec<Step>,
    /// How it ended.
    pub end: End,
    /// What could not be decided, and why.
    pub doubts: Vec<String>,
}

/// A block that a request came through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The block.
    pub block: Id,
    /// How it got there.
    pub how: Came,
    /// Whether it did for certain.
    pub is_sure: bool,
}

/// How a request came to a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The server of its name.
    Name,
    /// The location of its path.
    Path,
    /// `rewrite`.
    Rewrite,
    /// `try_files`.
    TryFiles,
    /// `index`.
    Index,
    /// `error_page`.
    ErrorPage,
    /// The condition of an `if` holds.
    Condition,
    /// `auth_request` or `mirror`.
    Subrequest,
    /// The location of its path is `internal`, and the request was not: it did not get in.
    Refused,
}

/// How a request ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum End {
    /// Nothing listens there.
    #[default]
    Closed,
    /// The server answers with a status of its own.
    Status(u16),
    /// It redirects.
    Redirect(u16),
    /// A file is sent.
    File(String),
    /// The request is passed on, or answered by a module: the directive that says so.
    Handler(String),
    /// It cannot be told.
    Unknown,
}

impl Route {
    /// The last block that it came to for certain.
    pub fn last(&self) -> Option<Id> {
        self.steps.iter().rev().find(|s| s.is_sure).map(|s| s.block)
    }
}
