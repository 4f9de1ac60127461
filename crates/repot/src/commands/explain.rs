//! `repot explain`: of one resource, what is claimed and why, and what the machines showed when they were captured.

use crate::error::CommandError;
use crate::project::Project;
use crate::run::print;
use clap::Args;
use model::exit::Exit;
use model::fact::{Fact, Seen};
use model::facts::Resource;
use model::id::{ResourceId, glob};
use model::spec::{Entry, Note};
use model::standing::Standing;
use model::text::for_terminal;
use std::fmt::Write;

/// Says of resources what the spec claims, where that is written, who asked for it, and what was seen.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The resource, as `kind[name]`; the name may hold `*`
    id: String,
}

impl Explain {
    /// Does it.
    pub(crate) fn run(self, project: &Project) -> Result<Exit, CommandError> {
        let Some(wanted) = ResourceId::parse(&self.id) else {
            return Err(CommandError::usage(format!("`{}` is no resource", self.id)).hint("write it as service[nginx]"));
        };
        let Some(kind) = kinds::kind_named(&wanted.kind) else {
            return Err(
                CommandError::usage(format!("there is no kind `{}`", wanted.kind)).hint("`repot kinds` lists them")
            );
        };
        let mut out = String::new();
        for role in project.roles() {
            let spec = project.spec(&role, "")?;
            for (id, entry) in spec.entries.iter().filter(|(id, _)| covers(&wanted, id)) {
                claimed(&mut out, &role, id, entry);
            }
        }
        for (header, observed) in project.recordings() {
            let resources = observed.facts().and_then(|f| f.kinds.get(&wanted.kind)).map(|k| &k.resources);
            for (name, resource) in resources.into_iter().flatten() {
                if glob(&wanted.name, name) {
                    seen(&mut out, &header.target, &header.taken, &ResourceId::new(kind.name(), name), resource);
                }
            }
        }
        if out.is_empty() {
            return Err(CommandError::usage(format!("no spec and no recording speaks of {wanted}"))
                .hint("`repot capture TARGET` records a host"));
        }
        print(out.as_bytes())?;
        Ok(Exit::Same)
    }
}

fn covers(wanted: &ResourceId, id: &ResourceId) -> bool {
    wanted.kind == id.kind && (wanted.name == id.name || glob(&wanted.name, &id.name))
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
