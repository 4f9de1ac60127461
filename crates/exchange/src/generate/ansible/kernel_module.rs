//! Kernel modules: what loads them at boot comes with its files; loading them now is the machine's.

use super::write::component::BASE;
use super::write::follow::follows_a_file;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("kernel-module", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if follows_a_file(lack, project) {
        return;
    }
    let name = lack.id.name.as_str();
    match lack.flag("persisted") {
        Some(true) => {
            let task = Task::of(
                lack,
                Phase::Settings,
                format!("Load the module {name} at boot"),
                "community.general.modprobe",
            );
            project.task(BASE, lack, task.arg("name", name).arg("persistent", "present"));
        }
        _ => project.cannot(lack, "modules that are loaded belong to the machine's kernel"),
    }
}
