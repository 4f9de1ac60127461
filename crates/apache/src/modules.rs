//! Which modules are there: those that were loaded so far, and those that Debian and Red Hat build in.

use std::collections::BTreeSet;

/// Modules that are built in, by their identifiers.
const BUILT_IN: &[&str] = &[
    "core_module",
    "http_module",
    "log_config_module",
    "logio_module",
    "so_module",
    "unixd_module",
    "version_module",
    "watchdog_module",
];

/// Modules that are there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Modules {
    loaded: BTreeSet<String>,
}

impl Modules {
    /// Takes one in, by the identifier that `LoadModule` names.
    pub(crate) fn load(&mut self, identifier: &str) {
        self.loaded.insert(identifier.to_ascii_lowercase());
    }

    /// Whether one is there, by its identifier or by the name of its source file.
    pub(crate) fn has(&self, name: &str) -> bool {
        let identifier = identifier(&name.to_ascii_lowercase());
        BUILT_IN.contains(&identifier.as_str()) || self.loaded.contains(&identifier)
    }
}

/// `mod_rewrite.c` is of `rewrite_module`, `prefork.c` of `mpm_prefork_module`.
fn identifier(name: &str) -> String {
    let Some(file) = name.strip_suffix(".c") else { return name.to_owned() };
    match file {
        "core" | "http_core" => format!("{}_module", file.trim_end_matches("_core")),
        "prefork" | "worker" | "event" => format!("mpm_{file}_module"),
        _ => format!("{}_module", file.strip_prefix("mod_").unwrap_or(file)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_has_two_names() {
        let mut modules = Modules::default();
        modules.load("rewrite_module");
        modules.load("mpm_event_module");
        for name in
            ["mod_rewrite.c", "rewrite_module", "event.c", "mpm_event_module", "core.c", "mod_so.c", "http_core.c"]
        {
            assert!(modules.has(name), "{name}");
        }
        assert!(!modules.has("mod_ssl.c") && !modules.has("prefork.c"));
    }
}
