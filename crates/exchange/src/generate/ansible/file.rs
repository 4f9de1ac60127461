//! Files, directories and links: contents from the spec's own files, secrets as variables, the rest to be given.

use super::write::handlers;
use super::write::project::{Project, expression};
use super::write::secrets::identifier;
use super::write::task::{Phase, Task, named};
use super::write::yaml::{Yaml, list, map};
use super::{Lack, Rule};
use crate::generate::By;
use model::id::ResourceId;
use model::text::SECRET;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule::code("file", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    let path = lack.id.name.as_str();
    if let Some(why) = unsafe_name(path) {
        return project.cannot(lack, why);
    }
    if !lack.is_wanted() {
        return remove(lack, project);
    }
    if let Some(script) = switched_off(path) {
        return switch_off(lack, project, script);
    }
    if let Some(by) = of_others(lack, project) {
        return project.meets(lack, By::Through(by));
    }
    match lack.text("filetype").as_deref() {
        Some("directory") if lack.value("tree-digest").is_some() => tree(lack, project),
        Some("directory") => directory(lack, project),
        Some("symlink") => link(lack, project),
        Some("file") => file(lack, project),
        Some(other) => project.cannot(lack, &format!("a task makes files, directories and links, not a {other}")),
        None if lack.value("acl").is_some() || lack.value("mode").is_some() => attributes(lack, project, None),
        None => project.cannot(lack, "the spec does not say what it is"),
    }
}

/// Why a path cannot be an argument of a task: what the module would make of it is not what it is.
fn unsafe_name(path: &str) -> Option<&'static str> {
    let bytes = model::text::to_bytes(path);
    if String::from_utf8(bytes).ok().as_deref() != Some(path) {
        return Some("its name is not UTF-8, which YAML cannot hold");
    }
    let after = path.split('$').skip(1);
    let is_variable = |rest: &str| rest.starts_with(|c: char| c == '{' || c == '_' || c.is_ascii_alphanumeric());
    if after.into_iter().any(is_variable) {
        return Some("Ansible's modules would take the `$` in its name for a variable of the environment");
    }
    path.contains('\0').then_some("no file has such a name")
}

/// What other resources bring along.
fn of_others(lack: &Lack<'_>, project: &Project<'_>) -> Option<String> {
    let path = lack.id.name.as_str();
    let unit = |kind: &str, end: &str| {
        let name = path.rsplit('/').next()?.strip_suffix(end)?;
        project.claims(kind, name).then(|| format!("{kind}[{name}]"))
    };
    let is_of_systemd = path.starts_with("/etc/systemd/system/");
    if is_of_systemd && (path.contains(".wants/") || lack.text("linked-to").as_deref() == Some("/dev/null")) {
        return unit("service", ".service")
            .or_else(|| unit("timer", ".timer"))
            .or_else(|| Some("its package".to_owned()));
    }
    if path.starts_with("/etc/rc") && path.contains(".d/") && !lack.still {
        return Some("its package".to_owned());
    }
    if let Some(source) = path.strip_suffix(".db").filter(|source| project.claims("file", source)) {
        return Some(format!("file[{source}]"));
    }
    if path.starts_with("/etc/ssl/certs/") {
        let target = lack.text("linked-to").filter(|to| project.claims("file", to));
        return target.map(|to| format!("file[{to}]"));
    }
    None
}

/// The init script that a link switches off: it is stopped in a run level that would start it.
fn switched_off(path: &str) -> Option<&str> {
    ["2", "3", "4", "5"].iter().find_map(|level| script_of(path.strip_prefix(&format!("/etc/rc{level}.d/K"))?))
}

/// The init script of what follows the letter in a link's name: `01rsync`.
fn script_of(link: &str) -> Option<&str> {
    let script = link.trim_start_matches(|c: char| c.is_ascii_digit());
    (script.len() + 2 == link.len() && !script.contains('/')).then_some(script)
}

