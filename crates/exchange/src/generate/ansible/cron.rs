//! Jobs of cron: those of a file come with it; those of people's own crontabs are set one by one.

use super::write::follow::follows_a_file;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::{Lack, Rule};
use model::value::Value;

pub(super) const RULE: Rule = Rule::code("cron", render);

const ROLE: &str = "cron";

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if !lack.is_wanted() {
        return project.cannot(lack, "a job is removed with the file it stood in");
    }
    if follows_a_file(lack, project) {
        return;
    }
    let source = lack.text("source").unwrap_or_default();
    if !source.starts_with("/var/spool/cron/") {
        return super::write::follow::follow(lack, project);
    }
    let (Some(schedule), Some(command), Some(user)) = (lack.text("schedule"), lack.text("command"), lack.text("user"))
    else {
        return project.cannot(lack, "the spec does not say when it runs, what, and as whom");
    };
    // A crontab is a line a job, and its reader takes `%` for the end of one.
    if command.contains('\n') || user.contains('\n') {
        return project.cannot(lack, "its command is of several lines, which a crontab cannot hold");
    }
    variables(lack, project, &user);
    let hint = format!("cron_{user}");
    let used = format!("the crontab of {user}: {}", lack.id.name);
    let job = project.text(&command, &hint, &used);
    let label = format!("{} at {schedule}", command.split_whitespace().next().unwrap_or_default());
    let mut task = Task::of(lack, Phase::Jobs, format!("Let {user} run {label}"), "ansible.builtin.cron")
        .arg("name", project.own_name(&format!("the crontab of {user}"), &label_of(&command)))
        .arg("user", user.as_str());
    task = match schedule.strip_prefix('@') {
        Some(word) => task.arg("special_time", word),
        None => fields(task, &schedule),
    };
    task = task.arg("job", job);
    project.task(ROLE, lack, task);
}

fn fields(mut task: Task, schedule: &str) -> Task {
    let names = ["minute", "hour", "day", "month", "weekday"];
    for (name, value) in names.iter().zip(schedule.split_whitespace()).filter(|(_, value)| *value != "*") {
        task = task.arg(name, value);
    }
    task
}

/// What marks a job in its crontab: a few words of the command, without what may be a secret.
fn label_of(command: &str) -> String {
    let tame = |c: char| if c.is_ascii_alphanumeric() || " ./_-".contains(c) { c } else { ' ' };
    let clear = command.split(model::text::SECRET).next().unwrap_or_default();
    let words: String = clear.chars().map(tame).take(60).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The variables above a job hold for the whole crontab.
fn variables(lack: &Lack<'_>, project: &mut Project<'_>, user: &str) {
    let Some(Value::Map(variables)) = lack.value("env") else { return };
    for (name, value) in variables {
        let title = format!("Set {name} in the crontab of {user}");
        if project.has_task(ROLE, &title) {
            continue;
        }
        let value =
            project.text(&value.to_string(), &format!("cron_{user}"), &format!("the crontab of {user}: {name}"));
        let task = Task::of(lack, Phase::Settings, title, "ansible.builtin.cron")
            .arg("name", name)
            .arg("env", true)
            .arg("user", user)
            .arg("job", value);
        project.add(ROLE, task);
    }
}
