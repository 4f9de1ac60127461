//! Directories in which Debian's packages switch parts on by links (`sites-enabled`): scripts of packages put some there
//! that people took away, which no record of the host tells. What the spec does not name there goes.

use super::write::handlers;
use super::write::project::Project;
use super::write::secrets::identifier;
use super::write::task::{Phase, Task};
use super::write::yaml::{Yaml, list};
use std::collections::BTreeSet;

/// Directories that a package fills when it is installed, by the beginning of its name.
const FILLED: &[(&str, &str)] = &[
    ("nginx", "/etc/nginx/sites-enabled"),
    ("apache2", "/etc/apache2/sites-enabled"),
    ("apache2", "/etc/apache2/conf-enabled"),
    ("apache2", "/etc/apache2/mods-enabled"),
];

/// Makes the tasks, where the spec is complete of files.
pub(super) fn keep_to(project: &mut Project<'_>) {
    if !project.want.spec.closed.contains_key("file") {
        return;
    }
    let lacking = project.want.lacking.iter();
    let dirs: BTreeSet<String> = lacking
        .flat_map(|lack| match lack.id.kind.as_str() {
            "file" => directory_of(&lack.id.name).map(str::to_owned).into_iter().collect(),
            "package" if lack.is_wanted() && lack.whole => filled_by(&lack.id.name),
            _ => Vec::new(),
        })
        .collect();
    for dir in dirs {
        keep_one(project, &dir);
    }
}

/// The directory of a link, if it is one of these.
fn directory_of(path: &str) -> Option<&str> {
    let (dir, _) = path.rsplit_once('/')?;
    let is_tame = dir.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    (dir.starts_with("/etc/") && dir.ends_with("-enabled") && is_tame).then_some(dir)
}

fn filled_by(package: &str) -> Vec<String> {
    let is_of = |stem: &str| package == stem || package.strip_prefix(stem).is_some_and(|rest| rest.starts_with('-'));
    FILLED.iter().filter(|(stem, _)| is_of(stem)).map(|(_, dir)| (*dir).to_owned()).collect()
}

fn keep_one(project: &mut Project<'_>, dir: &str) {
    let is_in =
        |name: &str| name.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/') && !rest[1..].contains('/'));
    let wanted: Vec<String> = project
        .want
        .spec
        .entries
        .iter()
        .filter(|(id, entry)| id.kind == "file" && is_in(&id.name) && !matches!(entry.presence, Some((false, _))))
        .map(|(id, _)| id.name.clone())
        .collect();
    let entries: Vec<String> = if wanted.is_empty() {
        vec![format!("file[{dir}]")]
    } else {
        wanted.iter().map(|path| format!("file[{path}]")).collect()
    };
    let role = project.components.of_path(&format!("{dir}/any"));
    let stem = identifier(dir.strip_prefix("/etc/").unwrap_or(dir));
    let stem = stem.strip_prefix(&format!("{role}_")).unwrap_or(&stem).to_owned();
    let about = format!("What is switched on in {dir}; what is not named here is removed there.");
    let wanted = project.default(&role, &stem, list(wanted), about);
    let found = format!("{role}_{stem}_found");
    let mut task = Task::new(Phase::Removals, format!("Look at what is switched on in {dir}"), "ansible.builtin.find")
        .arg("paths", dir)
        .arg("file_type", "any")
        .keyword("register", found.as_str());
    task.entries.clone_from(&entries);
    project.add(&role, task);
    let notify = handlers::for_path(project, &role, &format!("{dir}/any"));
    let title = format!("Switch off what is not to be on in {dir}");
    let mut task = Task::new(Phase::Removals, title, "ansible.builtin.file")
        .arg("path", Yaml::Jinja("{{ item }}".to_owned()))
        .arg("state", "absent")
        .keyword("loop", Yaml::Jinja(format!("{{{{ {found}.files | map(attribute='path') | difference({wanted}) }}}}")))
        .notify(notify);
    task.origins.push("the spec is complete of files: a script of a package may have put more there".to_owned());
    task.entries = entries;
    project.add(&role, task);
}
