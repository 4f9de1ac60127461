//! Environment variables: those of services and pools come with their files, the system's are lines of their own.

use super::write::component::BASE;
use super::write::follow::{follow, follows_a_file};
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("env", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if follows_a_file(lack, project) {
        return;
    }
    let file =
        lack.set_at().into_iter().map(|p| p.file).find(|f| f == "/etc/environment" || f == "/etc/default/locale");
    let name = lack.id.name.strip_prefix("system/");
    let (Some(file), Some(name), true) = (file, name, lack.is_wanted()) else { return follow(lack, project) };
    let Some(value) = lack.text("value").filter(|v| !v.contains('\n')) else {
        return project.cannot(lack, "its value is not one line");
    };
    let line = project.text(&format!("{name}={value}"), &format!("environment_{name}"), &format!("{file}: {name}"));
    let task = Task::of(lack, Phase::Lines, format!("Set {name} for everybody"), "ansible.builtin.lineinfile")
        .arg("path", file)
        .arg("regexp", format!("^{}=", super::write::project::expression(name)))
        .arg("line", line)
        .arg("create", true)
        .arg("owner", "root")
        .arg("group", "root")
        .arg("mode", "0644");
    project.task(BASE, lack, task);
}
