//! What has to be told when a file changed: the service that reads it, or the program that makes another of it.

use super::project::{Handler, Project};
use super::yaml::{Yaml, list, map};
use model::id::ResourceId;
use model::value::Value;

/// The handlers that a changed file notifies.
pub(crate) fn for_path(project: &mut Project<'_>, role: &str, path: &str) -> Vec<String> {
    let mut names = Vec::new();
    if path.contains("/systemd/system/") {
        names.push(reload_systemd(project, role));
    }
    if path.starts_with("/usr/local/share/ca-certificates/") {
        names.push(command(project, role, "Rebuild the trusted certificates", &["update-ca-certificates"], None));
    }
    if path.starts_with("/etc/sysctl") {
        let when = "ansible_facts.virtualization_role | default('') != 'guest' or ansible_facts.virtualization_type \
                    not in ['container', 'docker', 'lxc', 'podman', 'containerd']";
        names.push(command(project, role, "Apply the kernel parameters", &["sysctl", "--system"], Some(when)));
    }
    if project.claims("file", &format!("{path}.db")) && path != "/etc/aliases" {
        let name = format!("Rebuild the map of {path}");
        names.push(command(project, role, &name, &["postmap", path], None));
    }
    for service in services_of(project, role, path) {
        names.push(restart(project, role, &service));
    }
    names
}

/// The services that run and read a file: those of the role, or the one whose unit it is.
fn services_of(project: &Project<'_>, role: &str, path: &str) -> Vec<String> {
    let of_unit = |name: &str| {
        [format!("/{name}.service"), format!("/{name}.service.d/")].iter().any(|part| path.contains(part.as_str()))
            || path == format!("/etc/default/{name}")
    };
    let is_running = |id: &ResourceId| value(project, id, "running") == Some(Value::Bool(true));
    // One that only does something at boot is done again when what it reads changed: a firewall's rules, rc.local.
    let is_boots = |id: &ResourceId| {
        let reads =
            value(project, id, "command").and_then(|v| v.as_list().map(<[Value]>::to_vec)).is_some_and(|lines| {
                lines.iter().filter_map(Value::as_text).any(|line| line.split(' ').any(|w| w == path))
            });
        let is_done = value(project, id, "type").is_some_and(|t| t.as_text() == Some("oneshot"));
        reads && (id.name == "rc-local" || is_done && value(project, id, "enabled") == Some(Value::Bool(true)))
    };
    if let Some(boots) = project.want.spec.entries.keys().find(|id| id.kind == "service" && is_boots(id)) {
        return vec![boots.name.clone()];
    }
    let running = project.want.spec.entries.keys().filter(|id| id.kind == "service" && is_running(id));
    let is_base = [super::component::BASE, super::component::USERS, super::component::APP].contains(&role);
    let is_read = |id: &&ResourceId| of_unit(&id.name) || (!is_base && project.components.of_service(&id.name) == role);
    // Units of other programs in the role's directory, and templates' instances, are restarted by their own.
    running.filter(is_read).filter(|id| !id.name.contains('@')).map(|id| id.name.clone()).collect()
}

fn value(project: &Project<'_>, id: &ResourceId, property: &str) -> Option<Value> {
    project.want.spec.entries.get(id)?.claims.get(property)?.claim.value()
}

/// The handler that lets systemd read its units again.
pub(crate) fn reload_systemd(project: &mut Project<'_>, role: &str) -> String {
    let handler = Handler {
        name: format!("Reload systemd for {role}"),
        module: "ansible.builtin.systemd_service",
        args: map([("daemon_reload", true.into())]),
        keywords: Vec::new(),
    };
    project.handler(role, handler)
}

/// The handler that restarts a service.
pub(crate) fn restart(project: &mut Project<'_>, role: &str, service: &str) -> String {
    let handler = Handler {
        name: format!("Restart {service}"),
        module: "ansible.builtin.systemd_service",
        args: map([("name", service.into()), ("state", "restarted".into()), ("daemon_reload", true.into())]),
        keywords: Vec::new(),
    };
    project.handler(role, handler)
}

/// A handler that runs a program which no module stands for.
pub(crate) fn command(project: &mut Project<'_>, role: &str, name: &str, argv: &[&str], when: Option<&str>) -> String {
    let mut keywords = vec![("changed_when", Yaml::Bool(true))];
    keywords.extend(when.map(|w| ("when", Yaml::Jinja(w.to_owned()))));
    let handler = Handler {
        name: super::task::named(name),
        module: "ansible.builtin.command",
        args: map([("argv", list(argv.iter().copied()))]),
        keywords,
    };
    project.handler(role, handler)
}
