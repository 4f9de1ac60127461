//! Which parts of a configuration tests have proven: each part with its place, and how far requests and claims reach.

use crate::place::Place;
use std::collections::BTreeMap;

/// What tests have proven of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proven {
    /// Whose configuration it is: `nginx`, `apache`.
    pub of: String,
    /// Its parts, in the order of the configuration.
    pub sites: Vec<Site>,
    /// What could not be read or understood of it, a line each.
    pub problems: Vec<String>,
    /// How many requests were followed through it.
    pub requests: u64,
    /// How many requests went to other machines.
    pub elsewhere: u64,
    /// Where its files are kept here, by their paths there.
    pub kept: BTreeMap<String, String>,
    /// The traffic it was weighted with, if it was.
    pub traffic: Option<Traffic>,
}

/// A part of a configuration that requests come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// `server`, `location`, `if`, `section`.
    pub kind: &'static str,
    /// As people name it: `location = /login`.
    pub name: String,
    /// What it stands in, as people name it: the server.
    pub within: String,
    /// Where it begins.
    pub at: Place,
    /// The line it ends on.
    pub last_line: u32,
    /// The lines of its own, without those of what stands inside it.
    pub lines: Vec<Place>,
    /// How far it is proven.
    pub state: State,
    /// How many requests came to it for certain.
    pub came: u64,
    /// How many of them were answered as somebody claims.
    pub asserted: u64,
    /// How many requests perhaps came to it.
    pub perhaps: u64,
    /// How many requests of the traffic came to it.
    pub weight: Option<u64>,
}

/// How far a part is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// A claim about an answer from there held.
    Asserted,
    /// Requests came there, and nobody claims anything of the answers.
    Exercised,
    /// Whether a request came there cannot be told, because of this.
    Undecided(String),
    /// No request came there; this one would.
    NotReached(String),
    /// No request comes there by itself: only the server leads there, in this way.
    Inside(String),
    /// No request comes there, because of this.
    Never(String),
    /// Whether a request comes there, only tracing shows, because of this.
    OnlyTraced(String),
}

impl State {
    /// The name used in every machine-readable output.
    pub fn name(&self) -> &'static str {
        match self {
            State::Asserted => "asserted",
            State::Exercised => "exercised",
            State::Undecided(_) => "undecided",
            State::NotReached(_) => "not-reached",
            State::Inside(_) => "inside",
            State::Never(_) => "never",
            State::OnlyTraced(_) => "only-traced",
        }
    }

    /// All names, in the order of the variants.
    pub const NAMES: [&'static str; 7] =
        ["asserted", "exercised", "undecided", "not-reached", "inside", "never", "only-traced"];

    /// Whether requests can come there and can be followed, so that it counts in what there is to prove.
    pub fn is_reachable(&self) -> bool {
        !matches!(self, State::Inside(_) | State::Never(_) | State::OnlyTraced(_))
    }

    /// What more there is to say.
    pub fn detail(&self) -> Option<&str> {
        match self {
            State::Asserted | State::Exercised => None,
            State::Undecided(text)
            | State::NotReached(text)
            | State::Inside(text)
            | State::Never(text)
            | State::OnlyTraced(text) => Some(text),
        }
    }
}

/// Real traffic, followed through the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// How many requests it has.
    pub requests: u64,
    /// How many of them came to parts that are asserted, and no further.
    pub asserted: u64,
    /// How many could not be followed for certain.
    pub undecided: u64,
}

/// How many parts of a kind there are, and how far they are proven.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Asserted.
    pub asserted: usize,
    /// Exercised and no more.
    pub exercised: usize,
    /// Perhaps exercised.
    pub undecided: usize,
    /// Not reached.
    pub not_reached: usize,
    /// Only reached by the server itself, and not reached.
    pub inside: usize,
    /// Never reached by anything.
    pub never: usize,
    /// Only tracing shows what comes there.
    pub only_traced: usize,
}

impl Counts {
    /// What there is to prove.
    pub fn reachable(&self) -> usize {
        self.asserted + self.exercised + self.undecided + self.not_reached
    }

    /// How much of it is asserted, in hundredths of a percent; none where there is nothing to prove.
    pub fn share(&self) -> Option<usize> {
        (self.asserted * 10_000).checked_div(self.reachable())
    }
}

impl Proven {
    /// Counts the parts of a kind, or all of them.
    pub fn counts(&self, kind: Option<&str>) -> Counts {
        let mut counts = Counts::default();
        for site in self.sites.iter().filter(|s| kind.is_none_or(|kind| s.kind == kind)) {
            let count = match site.state {
                State::Asserted => &mut counts.asserted,
                State::Exercised => &mut counts.exercised,
                State::Undecided(_) => &mut counts.undecided,
                State::NotReached(_) => &mut counts.not_reached,
                State::Inside(_) => &mut counts.inside,
                State::Never(_) => &mut counts.never,
                State::OnlyTraced(_) => &mut counts.only_traced,
            };
            *count += 1;
        }
        counts
    }
}

/// Hundredths of a percent as a person reads them, never rounded up: `99.99 %`.
pub fn percent(share: usize) -> String {
    let (whole, rest) = (share / 100, share % 100);
    if rest == 0 { format!("{whole} %") } else { format!("{whole}.{rest:02} %") }
}
