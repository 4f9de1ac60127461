//! Which statements are for this host: those of a stage or role that a source says other hosts are in are not.

use super::host::Host;
use crate::import::record::Recorded;
use crate::import::statement::Statement;
use model::id::ResourceId;

/// The names a host goes by, and whether the sources know it by one of them.
pub(super) struct Scopes {
    names: Vec<String>,
    is_named: bool,
}

/// Where a host's own name stands: kind, name, property.
const NAMES: &[(&str, &str, &str)] =
    &[("hostname", "hostname", "configured"), ("hostname", "hostname", "running"), ("postfix", "myhostname", "value")];

impl Scopes {
    pub(super) fn new(statements: &[Recorded], host: &Host<'_>) -> Self {
        let text = |(kind, name, property): &(&str, &str, &str)| {
            host.there(&ResourceId::new(*kind, *name))?.facts.get(*property)?.value()?.as_text().map(str::to_owned)
        };
        let names: Vec<String> = NAMES.iter().filter_map(text).filter(|n| !n.is_empty() && n != "localhost").collect();
        let is_named = statements.iter().any(|s| s.statement.hosts.iter().any(|h| names.iter().any(|n| is_same(n, h))));
        Self { names, is_named }
    }

    /// For whom a statement is that is not for this host. Where no source knows the host by any of its names, it may be
    /// meant wherever hosts are.
    pub(super) fn of(&self, statement: &Statement) -> Option<String> {
        let is_this = |host: &String| self.names.iter().any(|name| is_same(name, host));
        if statement.hosts.is_empty() || !self.is_named || statement.hosts.iter().any(is_this) {
            return None;
        }
        let hosts = statement.hosts.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
        Some(statement.scope.as_ref().map_or(hosts.clone(), |scope| format!("{scope} ({hosts})")))
    }
}

/// Whether two names are of one host: `deploy@web-03.example.test:22` is `web-03`.
fn is_same(name: &str, host: &str) -> bool {
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let is_short = |name: &str| !name.contains('.');
    let first = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    host.eq_ignore_ascii_case(name) || ((is_short(name) || is_short(host)) && first(name) == first(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_its_short_name_and_by_its_whole_one() {
        assert!(is_same("web-03", "deploy@web-03.example.test:22"));
        assert!(is_same("WEB-03.example.test", "web-03"));
        assert!(!is_same("web-03.a.test", "web-03.b.test"));
        assert!(!is_same("web-03", "web-04"));
    }
}