/// Whether a link starts an init script in a run level in which the spec has it switched off.
fn is_switched_off_too(path: &str, project: &Project<'_>) -> bool {
    let Some((level, script)) = path.split_once("/S").and_then(|(level, link)| Some((level, script_of(link)?))) else {
        return false;
    };
    let is_off = |id: &ResourceId| id.name.strip_prefix(level).is_some() && switched_off(&id.name) == Some(script);
    project.want.spec.entries.keys().any(|id| id.kind == "file" && is_off(id))
}

/// Its package would have it started; the tool for it makes the links of all run levels at once.
fn switch_off(lack: &Lack<'_>, project: &mut Project<'_>, script: &str) {
    let role = project.components.of_service(script);
    let title = named(&format!("Do not start the init script {script}"));
    if !project.has_task(&role, &title) {
        let mut task = Task::of(lack, Phase::Services, title.as_str(), "ansible.builtin.command")
            .arg("argv", list(["update-rc.d", script, "disable"]))
            .arg("creates", lack.id.name.as_str());
        task.origins.push("its links are made by a script of its package, switched on".to_owned());
        project.add(&role, task);
    }
    project.meets(lack, By::Task(format!("{role} : {title}")));
}

fn role_of(lack: &Lack<'_>, project: &Project<'_>) -> String {
    project.components.of_path(&lack.id.name)
}

fn remove(lack: &Lack<'_>, project: &mut Project<'_>) {
    let role = role_of(lack, project);
    absent(project, &role, &lack.id.name, Some(lack), COMPLETE);
    // Debian's way to switch on a part is a link, which a script of the package makes: what it leads to is gone.
    let enabled = lack.id.name.replacen("-available/", "-enabled/", 1);
    if enabled != lack.id.name && !project.claims("file", &enabled) {
        absent(project, &role, &enabled, None, &format!("it leads to {}, which is removed", lack.id.name));
    }
}

/// Why something is removed that the spec does not name.
const COMPLETE: &str = "the spec is complete of files and does not name it";

/// Takes away what a package brings and people removed.
fn absent(project: &mut Project<'_>, role: &str, path: &str, lack: Option<&Lack<'_>>, why: &str) {
    if lack.is_none() && project.writer(path).is_some() {
        return;
    }
    let name = format!("Remove {}", path);
    let task = match lack {
        Some(lack) => Task::of(lack, Phase::Removals, name, "ansible.builtin.file"),
        None => Task::new(Phase::Removals, name, "ansible.builtin.file"),
    };
    let notify = handlers::for_path(project, role, path);
    let task = task.arg("path", path).arg("state", "absent").notify(notify);
    let name = match lack {
        Some(lack) => project.task(role, lack, task),
        None => {
            let mut task = task;
            task.origins.push(why.to_owned());
            task.entries.push(format!("file[{path}]"));
            project.add(role, task)
        }
    };
    project.writes(path, &name);
}

/// Removes what a host built before has below /etc and the spec does not. A program is never removed: one that shows
/// there has rights that the spec's host took from it.
pub(super) fn remove_extras(project: &mut Project<'_>) {
    let is_program =
        |id: &ResourceId| ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"].iter().any(|dir| id.name.starts_with(dir));
    // What else the base has may be what keeps it running.
    let of_base = project.want.base_extra.iter().filter(|id| is_program(id));
    let extras: BTreeSet<ResourceId> =
        project.want.extra.iter().chain(of_base).filter(|id| id.kind == "file").cloned().collect();
    for id in extras.iter().filter(|id| unsafe_name(&id.name).is_none()) {
        let path = id.name.as_str();
        let role = project.components.of_path(path);
        if is_program(id) {
            let mut task = Task::new(Phase::Attributes, format!("Take set-uid from {path}"), "ansible.builtin.file")
                .arg("path", path)
                .arg("mode", "u-s,g-s");
            task.origins.push("the spec is complete of such programs and does not name it".to_owned());
            task.entries.push(id.to_string());
            project.add(&role, task);
        } else if path.starts_with("/etc/") && !is_switched_off_too(path, project) {
            absent(project, &role, path, None, COMPLETE);
        }
    }
}

