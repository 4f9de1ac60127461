//! The inventory for one machine: how Ansible reaches what repot reaches.

use super::Work;
use crate::error::CommandError;
use crate::files;
use serde_json::{Value, json};
use target::address::Address;
use target::observe::Reach;

/// Writes it beside the logs; the argument that names it.
pub(super) fn write(work: &Work<'_>, on: &Address, reach: &Reach) -> Result<String, CommandError> {
    let mut host = way(on, reach)?;
    // The name of the machine is its own; /etc/hosts and the like of containers are mounts.
    host["host_name"] = json!("");
    host["ansible_python_interpreter"] = json!("/usr/bin/python3");
    let group = exchange::generate::ansible::group(&work.role);
    let inventory = json!({ group: { "hosts": { on.short(): host } } });
    let path = work.logs.join("inventory.json");
    files::write(&path, format!("{inventory:#}\n").as_bytes())?;
    Ok(format!("--inventory={}", super::absolute(&path).display()))
}

fn way(on: &Address, reach: &Reach) -> Result<Value, CommandError> {
    match on {
        Address::Ssh { user, host, port } => {
            let mut options: Vec<String> = Vec::new();
            if let Some(config) = &reach.ssh_config {
                options.push(format!("-F {}", quoted(&super::absolute(config).display().to_string())));
            }
            options.extend(reach.ssh_options.iter().map(|o| format!("-o {}", quoted(o))));
            let mut way = json!({ "ansible_host": host, "ansible_ssh_common_args": options.join(" ") });
            if let Some(user) = user {
                way["ansible_user"] = json!(user);
                if user == "root" {
                    without_sudo(&mut way);
                }
            }
            if let Some(port) = port {
                way["ansible_port"] = json!(port);
            }
            Ok(way)
        }
        Address::Container { engine: "podman", name } => {
            let mut way = json!({ "ansible_connection": "containers.podman.podman", "ansible_host": name });
            without_sudo(&mut way);
            Ok(way)
        }
        Address::Container { name, .. } => {
            let mut way = json!({ "ansible_connection": "community.docker.docker", "ansible_host": name });
            without_sudo(&mut way);
            Ok(way)
        }
        Address::Local => Ok(json!({ "ansible_connection": "ansible.builtin.local" })),
        Address::Pod { .. } | Address::Rootfs(_) | Address::Recording(_) => {
            Err(CommandError::usage(format!("{on} is no machine that can be built on"))
                .hint("it has to be ssh:HOST, podman:NAME or docker:NAME"))
        }
    }
}

/// Who is root already needs no sudo, which a bare Debian has not: su(1) is always there. It is told a shell for users that
/// have none.
fn without_sudo(way: &mut Value) {
    way["ansible_become_method"] = json!("ansible.builtin.su");
    way["ansible_become_flags"] = json!("-s /bin/sh");
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
