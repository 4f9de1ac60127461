//! From a spec, or from nothing, to what a target is asked.

use kinds::{KINDS, kind_named};
use model::event::PROTOCOL;
use model::plan::{Ask, Plan};
use model::spec::Spec;
use std::collections::BTreeMap;
use target::project_key::ProjectKey;

/// Everything that capture writes down.
pub(crate) fn everything(key: &ProjectKey, contents: bool, again_after: Option<u64>) -> Plan {
    let ask = Ask { sweep: true, contents, ..Ask::default() };
    let kinds = KINDS.iter().filter(|k| k.is_swept()).map(|k| (k.name().to_owned(), ask.clone())).collect();
    Plan {
        protocol: PROTOCOL,
        key: key.digits().to_owned(),
        kinds,
        seconds_per_kind: 120,
        again_after,
        ..Plan::default()
    }
}

/// Everything that capture writes down, and what a spec speaks of beside that.
pub(crate) fn everything_and(spec: &Spec, key: &ProjectKey) -> Plan {
    let mut plan = everything(key, false, None);
    for (kind, ask) in of_spec(spec, key).kinds {
        plan.kinds.entry(kind).or_default().names.extend(ask.names);
    }
    plan
}

/// The kind of what a host keeps of who did what.
pub(crate) const TRACE: &str = "trace";

/// What a host keeps of who did what, and nothing else.
pub(crate) fn traces(key: &ProjectKey) -> Plan {
    let kinds = BTreeMap::from([(TRACE.to_owned(), Ask::everything())]);
    Plan { protocol: PROTOCOL, key: key.digits().to_owned(), kinds, seconds_per_kind: 120, ..Plan::default() }
}

/// What a spec speaks of, and all of the kinds that it claims to know wholly.
pub(crate) fn of_spec(spec: &Spec, key: &ProjectKey) -> Plan {
    let mut kinds: BTreeMap<String, Ask> = BTreeMap::new();
    for kind in spec.closed.keys() {
        kinds.entry(kind.clone()).or_default().sweep = true;
    }
    for (id, entry) in &spec.entries {
        let wanted = kinds.entry(id.kind.clone()).or_default().names.entry(id.name.clone()).or_default();
        wanted.properties.extend(entry.claims.keys().cloned());
        if entry.claims.is_empty() {
            // No properties at all would ask for everything that capture writes down.
            wanted.properties.extend(kind_named(&id.kind).map(|kind| kind.presence().to_owned()));
        }
        wanted.inputs.extend(entry.inputs.clone());
    }
    Plan { protocol: PROTOCOL, key: key.digits().to_owned(), kinds, seconds_per_kind: 120, ..Plan::default() }
}
