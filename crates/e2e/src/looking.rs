//! Files of a target, asked for by name through its agent: what they are, and what is in them without its secrets.

use model::answer::Why;
use model::coverage::Coverage;
use model::event::PROTOCOL;
use model::fact::Seen;
use model::facts::{KindFacts, Resource};
use model::plan::{Ask, Plan, Wanted};
use model::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use target::address::Address;
use target::observe::{Reach, observe};
use target::project_key::ProjectKey;
use target::trouble::Trouble;

/// The kind that is asked.
const FILE: &str = "file";

/// A target whose files are asked for.
pub struct Looking<'a> {
    /// The target.
    pub address: &'a Address,
    /// How it is reached.
    pub reach: &'a Reach,
    /// The key that secrets are fingerprinted with.
    pub key: &'a ProjectKey,
}

/// What a look gave.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// The files that are there, or about which something is known, by their paths.
    pub files: BTreeMap<String, Resource>,
    /// Why the look is not whole, if it is not.
    pub blind: Option<Why>,
}

impl Looking<'_> {
    /// Asks for properties of files. Names may be patterns with `*` and `?`.
    pub fn files(&self, names: impl IntoIterator<Item = String>, properties: &[&str]) -> Result<Looked, Trouble> {
        let properties: BTreeSet<String> = properties.iter().map(|p| (*p).to_owned()).collect();
        let wanted = Wanted { properties, ..Wanted::default() };
        let names: BTreeMap<String, Wanted> = names.into_iter().map(|name| (name, wanted.clone())).collect();
        if names.is_empty() {
            return Ok(Looked::default());
        }
        let ask = Ask { names, ..Ask::default() };
        let plan = Plan {
            protocol: PROTOCOL,
            key: self.key.digits().to_owned(),
            kinds: BTreeMap::from([(FILE.to_owned(), ask)]),
            seconds_per_kind: 120,
            ..Plan::default()
        };
        let observed = observe(self.address, &plan, self.reach, &mut |_| {})?;
        let seen = observed.looks.into_iter().next().and_then(|mut look| look.kinds.remove(FILE));
        seen.map(looked).ok_or_else(|| Trouble::new("the agent said nothing of the files it was asked for"))
    }
}

fn looked(seen: KindFacts) -> Looked {
    let blind = match seen.coverage {
        Coverage::Unknown(why) => Some(why),
        Coverage::Complete | Coverage::Asked => None,
    };
    Looked { files: seen.resources, blind }
}

/// A property as text; none where it has none or nobody could look.
pub(crate) fn text<'a>(resource: &'a Resource, property: &str) -> Option<&'a str> {
    match &resource.facts.get(property)?.seen {
        Seen::Value(Value::Text(text)) => Some(text),
        Seen::Value(_) | Seen::Absent(_) | Seen::Unknown(_) => None,
    }
}

/// Why a resource, or a property of it, could not be looked at.
pub(crate) fn why_not<'a>(resource: &'a Resource, property: &str) -> Option<&'a Why> {
    if resource.unknown.is_some() {
        return resource.unknown.as_ref();
    }
    match &resource.facts.get(property)?.seen {
        Seen::Unknown(why) => Some(why),
        Seen::Value(_) | Seen::Absent(_) => None,
    }
}
