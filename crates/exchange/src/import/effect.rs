//! What is so after a step: a claim on a resource, or something done to a file.

use super::files::File;
use model::claim::Claim;
use model::id::ResourceId;
use model::place::Place;
use model::value::Value;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is so after a step. Names of resources may be patterns with `*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// A resource is there, or is not.
    Presence {
        /// The resource.
        id: ResourceId,
        /// Whether it is there.
        there: bool,
    },
    /// A property of a resource is so.
    Property {
        /// The resource.
        id: ResourceId,
        /// The property.
        property: String,
        /// How it is.
        want: Want,
    },
    /// A file has these contents, as a whole.
    Contents {
        /// The file on the host.
        path: String,
        /// Its text.
        text: String,
        /// Where its first line stands in a source, if it stands in one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Place>,
    },
    /// A file is made of a template, of which these parts are known, in this order.
    Template {
        /// The file on the host.
        path: String,
        /// The parts between what is filled in.
        parts: Vec<String>,
        /// Where its first line stands in a source, if it stands in one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Place>,
    },
    /// A file has these lines, or no longer has them.
    Lines {
        /// The file on the host.
        path: String,
        /// The lines.
        lines: Vec<String>,
        /// Whether they are there.
        there: bool,
        /// Where the first of them stands in a source, if each stands on a line of its own there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Place>,
    },
    /// What matched an expression in the lines of a file was replaced.
    Substitution {
        /// The file on the host.
        path: String,
        /// The expression, in the syntax of the regex crate.
        pattern: String,
        /// What stands there instead, in the same syntax (`${1}` is the first group).
        replacement: String,
    },
    /// Everything below a directory was brought at once.
    Tree {
        /// The directory on the host.
        path: String,
    },
    /// A file was changed, and how is not known: an editor was opened, a program wrote to it.
    Touched {
        /// The file on the host.
        path: String,
    },
    /// A file as it was before lies beside it: it was changed at some time, by somebody.
    Kept {
        /// The file on the host.
        path: String,
    },
}

/// How a property is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Want {
    /// This value.
    Is(Value),
    /// A list or text with at least these items or lines.
    Has(Vec<String>),
    /// A list or text with none of these items or lines.
    Lacks(Vec<String>),
    /// A text that begins so.
    Begins(String),
    /// A text in which this expression matches, in the syntax of the regex crate.
    Matches(String),
    /// Anything: it was set, to what is not known.
    Any,
    /// The opposite.
    Not(Box<Want>),
    /// As a gossfile writes it.
    Written(serde_json::Value),
}

impl Effect {
    /// A resource is there.
    pub fn there(kind: &str, name: impl Into<String>) -> Self {
        Effect::Presence { id: ResourceId::new(kind, name), there: true }
    }

    /// A resource is not there.
    pub fn gone(kind: &str, name: impl Into<String>) -> Self {
        Effect::Presence { id: ResourceId::new(kind, name), there: false }
    }

    /// A property has this value.
    pub fn is(kind: &str, name: impl Into<String>, property: &str, value: impl Into<Value>) -> Self {
        Self::wants(kind, name, property, Want::Is(value.into()))
    }

    /// A property is so.
    pub fn wants(kind: &str, name: impl Into<String>, property: &str, want: Want) -> Self {
        Effect::Property { id: ResourceId::new(kind, name), property: property.to_owned(), want }
    }

    /// A file is a copy of one that was handed in.
    pub fn copy_of(file: &File, path: impl Into<String>) -> Self {
        Effect::Contents { path: path.into(), text: file.text().to_owned(), source: Some(file.line(1)) }
    }

    /// A file came there, with what in it is not known.
    pub fn came(path: &str) -> Vec<Self> {
        vec![Self::there("file", path), Effect::Touched { path: path.to_owned() }]
    }

    /// A file has this mode, written in octal in any of the ways in which programs take it.
    pub fn mode(path: &str, mode: &str) -> Self {
        Self::is("file", path, "mode", format!("{:0>4}", mode.trim_start_matches("0o")))
    }

    /// A file is owned so: `USER`, `USER:GROUP`.
    pub fn owned(path: &str, owner: &str) -> Vec<Self> {
        let (user, group) = owner.split_once(':').map_or((owner, None), |(user, group)| (user, Some(group)));
        let user = (!user.is_empty()).then(|| Self::is("file", path, "owner", user));
        user.into_iter().chain(group.map(|group| Self::is("file", path, "group", group))).collect()
    }

    /// The file it changes, where it is one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Effect::Presence { id, .. } | Effect::Property { id, .. } => (id.kind == "file").then_some(&id.name),
            Effect::Contents { path, .. }
            | Effect::Template { path, .. }
            | Effect::Lines { path, .. }
            | Effect::Substitution { path, .. }
            | Effect::Tree { path }
            | Effect::Touched { path }
            | Effect::Kept { path } => Some(path),
        }
    }

    /// The texts in it that stand in a file.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Effect::Contents { text, .. } => vec![text],
            Effect::Template { parts, .. } => parts.iter().map(String::as_str).collect(),
            Effect::Lines { lines, .. } => lines.iter().map(String::as_str).collect(),
            Effect::Substitution { replacement, .. } => vec![replacement],
            Effect::Presence { .. }
            | Effect::Property { .. }
            | Effect::Tree { .. }
            | Effect::Touched { .. }
            | Effect::Kept { .. } => Vec::new(),
        }
    }

    /// The resources it speaks of.
    pub fn ids(&self) -> Vec<ResourceId> {
        match self {
            Effect::Presence { id, .. } | Effect::Property { id, .. } => vec![id.clone()],
            Effect::Contents { path, .. }
            | Effect::Template { path, .. }
            | Effect::Lines { path, .. }
            | Effect::Substitution { path, .. }
            | Effect::Tree { path }
            | Effect::Touched { path }
            | Effect::Kept { path } => vec![ResourceId::new("file", path)],
        }
    }

    /// Its subject in one line: `kind[name]`, `kind[name].property`, or `file[path].content`.
    pub fn subject(&self) -> String {
        match self {
            Effect::Presence { id, .. } => id.to_string(),
            Effect::Property { id, property, .. } => format!("{id}.{property}"),
            Effect::Contents { path, .. }
            | Effect::Template { path, .. }
            | Effect::Lines { path, .. }
            | Effect::Substitution { path, .. }
            | Effect::Touched { path }
            | Effect::Kept { path } => format!("file[{path}].content"),
            Effect::Tree { path } => format!("file[{path}/*]"),
        }
    }
}

impl Want {
    /// The same as a claim on a property; `None` where an expression is none.
    pub fn claim(&self, id: &ResourceId, property: &str) -> Option<Claim> {
        let items = |items: &[String]| items.iter().map(|i| Claim::Is(i.as_str().into())).collect();
        Some(match self {
            Want::Is(value) => Claim::Is(value.clone()),
            Want::Has(all) => Claim::ContainElements(items(all)),
            Want::Lacks(none) => Claim::And(
                none.iter()
                    .map(|i| Claim::Not(Box::new(Claim::ContainElement(Box::new(Claim::Is(i.as_str().into()))))))
                    .collect(),
            ),
            Want::Begins(text) => Claim::Prefix(text.clone()),
            Want::Matches(pattern) => Claim::Regexp(regex::Regex::new(pattern).ok()?),
            Want::Any => Claim::And(Vec::new()),
            Want::Not(inner) => Claim::Not(Box::new(inner.claim(id, property)?)),
            Want::Written(written) => written_claim(id, property, written)?,
        })
    }
}

/// What a gossfile means by what it writes of a property.
fn written_claim(id: &ResourceId, property: &str, written: &serde_json::Value) -> Option<Claim> {
    let title = model::id::literal(&id.name);
    let text = serde_json::json!({ id.kind.as_str(): { title: { property: written } } }).to_string();
    let parsed = crate::spec_file::parse::parse(&[("gossfile".to_owned(), text)]).ok()?;
    Some(parsed.spec.entries.values().next()?.claims.get(property)?.claim.clone())
}

/// One line, for messages.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effect::Presence { id, there: true } => write!(f, "{id} is there"),
            Effect::Presence { id, there: false } => write!(f, "{id} is not there"),
            Effect::Property { id, property, want } => write!(f, "{id}.{property} {want}"),
            Effect::Contents { path, text, .. } => write!(f, "file[{path}] holds {} lines", text.lines().count()),
            Effect::Template { path, parts, .. } => {
                write!(f, "file[{path}] is made of a template of {} known parts", parts.len())
            }
            Effect::Lines { path, lines, there, .. } => {
                let has = if *there { "has" } else { "has no longer" };
                write!(f, "file[{path}] {has} {}", lines.join(" ⏎ "))
            }
            Effect::Substitution { path, pattern, replacement } => {
                write!(f, "file[{path}]: {pattern} becomes {replacement}")
            }
            Effect::Tree { path } => write!(f, "files came to {path}"),
            Effect::Touched { path } => write!(f, "file[{path}] was changed"),
            Effect::Kept { path } => write!(f, "file[{path}] is kept beside as it was"),
        }
    }
}

impl fmt::Display for Want {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Want::Is(value) => write!(f, "is {value}"),
            Want::Has(items) => write!(f, "has {}", items.join(", ")),
            Want::Lacks(items) => write!(f, "has no {}", items.join(", ")),
            Want::Begins(text) => write!(f, "begins with {text}"),
            Want::Matches(pattern) => write!(f, "matches /{pattern}/"),
            Want::Any => f.write_str("was set"),
            Want::Not(inner) => write!(f, "not: {inner}"),
            Want::Written(written) => write!(f, "is to be {written}"),
        }
    }
}
