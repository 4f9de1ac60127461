//! Packages of the operating system are installed together; those of languages are files, or a person's.

use super::write::component::BASE;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::{Yaml, list};
use super::{Lack, Rule};
use crate::generate::By;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule::code("package", render);

/// Packages are installed together: see [`install`].
fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    let name = lack.id.name.as_str();
    if let Some((system, module)) = name.split_once(':').filter(|(system, _)| !system.is_empty()) {
        return of_language(lack, project, system, module);
    }
    if !lack.is_wanted() {
        let task = Task::of(lack, Phase::Removals, format!("Remove the package {name}"), "ansible.builtin.apt");
        project.task(BASE, lack, task.arg("name", name).arg("state", "absent"));
        return;
    }
    if lack.lacks("held") && lack.flag("held") == Some(true) {
        let role = role_of(project, name);
        let task =
            Task::of(lack, Phase::Services, format!("Hold the package {name}"), "ansible.builtin.dpkg_selections");
        let name = project.add(&role, task.arg("name", name).arg("selection", "hold"));
        project.meets_one(lack, "held", By::Task(name));
    }
}

/// Packages of a language are files where they were installed without its index; of those the files are copied.
fn of_language(lack: &Lack<'_>, project: &mut Project<'_>, system: &str, name: &str) {
    let plain: String = name.to_ascii_lowercase().replace(['-', '.'], "_");
    let holds =
        |l: &&Lack<'_>| l.id.kind == "file" && l.id.name.to_ascii_lowercase().replace(['-', '.'], "_").contains(&plain);
    match project.want.lacking.iter().find(holds) {
        Some(file) => project.meets(lack, By::Through(file.id.to_string())),
        None => project.cannot(
            lack,
            &format!("packages of {system} are installed by their own tool, from an index that the spec does not name"),
        ),
    }
}

fn is_asked_for(lack: &Lack<'_>) -> bool {
    lack.text("asked-for").is_none_or(|by| by == "hand")
}

fn role_of(project: &Project<'_>, name: &str) -> String {
    let role = project.components.of_package(name);
    if project.has_role(&role) { role } else { BASE.to_owned() }
}

/// Installs what somebody asked for.
pub(super) fn install(project: &mut Project<'_>) {
    let is_new = |l: &&Lack<'_>| {
        l.id.kind == "package"
            && !l.id.name.contains(':')
            && l.is_wanted()
            && (l.whole || l.lacks("versions") || l.lacks("asked-for"))
    };
    let (packages, others): (Vec<&Lack<'_>>, Vec<&Lack<'_>>) =
        project.want.lacking.iter().filter(is_new).partition(|l| is_asked_for(l));
    let all: Vec<&Lack<'_>> = packages.iter().chain(&others).copied().collect();
    if all.is_empty() {
        return;
    }
    let refresh = refreshing(project, &all);
    project.add(BASE, refresh);
    let task = installing(project, &packages, &others);
    let name = project.add(BASE, task);
    for lack in all {
        project.meets(lack, By::Task(name.clone()));
    }
    if !others.is_empty() {
        mark(project, &others);
    }
}

/// A task that asks the archives what they have, where the lists are old or come from elsewhere now.
///
/// A host of some age names archives that are gone, and apt only warns of them. Ansible's module fails; what an archive
/// that does not answer holds up shows in the next task, which installs.
fn refreshing(project: &Project<'_>, packages: &[&Lack<'_>]) -> Task {
    let fresh = match project.sources() {
        [] => Yaml::Int(3600),
        sources => {
            let all: Vec<String> = sources.iter().map(|name| format!("{name} | default({{}})")).collect();
            let all = all.join(", ");
            Yaml::Jinja(format!(
                "{{{{ [{all}] | selectattr('changed', 'defined') | selectattr('changed') | list | ternary(0, 3600) }}}}"
            ))
        }
    };
    let mut task = Task::new(Phase::Packages, "Ask the archives what they have", "ansible.builtin.apt")
        .arg("update_cache", true)
        .arg("update_cache_retries", Yaml::Int(1))
        .arg("cache_valid_time", fresh)
        .keyword("register", "base_lists")
        .keyword("changed_when", false)
        .keyword(
            "failed_when",
            Yaml::Jinja("base_lists is failed and base_lists.msg is not search('update (apt )?cache')".to_owned()),
        );
    task.origins.push(
        "as with apt itself, an archive that does not answer is no failure: what only it has is one below".to_owned(),
    );
    task.entries = packages.iter().map(|l| l.id.to_string()).collect();
    task
}

