//! Kernel parameters: persisted ones come with their files; what was only set at run time is persisted, so that it holds.

use super::write::component::BASE;
use super::write::follow::follows_a_file;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("kernel-param", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if follows_a_file(lack, project) {
        return;
    }
    let name = lack.id.name.as_str();
    let Some(value) = lack.text("persisted").or_else(|| lack.text("value").filter(|_| lack.is_site())) else {
        return project.cannot(lack, "its value is the running kernel's own");
    };
    let task = Task::of(lack, Phase::Settings, format!("Set the kernel parameter {name}"), "ansible.posix.sysctl")
        .arg("name", name)
        .arg("value", value)
        .arg("sysctl_file", "/etc/sysctl.d/99-repot.conf")
        .arg("sysctl_set", true)
        .arg("state", "present")
        // A container has the kernel of its machine, most of which it may not set.
        .keyword("when", super::write::yaml::Yaml::Jinja("ansible_facts.virtualization_role | default('') != 'guest' or ansible_facts.virtualization_type not in ['container', 'docker', 'lxc', 'podman', 'containerd']".to_owned()));
    project.task(BASE, lack, task);
}
