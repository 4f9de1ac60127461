//! What a kind of resource is: its name, its properties, and the probe that reads it.

use crate::out::Out;
use crate::sys::Sys;
use model::coverage::Coverage;
use model::plan::Ask;
use model::value::Value;

/// A kind of resource. Adding one is one file, one line in `kinds/mod.rs` and one case folder.
pub trait Kind: Sync {
    /// The name, in the spelling Goss made common where Goss has it.
    fn name(&self) -> &'static str;

    /// One sentence: what a resource of this kind is and how it is named.
    fn summary(&self) -> &'static str;

    /// The properties, in the order in which people read them.
    fn properties(&self) -> &'static [Property];

    /// The part of a host it belongs to.
    fn area(&self) -> Area {
        Area::Other
    }

    /// The property that says whether the resource is there (`exists`, `installed`, `listening`). It is a claim's
    /// spelling only: a probe shows a resource, or shows it as absent.
    fn presence(&self) -> &'static str {
        "exists"
    }

    /// What it means to people when a sweep shows a resource as absent.
    fn absence(&self) -> &'static str {
        "shipped, and gone"
    }

    /// Whether a sweep (capture) looks for resources of this kind by itself.
    fn is_swept(&self) -> bool {
        true
    }

    /// Whether the second look of a capture is at the names of the first only, because finding them is costly.
    fn relooks_by_name(&self) -> bool {
        false
    }

    /// Whether names may be patterns with `*`.
    fn has_globs(&self) -> bool {
        false
    }

    /// Reads the resources. Shows each through `out` and says what silence means.
    ///
    /// With `ask.sweep`, everything that capture would write down is shown; each name in `ask.names` is shown too, or
    /// shown as absent when it was looked for and is not there.
    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage;
}

impl dyn Kind + '_ {
    /// A property by its name or one of its other spellings.
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties().iter().find(|p| p.name == name || p.aliases.contains(&name))
    }
}

/// The parts of a host, in the order in which people read of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// What the host is: its name, time zone, locale.
    Host,
    /// What is installed.
    Packages,
    /// What runs.
    Services,
    /// What happens at its time.
    Schedule,
    /// Files.
    Files,
    /// What an application asks of its interpreter: PHP and its like.
    Runtime,
    /// What answers HTTP.
    Web,
    /// Mail.
    Mail,
    /// Who may do what: users, groups, sudo, ssh.
    People,
    /// Addresses, names, ports, rules.
    Network,
    /// Kernel, mounts, limits.
    System,
    /// Checks that ask the host something: commands, http.
    Checks,
    /// Everything else.
    Other,
}

/// A property of a kind, as data.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// The name as written in specs: lower case, words joined by `-`.
    pub name: &'static str,
    /// The shape of its values.
    pub shape: Shape,
    /// One sentence: what it means, where it is read from.
    pub summary: &'static str,
    /// The unit of a number, such as `bytes`.
    pub unit: Option<&'static str>,
    /// Whether it can be read from a directory that is not running.
    pub life: Life,
    /// What it is for.
    pub role: Role,
    /// Whether the whole value is a secret, shown only as a keyed fingerprint.
    pub secret: bool,
    /// Other spellings that specs of other tools use.
    pub aliases: &'static [&'static str],
    /// The only values it takes, where they are few; empty where they are many.
    pub values: &'static [&'static str],
    /// How its texts are spelled.
    pub form: Form,
}

/// How a property's texts are spelled, where any other spelling would be a claim that nothing can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In any way.
    Any,
    /// As four octal digits.
    Mode,
    /// As so many hexadecimal digits in lower case.
    Hex(usize),
}

impl Form {
    /// Whether a text is spelled so.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Form::Any => true,
            Form::Mode => text.len() == 4 && text.bytes().all(|b| matches!(b, b'0'..=b'7')),
            Form::Hex(digits) => {
                text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
            }
        }
    }
}

/// The shape of a property's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// true or false.
    Bool,
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// A version, ordered as its packaging system orders it.
    Version,
    /// Versions.
    Versions,
    /// Texts without an order; shown sorted.
    Set,
    /// Texts in an order.
    List,
    /// Texts by name.
    Map,
    /// A text of lines, claimed by patterns.
    Lines,
    /// Whatever was written.
    Any,
}

impl Shape {
    fn fits(self, value: &Value) -> bool {
        let is_text = |v: &Value| matches!(v, Value::Text(_) | Value::Int(_));
        match (self, value) {
            (Shape::Bool, Value::Bool(_)) | (Shape::Int, Value::Int(_)) | (Shape::Lines, Value::Text(_)) => true,
            (Shape::Text | Shape::Version, value) => is_text(value),
            (Shape::Versions | Shape::Set | Shape::List, Value::List(items)) => items.iter().all(is_text),
            (Shape::Map, Value::Map(map)) => map.values().all(is_text),
            (Shape::Any, _) => true,
            _ => false,
        }
    }
}

/// Whether a property can be read from a root directory that is not running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Yes.
    Static,
    /// No: only a running machine shows it.
    Live,
}

/// What a property is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Shown by a sweep and written down by capture.
    Pinned,
    /// Shown by a sweep, never written down: it moves by itself or follows from others.
    Volatile,
    /// Shown only when asked for by name; may be costly.
    OnRequest,
    /// Not shown: it is part of the question (a command line, a time limit).
    Input,
    /// The contents of what people wrote: kept as a file beside the spec, when contents are asked for.
    Stored,
}

impl Property {
    /// A static property that capture writes down.
    pub const fn new(name: &'static str, shape: Shape, summary: &'static str) -> Self {
        Self {
            name,
            shape,
            summary,
            unit: None,
            life: Life::Static,
            role: Role::Pinned,
            secret: false,
            aliases: &[],
            values: &[],
            form: Form::Any,
        }
    }

    /// The same, of a running machine only.
    #[must_use]
    pub const fn live(mut self) -> Self {
        self.life = Life::Live;
        self
    }

    /// The same, never written down.
    #[must_use]
    pub const fn volatile(mut self) -> Self {
        self.role = Role::Volatile;
        self
    }

    /// The same, shown only when asked for by name.
    #[must_use]
    pub const fn on_request(mut self) -> Self {
        self.role = Role::OnRequest;
        self
    }

    /// The same as part of the question.
    #[must_use]
    pub const fn input(mut self) -> Self {
        self.role = Role::Input;
        self
    }

    /// The same, kept as a file beside the spec.
    #[must_use]
    pub const fn stored(mut self) -> Self {
        self.role = Role::Stored;
        self
    }

    /// The same, a secret as a whole.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The same with a unit.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The same with other spellings.
    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// The same, taking these values only.
    #[must_use]
    pub const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }

    /// The same, spelled in one way.
    #[must_use]
    pub const fn form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// Whether a value is one that a spec can claim of it.
    pub fn takes(&self, value: &Value) -> bool {
        let is_known = self.values.is_empty() || value.as_text().is_some_and(|t| self.values.contains(&t));
        let is_spelled = value.as_text().is_none_or(|text| self.form.fits(text));
        is_known && is_spelled && self.shape.fits(value)
    }

    /// Whether capture writes it down.
    pub fn is_pinned(&self) -> bool {
        self.role == Role::Pinned
    }
}
