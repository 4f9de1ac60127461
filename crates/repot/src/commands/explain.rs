//! `repot explain`: of one resource, what is claimed and why, and what the machines showed when they were captured.

use super::known_kind::known_kind;
use crate::error::CommandError;
use crate::project::Project;
use crate::run::print;
use clap::Args;
use model::exit::Exit;
use model::fact::{Fact, Seen};
use model::facts::{Facts, Resource};
use model::id::{ResourceId, glob};
use model::spec::{Entry, Note};
use model::standing::Standing;
use model::text::for_terminal;
use std::fmt::Write;

const AFTER: &str = "\
It reads spec/ and the recordings of captures; no host is asked.

Examples:
  repot explain 'service[nginx]'
  repot explain nginx              whatever is called nginx
  repot explain 'file[/etc/nginx/*]'";

/// Says of resources what the spec claims, where that is written, who asked for it, and what was seen.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Explain {
    /// The resource, in quotes for your shell, or a name alone; the name may hold `*`
    #[arg(value_name = "KIND[NAME]")]
    id: String,
}

impl Explain {
    /// Does it.
    pub(crate) fn run(self, project: &Project) -> Result<Exit, CommandError> {
        let wanted = Wanted::parse(&self.id)?;
        let mut out = String::new();
        for role in project.roles() {
            let mut specs = vec![(role.clone(), project.spec(&role, "")?)];
            specs.extend(project.own_specs(&role)?.into_iter().map(|(host, spec)| (format!("{role}, {host}"), spec)));
            for (whose, spec) in &specs {
                for (id, entry) in spec.entries.iter().filter(|(id, _)| wanted.covers(&id.kind, &id.name)) {
                    claimed(&mut out, whose, id, entry);
                }
            }
        }
        for (header, observed) in project.recordings() {
            for (kind, name, resource) in observed.facts().into_iter().flat_map(Facts::resources) {
                if wanted.covers(kind, name) {
                    seen(&mut out, &header.target, &header.taken, &ResourceId::new(kind, name), resource);
                }
            }
        }
        if out.is_empty() {
            return Err(CommandError::usage(format!("no spec and no recording speaks of {}", self.id))
                .hint("`repot capture TARGET` records a host; a resource is named as 'service[nginx]'"));
        }
        print(out.as_bytes())?;
        Ok(Exit::Same)
    }
}

/// What was asked for: a resource, or everything of a name.
struct Wanted {
    kind: Option<&'static str>,
    name: String,
}

impl Wanted {
    fn parse(typed: &str) -> Result<Self, CommandError> {
        match ResourceId::parse(typed) {
            Some(id) => Ok(Self { kind: Some(known_kind(&id.kind)?.name()), name: id.name }),
            None => Ok(Self { kind: None, name: typed.to_owned() }),
        }
    }

    fn covers(&self, kind: &str, name: &str) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind) && (self.name == name || glob(&self.name, name))
    }
}

// Writing to a string does not fail.
fn claimed(out: &mut String, role: &str, id: &ResourceId, entry: &Entry) {
    writeln!(out, "{} in spec {role}", for_terminal(&id.to_string())).ok();
    if let Some((wanted, note)) = &entry.presence {
        let says = if *wanted { "is to be there" } else { "is not to be there" };
        writeln!(out, "  {says}{}", beside(note, entry)).ok();
    }
    for (property, claimed) in &entry.claims {
        let says = for_terminal(&claimed.claim.to_string()).into_owned();
        writeln!(out, "  {property}: {says}{}", beside(&claimed.note, entry)).ok();
    }
}

fn beside(note: &Note, entry: &Entry) -> String {
    let mut text = format!("  ({}", note.place.as_ref().unwrap_or(&entry.place));
    if let Some(from) = note.from.as_ref().or(entry.note.from.as_ref()) {
        text.push_str(&format!(", from {}", for_terminal(&from.to_string())));
    }
    if let Some(why) = note.why.as_ref().or(entry.note.why.as_ref()) {
        text.push_str(&format!(", because {}", for_terminal(why)));
    }
    if let Some(waiver) = note.waive.as_ref().or(entry.note.waive.as_ref()) {
        text.push_str(&format!(", a difference is waived: {}", for_terminal(&waiver.reason)));
    }
    text.push(')');
    text
}

fn seen(out: &mut String, target: &str, taken: &str, id: &ResourceId, resource: &Resource) {
    writeln!(out, "{} on {} at {taken}", for_terminal(&id.to_string()), for_terminal(target)).ok();
    if resource.absent {
        writeln!(out, "  was shipped, and is not there").ok();
    }
    for (property, fact) in &resource.facts {
        writeln!(out, "  {property}: {}", for_terminal(&one(fact))).ok();
    }
}

fn one(fact: &Fact) -> String {
    let mut text = match &fact.seen {
        Seen::Value(value) => value.to_string(),
        Seen::Absent(_) => "none".to_owned(),
        Seen::Unknown(why) => return format!("could not look: {why}"),
    };
    text.push_str(match fact.standing {
        Standing::Local => "  (people's doing",
        Standing::Shipped => "  (as shipped",
    });
    if let Some(shipped) = &fact.shipped {
        text.push_str(&format!(", shipped as {shipped}"));
    }
    if let Some(place) = &fact.place {
        text.push_str(&format!(", set at {place}"));
    }
    text.push(')');
    text
}