/// A task that installs packages: all at once, because one that may be met by several others would bring the wrong one
/// along before the right one is asked for (a mail server, for whatever sends mail).
///
/// Those that nobody asked for are named as well: what others need, what they recommend, and what installers put down.
fn installing(project: &mut Project<'_>, asked: &[&Lack<'_>], others: &[&Lack<'_>]) -> Task {
    let packages: Vec<&Lack<'_>> = asked.iter().chain(others).copied().collect();
    let is_pinned = project.want.pin;
    // Where the host has no whole Python, Ansible's own brings its minimal part along in the same version.
    let has_python = project.claims("package", "python3");
    let may_pin =
        |name: &str| is_pinned && (has_python || !["python3.", "libpython3"].iter().any(|p| name.starts_with(p)));
    let named = |l: &&Lack<'_>| match (may_pin(&l.id.name), l.texts("versions").and_then(|v| v.into_iter().next())) {
        (true, Some(version)) => format!("{}={version}", l.id.name),
        _ => l.id.name.clone(),
    };
    let mut by_role: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for lack in asked {
        by_role.entry(role_of(project, &lack.id.name)).or_default().push(named(lack));
    }
    let mut lists = Vec::new();
    for (role, names) in by_role {
        let about = format!("The packages of {role}; the role {BASE} installs those of all roles together.");
        lists.push(project.default(&role, "packages", list(names), about));
    }
    if !others.is_empty() {
        let about =
            "Packages that came along: others need or recommend them, or an installer put them down.".to_owned();
        lists.push(project.default(BASE, "packages_along", list(others.iter().map(named)), about));
    }
    let mut task = Task::new(Phase::Packages, "Install packages", "ansible.builtin.apt")
        .arg("name", Yaml::Jinja(format!("{{{{ {} }}}}", lists.join(" + "))))
        .arg("state", "present")
        .arg("install_recommends", false)
        .arg_if("allow_downgrade", is_pinned.then_some(true))
        .keyword("register", "base_installed");
    task.origins.push("all at once: what several packages could meet must not bring the wrong one along".to_owned());
    for lack in &packages {
        let from = lack.origins().into_iter().filter(|o| !o.starts_with("observed") && !o.contains(".yaml:"));
        task.origins.extend(from.map(|o| format!("{}: {o}", lack.id.name)));
        task.entries.push(lack.id.to_string());
    }
    task
}

/// Marks what came along as what it is, so that it goes when nothing needs it any more.
fn mark(project: &mut Project<'_>, others: &[&Lack<'_>]) {
    let argv =
        list(["apt-mark".to_owned(), "auto".to_owned()].into_iter().chain(others.iter().map(|l| l.id.name.clone())));
    // The module that installs marks all it names as asked for, on each run: unless it installed something, what comes
    // of both is what was before.
    let changed = "base_installed is changed and base_marked.stdout is search('set to automatically')";
    let mut task = Task::new(Phase::Settings, "Mark what came along with other packages", "ansible.builtin.command")
        .arg("argv", argv)
        .keyword("register", "base_marked")
        .keyword("changed_when", Yaml::Jinja(changed.to_owned()));
    task.entries = others.iter().map(|l| l.id.to_string()).collect();
    let marked = project.add(BASE, task);
    for lack in others {
        project.meets_one(lack, "asked-for", By::Task(marked.clone()));
    }
}
