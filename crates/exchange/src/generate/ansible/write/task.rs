//! A task: what it does, where it comes from, and which entries of the spec it satisfies.

use super::yaml::{self, Yaml, comment};
use crate::generate::Lack;
use std::fmt::Write;

/// The order of the tasks in a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Groups,
    Users,
    Repositories,
    Packages,
    Settings,
    Directories,
    Payload,
    Files,
    Links,
    Lines,
    Attributes,
    Jobs,
    Removals,
    Services,
}

/// A task.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) phase: Phase,
    pub(crate) name: String,
    pub(crate) module: &'static str,
    pub(crate) args: Vec<(String, Yaml)>,
    /// Keywords behind the module: `when`, `loop`, `no_log`…
    pub(crate) keywords: Vec<(&'static str, Yaml)>,
    pub(crate) notify: Vec<String>,
    /// Where it comes from, a comment each.
    pub(crate) origins: Vec<String>,
    /// The entries of the spec that it satisfies.
    pub(crate) entries: Vec<String>,
}

impl Task {
    /// A task for a resource that is lacking.
    pub(crate) fn of(lack: &Lack<'_>, phase: Phase, name: impl Into<String>, module: &'static str) -> Self {
        let mut origins: Vec<String> = lack.why().map(|why| format!("why: {why}")).into_iter().collect();
        origins.extend(lack.origins());
        Self { origins, entries: vec![lack.id.to_string()], ..Self::new(phase, name, module) }
    }

    /// A task for no resource of its own.
    pub(crate) fn new(phase: Phase, name: impl Into<String>, module: &'static str) -> Self {
        Self {
            phase,
            name: named(&name.into()),
            module,
            args: Vec::new(),
            keywords: Vec::new(),
            notify: Vec::new(),
            origins: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// With an argument.
    pub(crate) fn arg(mut self, name: &str, value: impl Into<Yaml>) -> Self {
        self.args.push((name.to_owned(), value.into()));
        self
    }

    /// With an argument, where there is a value.
    pub(crate) fn arg_if(self, name: &str, value: Option<impl Into<Yaml>>) -> Self {
        match value {
            Some(value) => self.arg(name, value),
            None => self,
        }
    }

    /// With a keyword.
    pub(crate) fn keyword(mut self, name: &'static str, value: impl Into<Yaml>) -> Self {
        self.keywords.push((name, value.into()));
        self
    }

    /// With handlers that run when it changes something.
    pub(crate) fn notify(mut self, handlers: impl IntoIterator<Item = String>) -> Self {
        self.notify.extend(handlers);
        self
    }

    /// Writes it as an item of a list at no indent.
    pub(crate) fn write(&self, out: &mut String) {
        for origin in &self.origins {
            writeln!(out, "# {}", comment(origin)).ok();
        }
        out.push_str("- name:");
        yaml::value(out, &Yaml::from(self.name.as_str()), 2);
        write!(out, "  {}:", self.module).ok();
        yaml::value(out, &Yaml::Map(self.args.clone()), 2);
        for (name, value) in &self.keywords {
            write!(out, "  {name}:").ok();
            yaml::value(out, value, 2);
        }
        // Neither a log nor a difference that is shown has a secret in it.
        match self.module {
            "ansible.builtin.template" => out.push_str("  diff: false\n"),
            _ if self.args.iter().any(|(_, value)| is_secret(value)) => out.push_str("  no_log: true\n"),
            _ => {}
        }
        if !self.notify.is_empty() {
            out.push_str("  notify:");
            yaml::value(out, &yaml::list(self.notify.clone()), 2);
        }
        // A tag is a word that people type: what is none is in the map only.
        let tags: Vec<&str> = self.entries.iter().map(String::as_str).filter(|e| is_tag(e)).take(MOST_TAGS).collect();
        if !tags.is_empty() {
            out.push_str("  tags:");
            yaml::value(out, &yaml::list(tags), 2);
        }
    }
}

/// How many tags a task may have; the map has all of its entries.
const MOST_TAGS: usize = 40;

fn is_secret(value: &Yaml) -> bool {
    matches!(value, Yaml::Jinja(text) if text.contains("{{ vault_"))
}

fn is_tag(text: &str) -> bool {
    text.len() < 100 && text.chars().all(|c| c.is_ascii_alphanumeric() || "/_.-+@:[]% ".contains(c))
}

/// A name that Ansible neither templates nor breaks over lines, beginning as a sentence does.
pub(crate) fn named(text: &str) -> String {
    let tame = |c: char| {
        if c.is_control() || "{}%#\"\\|".contains(c) || model::text::unsafe_on_terminals(c) { '_' } else { c }
    };
    let text: String = text.chars().map(tame).collect();
    if text.chars().count() <= 110 { text } else { text.chars().take(107).chain("...".chars()).collect() }
}
