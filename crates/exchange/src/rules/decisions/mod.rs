//! `decisions.yaml`: what people decided becomes of a host on a platform, by rule or by name.
//!
//! ```yaml
//! repot-decisions: 1
//! kubernetes:
//!   version: "1.35"          # optional: what the cluster runs
//!   node-kernel: "6.1"       # optional
//!   rules:
//!     KRN-01: {verdict: accepted, author: anna, date: 2026-11-25, of: 1f2e3d4c}
//!   entries:
//!     "kernel-param[vm.swappiness]": {verdict: drop, because: nothing swaps, author: anna, date: 2026-11-25}
//!   tenancy:
//!     redis-server: {verdict: shared, because: both pods need it, author: anna, date: 2026-11-25}
//! ```

mod read;
mod write;

pub use read::read;
pub use write::{Change, write};

use super::Platform;
use super::platform::KUBERNETES;
use super::tenancy::Tenancy;
use model::decision::Fate;
use model::id::ResourceId;
use model::place::Place;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The version of the file that this repot writes and the newest it reads.
pub const VERSION: i64 = 1;

/// The key that says it.
const HEAD: &str = "repot-decisions";

/// The name of the file below a role's directory.
pub const NAME: &str = "decisions.yaml";

/// The word for taking a rule's own verdicts.
const ACCEPTED: &str = "accepted";

/// What people decided on one platform.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Where the system is to run.
    pub platform: Platform,
    /// By rule.
    pub rules: BTreeMap<String, Said>,
    /// By name.
    pub entries: BTreeMap<ResourceId, Said>,
    /// Where middleware is to run, by service.
    pub tenancy: BTreeMap<String, Placed>,
}

/// What a person said of a rule or of an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// What becomes of it; none for what the rule proposes.
    pub verdict: Option<Fate>,
    /// Why; empty for the rule's own reason.
    pub because: String,
    /// Who.
    pub author: String,
    /// The day, as YYYY-MM-DD.
    pub date: String,
    /// What was decided on, as a digest: it tells whether that is still so.
    pub of: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// Where a person said that a service is to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Where.
    pub tenancy: Tenancy,
    /// Why.
    pub because: String,
    /// Who.
    pub author: String,
    /// The day, as YYYY-MM-DD.
    pub date: String,
    /// Where it is written.
    pub place: Place,
}

/// The schema of the file, for editors.
pub fn schema() -> Value {
    let text = json!({"type": "string"});
    let said = |words: Vec<&str>, because: &str| {
        json!({"type": "object", "required": ["verdict", "author", "date"], "additionalProperties": false, "properties": {
            "verdict": {"enum": words},
            "because": {"type": "string", "description": because},
            "author": {"type": "string", "minLength": 1, "description": "who decided"},
            "date": {"type": "string", "format": "date", "description": "the day, as 2026-11-25"},
            "of": {"type": "string", "description": "what was decided on, as a digest: repot tells by it whether that is still so"},
        }})
    };
    let fates: Vec<&str> = Fate::ALL.iter().map(|f| f.name()).collect();
    let with_accepted: Vec<&str> = [ACCEPTED].into_iter().chain(fates.iter().copied()).collect();
    let tenancies: Vec<&str> = Tenancy::ALL.iter().map(|t| t.name()).collect();
    let platform = json!({"type": ["object", "null"], "additionalProperties": false, "properties": {
        "version": {"type": "string", "pattern": "^v?1\\.[0-9]+", "description": "what the cluster runs, as 1.35"},
        "node-kernel": {"type": "string", "pattern": "^[0-9]+\\.[0-9]+", "description": "the kernel of its nodes, as 6.1"},
        "rules": {"type": ["object", "null"], "description": "by rule", "propertyNames": text,
                  "additionalProperties": said(with_accepted, "why; without it, the rule's own reason")},
        "entries": {"type": ["object", "null"], "description": "by name, `kind[name]`",
                    "additionalProperties": said(fates, "why")},
        "tenancy": {"type": ["object", "null"], "description": "where middleware is to run, by service",
                    "additionalProperties": said(tenancies, "why")},
    }});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://repot.dev/schema/decisions/v1.json",
        "title": "repot decisions",
        "type": "object",
        "required": [HEAD],
        "properties": {HEAD: {"const": VERSION, "description": "the version of the file"}, KUBERNETES: platform},
        "additionalProperties": false,
    })
}
