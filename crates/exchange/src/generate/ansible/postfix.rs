//! Settings of postfix: lines of main.cf and master.cf, as far as people changed them.

use super::write::follow::follows_a_file;
use super::write::handlers;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("postfix", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if follows_a_file(lack, project) {
        return;
    }
    let name = lack.id.name.as_str();
    let role = project.components.of_service("postfix");
    if !(lack.is_site() || lack.still) {
        return project.by_packages(lack);
    }
    let restart = handlers::restart(project, &role, "postfix");
    if !lack.is_wanted() {
        return project.cannot(lack, "taking a setting back is done by hand");
    }
    let Some(value) = lack.text("value").filter(|v| !v.contains('\n')) else {
        return project.cannot(lack, "its value is not one line");
    };
    let task = match name.strip_prefix("master:").and_then(|service| service.split_once('/')) {
        Some((service, kind)) => {
            let fields: String = value.split_whitespace().map(|f| format!("{f:<8}")).collect();
            let expression = format!(
                "^#?\\s*{}\\s+{}\\s",
                super::write::project::expression(service),
                super::write::project::expression(kind)
            );
            Task::of(lack, Phase::Lines, format!("Run {service} of postfix"), "ansible.builtin.lineinfile")
                .arg("path", "/etc/postfix/master.cf")
                .arg("regexp", expression)
                .arg("line", format!("{service:<10} {kind:<6} {}", fields.trim_end()))
        }
        None => {
            let line = project.text(&format!("{name} = {value}"), "postfix", &format!("/etc/postfix/main.cf: {name}"));
            Task::of(lack, Phase::Lines, format!("Set {name} of postfix"), "ansible.builtin.lineinfile")
                .arg("path", "/etc/postfix/main.cf")
                .arg("regexp", format!("^{}\\s*=", super::write::project::expression(name)))
                .arg("line", line)
        }
    };
    let task = task.arg("owner", "root").arg("group", "root").arg("mode", "0644");
    project.task(&role, lack, task.notify([restart]));
}