/// Mode, owner and group as arguments.
fn owned(lack: &Lack<'_>, task: Task) -> Task {
    task.arg_if("owner", lack.text("owner"))
        .arg_if("group", lack.text("group"))
        .arg_if("mode", lack.text("mode").map(mode))
}

/// A mode is digits and stays them: YAML would take them for a number.
fn mode(digits: String) -> Yaml {
    Yaml::Data(digits)
}

/// A directory that packages bring needs no task; one that people's files lie in does.
fn directory(lack: &Lack<'_>, project: &mut Project<'_>) {
    let path = lack.id.name.as_str();
    let is_peoples = is_peoples(path);
    let inside = format!("{path}/");
    let holds =
        project.want.lacking.iter().any(|l| l.id.kind == "file" && l.id.name.starts_with(&inside) && l.is_site());
    // A package that makes its user makes the home as well; where the user is there already, it makes neither.
    let is_home =
        project.want.lacking.iter().any(|l| {
            l.id.kind == "user" && l.is_wanted() && l.lacks("home") && l.text("home").as_deref() == Some(path)
        });
    if !(is_peoples || holds || is_home || lack.is_site() || lack.still) {
        return project.by_packages(lack);
    }
    let role = role_of(lack, project);
    let task = Task::of(lack, Phase::Directories, format!("Make the directory {}", path), "ansible.builtin.file");
    let name = project.task(&role, lack, owned(lack, task.arg("path", path).arg("state", "directory")));
    project.writes(path, &name);
    attributes(lack, project, Some(&role));
}

/// Where no package puts anything.
fn is_peoples(path: &str) -> bool {
    let tops = ["/var/www", "/srv", "/opt", "/usr/local", "/home", "/root", "/mnt"];
    tops.iter().any(|top| path == *top || path.starts_with(&format!("{top}/")))
}

/// A directory that the spec does not name, because it only holds what the spec does: it is made for what it holds.
fn parents(lack: &Lack<'_>, project: &mut Project<'_>, role: &str) {
    let mut missing = Vec::new();
    let mut path = lack.id.name.as_str();
    while let Some((parent, _)) = path.rsplit_once('/').filter(|(parent, _)| is_peoples(parent)) {
        let is_home = parent.strip_prefix("/home/").is_some_and(|user| !user.contains('/'));
        let is_local = parent.strip_prefix("/usr/local/").is_some_and(|dir| !dir.contains('/'));
        let is_top = parent.matches('/').count() < 2 || parent == "/usr/local";
        if is_home || is_local || is_top || project.claims("file", parent) || project.writer(parent).is_some() {
            break;
        }
        missing.push(parent);
        path = parent;
    }
    for parent in missing.into_iter().rev() {
        let mut task =
            Task::of(lack, Phase::Directories, format!("Make the directory {parent}"), "ansible.builtin.file")
                .arg("path", parent)
                .arg("state", "directory")
                .arg_if("owner", lack.text("owner"))
                .arg_if("group", lack.text("group"))
                .arg("mode", "0755");
        task.origins.push("the spec names only what is in it".to_owned());
        let name = project.add(role, task);
        project.writes(parent, &name);
    }
}

