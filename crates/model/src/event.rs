//! What an agent says while it looks, one JSON object a line: the second half of the protocol (the first is the plan).

use crate::coverage::Coverage;
use crate::facts::Resource;
use serde::{Deserialize, Serialize};

/// The version of the protocol between repot and its agent; both must be equal.
pub const PROTOCOL: u32 = 1;

/// One thing an agent says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// The first line.
    Hello {
        /// The protocol's version.
        protocol: u32,
        /// The target's own host name, empty if it could not be read.
        host: String,
    },
    /// A look begins; a plan may ask for two, some seconds apart.
    Look {
        /// Its number, from 1.
        number: u32,
    },
    /// A kind is being looked at.
    Begin {
        /// The kind's name.
        kind: String,
    },
    /// One resource.
    Resource {
        /// The kind's name.
        kind: String,
        /// The resource's name.
        name: String,
        /// What was seen of it.
        resource: Resource,
    },
    /// A kind was looked at.
    End {
        /// The kind's name.
        kind: String,
        /// What its silence means.
        coverage: Coverage,
    },
    /// The last line: without it the answer was cut.
    Done {
        /// Child processes that were started.
        processes: u64,
        /// Wall time in milliseconds.
        millis: u64,
    },
}
