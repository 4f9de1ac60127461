//! The time zone.

use super::write::component::BASE;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::Yaml;
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("timezone", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    let Some(zone) = lack.text("zone") else {
        return project.cannot(lack, "the spec does not say the zone");
    };
    let variable = project.variable("timezone", Yaml::Data(zone), "The system's time zone");
    let task = Task::of(lack, Phase::Settings, "Set the time zone", "community.general.timezone");
    project.task(BASE, lack, task.arg("name", Yaml::Jinja(format!("{{{{ {variable} }}}}"))));
    if lack.lacks("configured") {
        // The module leaves this file to Debian's own tools, which read it.
        let task = Task::of(lack, Phase::Settings, "Say the time zone to Debian's tools", "ansible.builtin.copy")
            .arg("content", Yaml::Jinja(format!("{{{{ {variable} }}}}\n")))
            .arg("dest", "/etc/timezone")
            .arg("owner", "root")
            .arg("group", "root")
            .arg("mode", "0644");
        let name = project.add(BASE, task);
        project.meets_one(lack, "configured", crate::generate::By::Task(name));
    }
}