fn link(lack: &Lack<'_>, project: &mut Project<'_>) {
    let path = lack.id.name.as_str();
    let Some(to) = lack.text("linked-to") else {
        if !lack.is_site() {
            return project.by_packages(lack);
        }
        return project.cannot(lack, "the spec does not say where the link leads");
    };
    let is_peoples = project.want.lacking.iter().any(|l| l.id.kind == "file" && l.id.name == to && l.is_site());
    if !(is_peoples || lack.is_site() || lack.still) {
        return project.by_packages(lack);
    }
    if let Some(why) = unsafe_name(&to) {
        return project.cannot(lack, why);
    }
    let role = role_of(lack, project);
    parents(lack, project, &role);
    if let Some(name) = path.strip_prefix("/etc/alternatives/") {
        let task = Task::of(lack, Phase::Settings, format!("Choose what {name} is"), "community.general.alternatives");
        project.task(&role, lack, task.arg("name", name).arg("path", to));
        return;
    }
    let notify = handlers::for_path(project, &role, path);
    let task = Task::of(lack, Phase::Links, format!("Link {}", path), "ansible.builtin.file")
        .arg("src", to)
        .arg("path", path)
        .arg("state", "link")
        .arg("force", true)
        .arg("follow", false)
        .notify(notify);
    let name = project.task(&role, lack, task);
    project.writes(path, &name);
}

fn file(lack: &Lack<'_>, project: &mut Project<'_>) {
    let bytes = project.want.contents.get(lack.id).cloned();
    let has_digest = lack.value("sha256").is_some() || lack.value("fingerprint").is_some();
    let lacks_contents = lack.whole || lack.lacks("sha256") || lack.lacks("fingerprint");
    if !(lack.is_site() || lack.still) {
        return project.by_packages(lack);
    }
    let role = role_of(lack, project);
    parents(lack, project, &role);
    match bytes {
        Some(bytes) if lacks_contents => contents(lack, project, &role, bytes),
        // Host keys, certificates of a package's own, answers at installation.
        None if lacks_contents && !lack.is_site() => {
            return project.cannot(lack, "scripts of packages make it on each machine, and the spec has no copy of it");
        }
        None if lacks_contents && lack.value("fingerprint").is_some() => whole_secret(lack, project, &role),
        // What a package brings with another mode or owner is there; of other files that are there the contents are data.
        None if lacks_contents && (has_digest || !is_packaged(&lack.id.name)) => {
            given(lack, project, &role, has_digest)
        }
        _ => attributes(lack, project, None),
    }
    attributes(lack, project, Some(&role));
}

/// Whether only packages put files where this one is.
fn is_packaged(path: &str) -> bool {
    let tops = ["/usr/", "/bin/", "/sbin/", "/lib", "/boot/"];
    tops.iter().any(|top| path.starts_with(top)) && !path.starts_with("/usr/local/")
}

/// A file whose contents the spec keeps: copied as it is, or a template where a secret is in it.
fn contents(lack: &Lack<'_>, project: &mut Project<'_>, role: &str, bytes: Vec<u8>) {
    let path = lack.id.name.as_str();
    let text = String::from_utf8(bytes.clone()).ok();
    let is_secret = lack.value("fingerprint").is_some();
    let (module, src) = match text {
        Some(text) if is_secret => {
            let stem = path.rsplit('/').next().unwrap_or(path);
            match project.secrets.template(&text, &identifier(stem), path) {
                Some(template) => {
                    ("ansible.builtin.template", project.keep(role, "templates", path, ".j2", template.into_bytes()))
                }
                None => return whole_secret(lack, project, role),
            }
        }
        None if is_secret => {
            return project.cannot(lack, "it holds a secret and is not UTF-8: write a task for it by hand");
        }
        _ => ("ansible.builtin.copy", project.keep(role, "files", path, "", bytes)),
    };
    let notify = handlers::for_path(project, role, path);
    divert(lack, project, role);
    let verb = if is_secret { "Write" } else { "Copy" };
    // Where packages come from is said before any is installed.
    let is_source = path.starts_with("/etc/apt/");
    let phase = if is_source { Phase::Repositories } else { Phase::Files };
    let task = Task::of(lack, phase, format!("{verb} {}", path), module).arg("src", src).arg("dest", path);
    let mut task = owned(lack, task).arg_if("validate", validation(path)).notify(notify);
    if is_source {
        task = task.keyword("register", project.source(role));
    }
    let name = project.task(role, lack, task);
    project.writes(path, &name);
}

