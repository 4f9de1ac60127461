//! The facts of a role's host, for matching what people wrote with them: of its recording, or of its spec.

use crate::error::CommandError;
use crate::files;
use crate::project::Project;
use crate::standing::moment;
use crate::stored::safe_path;
use model::fact::Fact;
use model::facts::Facts;
use model::id::ResourceId;
use model::origin::Origin;
use model::spec::Spec;
use model::standing::Standing;
use model::value::Value;
use target::recording;

/// The role that is meant: the one named, or the only one there is.
pub(crate) fn role(project: &Project, wanted: Option<&str>) -> Result<String, CommandError> {
    let mut roles = project.host_roles();
    if roles.len() > 1 && roles.iter().any(|r| project.imported_path(r).is_file()) {
        roles.retain(|r| project.imported_path(r).is_file());
    }
    match (wanted, roles.as_slice()) {
        (Some(role), _) => Ok(role.to_owned()),
        (None, [only]) => Ok(only.clone()),
        (None, []) => Err(CommandError::usage("there is no spec yet that sources could be compared with")
            .hint("`repot capture TARGET` writes one; or say --role ROLE to record the sources first")),
        (None, _) => Err(CommandError::usage("which role are the sources of?")
            .hint(format!("say --role ROLE; there are: {}", roles.join(", ")))),
    }
}

/// What a role's host showed, and where that was taken from; `None` when nothing of it is known.
pub(crate) fn observed(project: &Project, role: &str) -> Result<Option<(String, Facts)>, CommandError> {
    let own: Vec<String> = project.own_specs(role)?.into_iter().map(|(host, _)| host).collect();
    let recorded = project.recorded();
    let is_only = recorded.len() == 1;
    let is_of = |host: &str| host == role || own.iter().any(|o| o == host) || is_only;
    let mut found: Vec<_> = recorded
        .into_iter()
        .filter(|(header, _)| {
            let short = header.target.rsplit([':', '/', '@']).next().unwrap_or_default();
            is_of(&header.host) || is_of(short)
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| a.taken.cmp(&b.taken));
    // Of a fleet only the newest is read.
    for (header, path) in found.into_iter().rev() {
        let facts = recording::read(&path).ok().and_then(|(_, observed)| observed.facts().cloned());
        if let Some(facts) = facts {
            return Ok(Some((format!("{} as of {}", header.target, moment(&header.taken)), facts)));
        }
    }
    if !project.role(role).is_dir() || project.role_files(role)?.is_empty() {
        return Ok(None);
    }
    let spec = project.spec(role, "")?;
    Ok(Some((format!("the spec {}", project.role(role).display()), of_spec(project, role, &spec))))
}

/// A spec's claims as facts: what site.yaml says is people's, what baseline.yaml says is not.
fn of_spec(project: &Project, role: &str, spec: &Spec) -> Facts {
    let mut facts = spec.as_facts();
    for (id, entry) in &spec.entries {
        let Some(resource) = facts.kinds.get_mut(&id.kind).and_then(|k| k.resources.get_mut(&id.name)) else {
            continue;
        };
        for (property, fact) in &mut resource.facts {
            let Some(claimed) = entry.claims.get(property) else { continue };
            let place = claimed.note.place.as_ref().unwrap_or(&entry.place);
            fact.standing = if place.file.ends_with("baseline.yaml") { Standing::Shipped } else { Standing::Local };
            fact.place = match claimed.note.from.as_ref().or(entry.note.from.as_ref()) {
                Some(Origin::Observed(place)) => place.clone(),
                Some(Origin::Imported(_) | Origin::Authored | Origin::Packaged) | None => None,
            };
        }
        if id.kind == "file"
            && let Some(text) = kept(project, role, id)
        {
            resource.facts.insert("content".to_owned(), Fact::is(Value::Text(text)).local());
        }
    }
    facts
}

/// The contents that a capture kept of a file.
fn kept(project: &Project, role: &str, id: &ResourceId) -> Option<String> {
    files::read(&project.role(role).join("files").join(safe_path(&id.name))).ok().flatten()
}
