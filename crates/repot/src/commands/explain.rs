//! `repot explain`: of every fact who asked for it, and of every statement whether it still holds; or of one resource all
//! that is known: what is claimed, what is said, and what the machines showed when they were captured.

use super::known_kind::known_kind;
use crate::error::CommandError;
use crate::explaining;
use crate::files;
use crate::project::Project;
use crate::run::print;
use crate::standing::moment;
use crate::ui::Ui;
use clap::{Args, ValueEnum};
use exchange::explain::{explain, human, human_of, json};
use exchange::spec_file::problem::meant;
use model::exit::Exit;
use model::fact::{Fact, Seen};
use model::facts::{Facts, Resource};
use model::id::{ResourceId, glob};
use model::spec::{Entry, Note};
use model::standing::Standing;
use model::text::for_terminal;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

const AFTER: &str = "\
It reads spec/, what was imported, and the recordings of captures; no host is asked.

Examples:
  repot explain                    what is stale, what is a default, what is only on the machine
  repot explain 'service[nginx]'   every source that speaks of it, and what the machine shows
  repot explain nginx              whatever is called nginx
  repot explain spec/web/site.yaml:91   what stands at that line
  repot explain 'file[/etc/nginx/*]'";

/// Says of every fact who asked for it, and of every statement whether it still holds; or of one resource all of it.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Explain {
    /// The resource, in quotes for your shell, or a name alone, which may hold `*`; or a line of a spec, FILE:LINE
    #[arg(value_name = "KIND[NAME]")]
    id: Option<String>,
    /// The role; the only one there is, if it is not said
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// How it is said
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also list what is still so, and every packaged default
    #[arg(long)]
    all: bool,
}

/// How it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// JSON, version 1 (see `repot schema explain`)
    Json,
}

impl Explain {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let wanted = self.id.as_deref().map(|typed| Wanted::parse(typed, project)).transpose()?;
        match wanted {
            Some(wanted) if self.format == Format::Human => self.one(&wanted, project, ui),
            wanted => self.everything(wanted.as_ref(), project, ui),
        }
    }

    fn everything(&self, wanted: Option<&Wanted>, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let role = explaining::role(project, self.role.as_deref())?;
        let record = project.imported(&role)?;
        let Some((whose, facts)) = explaining::observed(project, &role)? else {
            return Err(CommandError::usage(format!("nothing is known of a host of the role {role}"))
                .hint(format!("`repot capture TARGET --role {role}` records one")));
        };
        let explained = explain(&record.statements, &facts);
        if self.format == Format::Json {
            let covers = |id: &ResourceId| wanted.is_none_or(|w| w.covers(&id.kind, &id.name));
            print(format!("{:#}\n", json(&explained, &covers)).as_bytes())?;
            return Ok(Exit::Same);
        }
        ui.show(&human(&explained, self.all))?;
        if record.statements.is_empty() {
            ui.say("nothing was imported yet: `repot import FILE…` reads what people wrote down");
        }
        ui.say(&format!("the host is {whose}"));
        ui.next(
            "`repot explain 'KIND[NAME]'` shows all that is known of one; write why it is so into the spec, as `why`",
        );
        Ok(Exit::Same)
    }

    fn one(&self, wanted: &Wanted, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let mut out = String::new();
        for role in project.roles() {
            let mut specs = match project.role_files(&role)?.is_empty() {
                true => Vec::new(),
                false => vec![(role.clone(), project.spec(&role, "")?)],
            };
            specs.extend(project.own_specs(&role)?.into_iter().map(|(host, spec)| (format!("{role}, {host}"), spec)));
            for (whose, spec) in &specs {
                for (id, entry) in spec.entries.iter().filter(|(id, _)| wanted.covers(&id.kind, &id.name)) {
                    claimed(&mut out, whose, id, entry);
                }
            }
            said(&mut out, wanted, &role, project)?;
        }
        for (header, observed) in project.recordings() {
            for (kind, name, resource) in observed.facts().into_iter().flat_map(Facts::resources) {
                if wanted.covers(kind, name) {
                    seen(&mut out, &header.target, &header.taken, &ResourceId::new(kind, name), resource);
                }
            }
        }
        if out.is_empty() {
            let id = self.id.as_deref().unwrap_or_default();
            let error = CommandError::usage(format!("no spec, no source and no recording speaks of {id}"));
            let known = known(project)?;
            return Err(match meant(id, known.iter().map(String::as_str)) {
                Some(meant) => error.hint(format!("did you mean `repot explain '{meant}'`?")),
                None => error.hint("`repot capture TARGET` records a host; a resource is named as 'service[nginx]'"),
            });
        }
        ui.show(&out)?;
        Ok(Exit::Same)
    }
}

