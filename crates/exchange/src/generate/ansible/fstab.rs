//! Entries of /etc/fstab. What the spec's host has mounted is mounted; the rest is only written. Last,
//! because what is mounted may be a directory that other tasks make.

use super::write::component::APP;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::Yaml;
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("fstab", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    let point = lack.id.name.as_str();
    let is_swap = point.starts_with("swap ");
    let task = Task::of(lack, Phase::Jobs, format!("Put {point} into fstab"), "ansible.posix.mount")
        .arg("path", if is_swap { "none" } else { point });
    if !lack.is_wanted() {
        project.task(APP, lack, task.arg("state", "absent_from_fstab"));
        return;
    }
    let (Some(source), Some(filesystem)) = (lack.text("source"), lack.text("filesystem")) else {
        return project.cannot(lack, "the spec does not say what is mounted");
    };
    let options = lack.texts("opts").unwrap_or_default().join(",");
    let number = |property: &str| lack.value(property).and_then(|v| v.as_int()).filter(|n| *n != 0);
    let source = project.text(&source, "fstab", &format!("/etc/fstab: {point}"));
    let options = project.text(&options, "fstab_options", &format!("/etc/fstab: {point}"));
    let task = task
        .arg("src", source)
        .arg("fstype", filesystem)
        .arg("opts", options)
        .arg_if("dump", number("dump").map(|n| Yaml::from(n.to_string())))
        .arg_if("passno", number("pass").map(|n| Yaml::from(n.to_string())))
        .arg("state", if project.claims("mount", point) { "mounted" } else { "present" });
    project.task(APP, lack, task);
}
