//! The host's name: every machine has its own.

use super::write::component::BASE;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::Yaml;
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("hostname", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    let Some(name) = lack.text("configured").or_else(|| lack.text("running")) else {
        return project.cannot(lack, "the spec does not say the name");
    };
    let variable = project.variable(
        "host_name",
        Yaml::Data(name),
        "The machine's name; empty leaves it as it is. Set it in host_vars for each machine",
    );
    let task = Task::of(lack, Phase::Settings, "Name the host", "ansible.builtin.hostname")
        .arg("name", Yaml::Jinja(format!("{{{{ {variable} }}}}")))
        .keyword("when", Yaml::Jinja(format!("{variable} | length > 0")));
    project.task(BASE, lack, task);
}
