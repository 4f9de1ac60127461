//! Locales: those that are made, and the one that is the default.

use super::write::component::BASE;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("locale", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    let name = lack.id.name.as_str();
    if let Some(value) = lack.text("value") {
        let task = Task::of(lack, Phase::Lines, format!("Set the default of {name}"), "ansible.builtin.lineinfile")
            .arg("path", "/etc/default/locale")
            .arg("regexp", format!("^{}=", super::write::project::expression(name)))
            .arg("line", format!("{name}={value}"))
            .arg("create", true)
            .arg("owner", "root")
            .arg("group", "root")
            .arg("mode", "0644");
        project.task(BASE, lack, task);
    } else if lack.flag("configured") == Some(true) {
        let task = Task::of(lack, Phase::Settings, format!("Make the locale {name}"), "community.general.locale_gen");
        project.task(BASE, lack, task.arg("name", name).arg("state", "present"));
    } else {
        project.by_packages(lack);
    }
}