/// A file that is a secret as a whole, as a key is.
fn whole_secret(lack: &Lack<'_>, project: &mut Project<'_>, role: &str) {
    let path = lack.id.name.as_str();
    let fingerprint = lack.text("fingerprint").unwrap_or_default();
    let print = if fingerprint.starts_with(SECRET) { fingerprint } else { format!("{SECRET}{path}") };
    let variable =
        project.secrets.variable(&print, &format!("{}_contents", identifier(path)), &format!("{path}: all of it"));
    let notify = handlers::for_path(project, role, path);
    let task = Task::of(lack, Phase::Files, format!("Write {}", path), "ansible.builtin.copy")
        .arg("content", Yaml::Jinja(format!("{{{{ {variable} }}}}")))
        .arg("dest", path);
    let task = owned(lack, task).notify(notify);
    let name = project.task(role, lack, task);
    project.writes(path, &name);
}

/// A file of which the spec has no contents: a person gives it.
fn given(lack: &Lack<'_>, project: &mut Project<'_>, role: &str, is_fixed: bool) {
    let path = lack.id.name.as_str();
    let src = project.payload(path);
    let notify = handlers::for_path(project, role, path);
    let task = Task::of(lack, Phase::Payload, format!("Bring {}", path), "ansible.builtin.copy")
        .arg("src", Yaml::Jinja(format!("{{{{ payload_dir }}}}/{src}")))
        .arg("dest", path);
    let task = owned(lack, task).arg_if("force", (!is_fixed).then_some(false)).notify(notify);
    let name = project.task(role, lack, task);
    project.writes(path, &name);
}

/// A tree that is known by its digest: a person gives it, as an archive that keeps owners and modes.
fn tree(lack: &Lack<'_>, project: &mut Project<'_>) {
    let path = lack.id.name.as_str();
    let role = role_of(lack, project);
    parents(lack, project, &role);
    let src = project.payload(path);
    let parent = path.rsplit_once('/').map_or("/", |(parent, _)| parent);
    let notify = handlers::for_path(project, &role, path);
    let task = Task::of(lack, Phase::Payload, format!("Unpack {}", path), "ansible.builtin.unarchive")
        .arg("src", Yaml::Jinja(format!("{{{{ payload_dir }}}}/{src}.tar.gz")))
        .arg("dest", if parent.is_empty() { "/" } else { parent })
        .notify(notify);
    let name = project.task(&role, lack, task);
    project.writes(path, &name);
    let task = Task::of(lack, Phase::Attributes, format!("Give {} to whom it belongs", path), "ansible.builtin.file");
    project.add(&role, owned(lack, task.arg("path", path).arg("state", "directory")));
}

/// A wrapper that calls `path.something` stands in the place of a packaged file, which is diverted to that name.
fn divert(lack: &Lack<'_>, project: &mut Project<'_>, role: &str) {
    let path = lack.id.name.as_str();
    let text = project.want.contents.get(lack.id).map(|b| String::from_utf8_lossy(b).into_owned()).unwrap_or_default();
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let called = text.split(&format!("{path}.")).nth(1).map(|rest| rest.split(is_end).next().unwrap_or_default());
    let Some(end) =
        called.filter(|end| !end.is_empty() && path.starts_with("/usr/") && !path.starts_with("/usr/local/"))
    else {
        return;
    };
    let task = Task::of(lack, Phase::Settings, format!("Keep the packaged {}", path), "community.general.dpkg_divert")
        .arg("path", path)
        .arg("divert", format!("{path}.{end}"))
        .arg("rename", true);
    project.add(role, task);
}

fn validation(path: &str) -> Option<&'static str> {
    match path {
        _ if path.starts_with("/etc/sudoers") => Some("/usr/sbin/visudo -cf %s"),
        "/etc/ssh/sshd_config" => Some("/usr/sbin/sshd -t -f %s"),
        _ => None,
    }
}

