//! Aliases of mail: lines of the file that sendmail and postfix read.

use super::write::follow::follows_a_file;
use super::write::handlers;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("mail-alias", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if follows_a_file(lack, project) {
        return;
    }
    let name = lack.id.name.as_str();
    let file = lack.set_at().into_iter().next().map_or_else(|| "/etc/aliases".to_owned(), |p| p.file);
    let role = project.components.of_service("postfix");
    let recipients = lack.texts("recipients").unwrap_or_default();
    if recipients.iter().any(|r| r.contains('\n')) || name.contains('\n') {
        return project.cannot(lack, "an alias is one line");
    }
    let rebuilt = handlers::command(project, &role, "Rebuild the mail aliases", &["newaliases"], None);
    let task = Task::of(lack, Phase::Lines, format!("Set where mail to {name} goes"), "ansible.builtin.lineinfile")
        .arg("path", file)
        .arg("regexp", format!("(?i)^{}\\s*:", super::write::project::expression(name)));
    let task = if lack.is_wanted() {
        let line =
            project.text(&format!("{name}: {}", recipients.join(", ")), "alias", &format!("the mail alias {name}"));
        task.arg("line", line).arg("create", true).arg("owner", "root").arg("group", "root").arg("mode", "0644")
    } else {
        task.arg("state", "absent")
    };
    project.task(&role, lack, task.notify([rebuilt]));
}