/// Everything that a spec names, as it could have been typed.
fn known(project: &Project) -> Result<BTreeSet<String>, CommandError> {
    let mut known = BTreeSet::new();
    for role in project.roles().iter().filter(|role| project.role_files(role).is_ok_and(|files| !files.is_empty())) {
        for id in project.spec(role, "")?.entries.into_keys() {
            known.insert(id.to_string());
            known.insert(id.name);
        }
    }
    Ok(known)
}

/// What sources say of it.
fn said(out: &mut String, wanted: &Wanted, role: &str, project: &Project) -> Result<(), CommandError> {
    let record = project.imported(role)?;
    if record.statements.is_empty() {
        return Ok(());
    }
    let Some((_, facts)) = explaining::observed(project, role)? else { return Ok(()) };
    let text = human_of(&explain(&record.statements, &facts), &|id| wanted.covers(&id.kind, &id.name));
    if !text.is_empty() {
        writeln!(out, "who asked for it, in {role}").ok();
        out.push_str(&text);
    }
    Ok(())
}

/// What was asked for: a resource, or everything of a name.
struct Wanted {
    kind: Option<&'static str>,
    name: String,
}

impl Wanted {
    fn parse(typed: &str, project: &Project) -> Result<Self, CommandError> {
        if let Some((path, line)) = of_spec(typed) {
            let id = at_line(path, line, project)?.ok_or_else(|| {
                CommandError::usage(format!("no resource of a spec stands at {typed}"))
                    .hint("lines are those of the files in spec/: `repot explain spec/ROLE/site.yaml:LINE`")
            })?;
            return Ok(Self { kind: Some(known_kind(&id.kind)?.name()), name: id.name });
        }
        match ResourceId::parse(typed) {
            Some(id) => Ok(Self { kind: Some(known_kind(&id.kind)?.name()), name: id.name }),
            None => Ok(Self { kind: None, name: typed.to_owned() }),
        }
    }

    fn covers(&self, kind: &str, name: &str) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind) && (self.name == name || glob(&self.name, name))
    }
}

/// `spec/web/site.yaml:91` as a file and its line.
fn of_spec(typed: &str) -> Option<(&str, u32)> {
    let (path, line) = typed.rsplit_once(':')?;
    let is_spec = path.ends_with(".yaml") || path.ends_with(".yml");
    Some((path, line.parse().ok()?)).filter(|_| is_spec)
}

/// The resource that stands at a line of a spec, or began above it.
fn at_line(path: &str, line: u32, project: &Project) -> Result<Option<ResourceId>, CommandError> {
    let text = files::read(Path::new(path))?.unwrap_or_default();
    // What a key is given may begin on the line below it.
    let is_key = |line: u32| {
        let at = usize::try_from(line).ok().and_then(|n| n.checked_sub(1));
        at.and_then(|at| text.lines().nth(at)).is_some_and(|l| l.trim_end().ends_with(':'))
    };
    let line = (line..line.saturating_add(3)).find(|n| !is_key(*n)).unwrap_or(line);
    let path = path.trim_start_matches("./");
    let is_it = |file: &str| file == path || file.ends_with(&format!("/{path}")) || path.ends_with(&format!("/{file}"));
    let mut best: Option<(u32, ResourceId)> = None;
    for role in project.roles() {
        if project.role_files(&role)?.is_empty() {
            continue;
        }
        for (id, entry) in &project.spec(&role, "")?.entries {
            let notes = entry.presence.iter().map(|(_, note)| note).chain(entry.claims.values().map(|c| &c.note));
            let places = notes.filter_map(|note| note.place.as_ref()).chain([&entry.place]);
            for place in places.filter(|place| is_it(&place.file) && place.line <= line) {
                if best.as_ref().is_none_or(|(before, _)| *before < place.line) {
                    best = Some((place.line, id.clone()));
                }
            }
        }
    }
    Ok(best.map(|(_, id)| id))
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
    writeln!(out, "{} on {} at {}", for_terminal(&id.to_string()), for_terminal(target), moment(taken)).ok();
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