/// Mode and owner alone, and what other modules set. `beside` is the role of the task that already made the file.
fn attributes(lack: &Lack<'_>, project: &mut Project<'_>, beside: Option<&str>) {
    let path = lack.id.name.as_str();
    let role = beside.map_or_else(|| role_of(lack, project), str::to_owned);
    if beside.is_none() && (lack.lacks("mode") || lack.lacks("owner") || lack.lacks("group") || lack.whole) {
        let task = Task::of(lack, Phase::Attributes, format!("Set who may use {}", path), "ansible.builtin.file");
        let task =
            owned(lack, task.arg("path", path)).arg_if("state", lack.text("filetype").filter(|t| t == "directory"));
        let name = project.task(&role, lack, task);
        project.writes(path, &name);
    }
    if lack.lacks("statoverride")
        && let Some(line) = lack.text("statoverride")
    {
        // What dpkg is to keep when the package is upgraded: no module of its own knows its list.
        let title = format!("Keep who may use {path} over upgrades");
        let task = Task::of(lack, Phase::Attributes, title, "ansible.builtin.lineinfile")
            .arg("path", "/var/lib/dpkg/statoverride")
            .arg("regexp", Yaml::Data(format!(" {}$", expression(path))))
            .arg("line", format!("{line} {path}"));
        let name = project.add(&role, task);
        project.meets_one(lack, "statoverride", By::Task(name));
    }
    if lack.lacks("capabilities") {
        for capability in lack.texts("capabilities").unwrap_or_default() {
            let task = Task::of(
                lack,
                Phase::Attributes,
                format!("Let {} use {capability}", path),
                "community.general.capabilities",
            );
            let name = project
                .add(&role, task.arg("path", path).arg("capability", capability.as_str()).arg("state", "present"));
            project.meets_one(lack, "capabilities", By::Task(name));
        }
    }
    for (property, is_default) in [("acl", false), ("default-acl", true)] {
        if lack.lacks(property) {
            acl(lack, project, &role, property, is_default);
        }
    }
    if lack.lacks("immutable") && lack.flag("immutable") == Some(true) {
        let task = Task::of(lack, Phase::Services, format!("Lock {}", path), "ansible.builtin.file");
        let name = project.add(&role, task.arg("path", path).arg("attributes", "+i"));
        project.meets_one(lack, "immutable", By::Task(name));
    }
}

/// Access lists, an entry at a time; the entries of the mode are the mode's.
fn acl(lack: &Lack<'_>, project: &mut Project<'_>, role: &str, property: &str, is_default: bool) {
    let path = lack.id.name.as_str();
    let mut items = Vec::new();
    for entry in lack.texts(property).unwrap_or_default() {
        let parts: Vec<&str> = entry.split(':').collect();
        let [kind, who, rights] = parts.as_slice() else { continue };
        // The mode has the owner's rights and the others', and the mask where there is a list; not the group's.
        if !is_default && (*kind == "mask" || (who.is_empty() && *kind != "group")) {
            continue;
        }
        items.push(map([("etype", (*kind).into()), ("entity", (*who).into()), ("permissions", (*rights).into())]));
    }
    let what = if is_default { "what is made in" } else { "others use" };
    let task =
        Task::of(lack, Phase::Attributes, format!("Let {what} {} as its access list says", path), "ansible.posix.acl")
            .arg("path", path)
            .arg("etype", Yaml::Jinja("{{ item.etype }}".to_owned()))
            .arg("entity", Yaml::Jinja("{{ item.entity }}".to_owned()))
            .arg("permissions", Yaml::Jinja("{{ item.permissions }}".to_owned()))
            .arg_if("default", is_default.then_some(true))
            .arg("state", "present")
            .keyword("loop", Yaml::List(items));
    let name = project.add(role, task);
    project.meets_one(lack, property, By::Task(name));
}
