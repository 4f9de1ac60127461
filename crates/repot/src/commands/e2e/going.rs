//! How requests get to the targets that were typed.

use crate::error::CommandError;
use e2e::looking::Looking;
use e2e::suite::Suite;
use e2e::way::Way;
use std::collections::BTreeSet;
use target::address::Address;
use target::observe::Reach;
use target::project_key::ProjectKey;
use target::trouble::Trouble;
use target::tunnel::{self, Tunnel};

/// A target as it was typed.
#[derive(Debug, Clone)]
pub(crate) struct Going {
    /// As it was typed.
    pub(crate) name: String,
    /// What it means.
    pub(crate) to: To,
}

/// What a target means.
#[derive(Debug, Clone)]
pub(crate) enum To {
    /// A machine that the agent can look at too.
    Machine(Address),
    /// Addresses and nothing more.
    Urls(Way),
}

/// A way that is open as long as this is held.
pub(crate) struct Open {
    /// The way.
    pub(crate) way: Way,
    _tunnel: Option<Tunnel>,
}

impl Going {
    /// Reads the targets typed.
    pub(crate) fn read_all(typed: &[String]) -> Result<Vec<Self>, CommandError> {
        typed.iter().map(|text| Self::read(text)).collect()
    }

    /// Reads one target.
    pub(crate) fn read(text: &str) -> Result<Self, CommandError> {
        let to = if text.starts_with("http://") || text.starts_with("https://") {
            To::Urls(Way::to_urls(text).map_err(CommandError::usage)?)
        } else {
            To::Machine(Address::parse(text).map_err(|e| CommandError::usage(format!("{e}, or a URL")))?)
        };
        Ok(Self { name: text.to_owned(), to })
    }

    /// The target as one whose files are asked for; none where nothing but an address is known.
    pub(crate) fn looking<'a>(&'a self, reach: &'a Reach, key: &'a ProjectKey) -> Option<Looking<'a>> {
        match &self.to {
            To::Machine(address) => Some(Looking { address, reach, key }),
            To::Urls(_) => None,
        }
    }

    /// Opens the way.
    pub(crate) fn open(&self, reach: &Reach, suite: &Suite) -> Result<Open, Trouble> {
        let urls = suite.files.iter().flat_map(|f| &f.hurl.requests).map(|r| r.url.clone());
        self.open_ports(reach, &ports_of(urls))
    }

    /// Opens the way for these ports.
    pub(crate) fn open_ports(&self, reach: &Reach, ports: &[u16]) -> Result<Open, Trouble> {
        match &self.to {
            To::Urls(way) => Ok(Open { way: way.clone(), _tunnel: None }),
            To::Machine(address) => {
                let tunnel = tunnel::open(address, reach, ports)?;
                Ok(Open { way: Way::through(&tunnel), _tunnel: Some(tunnel) })
            }
        }
    }
}

/// The ports that URLs name, and those that redirects lead to most.
pub(crate) fn ports_of(urls: impl Iterator<Item = String>) -> Vec<u16> {
    let mut ports = BTreeSet::from([80, 443]);
    for url in urls {
        let Some((_, rest)) = url.split_once("://") else { continue };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        ports.extend(authority.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()));
    }
    ports.into_iter().collect()
}
